package dev.braid.command;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.agrona.CloseHelper;

/**
 * Shows the progress of long work: a bar on a terminal; elsewhere, as in the log of a build, an occasional line, and none for
 * work that is soon done.
 */
public final class Progress implements AutoCloseable {
    /**
     * System property set by the scripts: whether messages go to a terminal, which Java cannot detect for the error stream
     * alone.
     */
    public static final String TERMINAL_PROPERTY = "braid.terminal";

    /** Size of work whose end is not known. */
    public static final long UNKNOWN = -1;

    private static final int WIDTH = 79;
    private static final int BAR_INTERVAL_MS = 200;
    private static final int LINE_INTERVAL_MS = 10_000;
    private static final long MEBIBYTE = 1024 * 1024;

    private final Supplier<ProgressBar> begin;
    private ProgressBar bar;
    private long shown;

    /** @param size in bytes, or {@link #UNKNOWN}. */
    public Progress(Console console, String task, long size) {
        this(() -> begin(console, task, size));
        this.bar = begin.get();
    }

    private Progress(Supplier<ProgressBar> begin) {
        this.begin = begin;
    }

    /** Returns a progress that shows nothing until there is something to show, for work that is often empty. */
    public static Progress whenBegun(Console console, String task, long size) {
        return new Progress(() -> begin(console, task, size));
    }

    private static ProgressBar begin(Console console, String task, long size) {
        ProgressBarBuilder builder = ProgressBar.builder()
                .setTaskName(task)
                .setInitialMax(size)
                .setStyle(ProgressBarStyle.ASCII)
                .setUnit(" MiB", MEBIBYTE)
                .showSpeed();
        if (Console.showsBars()) {
            builder.setConsumer(new ConsoleProgressBarConsumer(console.rawErr(), WIDTH))
                    .setUpdateIntervalMillis(BAR_INTERVAL_MS);
        } else {
            long startNs = System.nanoTime();
            builder.setConsumer(new DelegatingProgressBarConsumer(
                            line -> {
                                if (System.nanoTime() - startNs >= TimeUnit.MILLISECONDS.toNanos(LINE_INTERVAL_MS)) {
                                    console.err().println(line);
                                }
                            },
                            WIDTH))
                    .setUpdateIntervalMillis(LINE_INTERVAL_MS);
        }
        return builder.build();
    }

    /** Returns a progress that shows nothing. */
    public static Progress none() {
        return new Progress(() -> null);
    }

    /** @param bytes done so far. */
    public void to(long bytes) {
        if (bytes == shown) {
            return;
        }
        shown = bytes;
        if (bar == null) {
            bar = begin.get();
        }
        if (bar != null) {
            bar.stepTo(bytes);
        }
    }

    /** @param total bytes, as known now. */
    public void to(long bytes, long total) {
        to(bytes);
        if (bar != null) {
            bar.maxHint(total);
        }
    }

    @Override
    public void close() {
        CloseHelper.close(bar);
    }
}
