package dev.braid.command.stat;

import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.ExitStatus;
import dev.braid.command.JournalFiles;
import dev.braid.command.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid stat}: prints the live counters of a running engine, from a file that this command maps. */
@Command(
        name = "stat",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        sortOptions = false,
        description = {
            "Shows the live numbers of a run, or of any engine that keeps its counters in a file.",
            "",
            "On a terminal the table is brought up to date every second until the engine ends or you do (Ctrl-C). Elsewhere "
                    + "it is printed once; with --interval or --count, again and again.",
            "An engine counts as running as long as it brings its numbers up to date, which it does once a second: one that was not "
                    + "heard of for 5 seconds is gone. A group that got less than its due is marked with <.",
            "Times that records waited and that handlers took are from samples; rates, shares and busy time are since the table "
                    + "before, in the first table since the start.",
            ""
        },
        footer = {"", "Exit status: 0 done, 1 the file cannot be used, 2 wrong usage."})
public final class StatCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Folder of the journal that is being written, or a file of counters.")
    private Path place;

    @Option(names = "--json", description = "For machines: one object in a line each time.")
    private boolean json;

    @Option(names = "--interval", paramLabel = "SECONDS", description = "By default 1.")
    private Double interval;

    @Option(names = "--count", paramLabel = "N", description = "Number of updates; fewer if the engine ends first.")
    private Long count;

    public StatCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (interval != null && !(interval > 0 && interval <= TimeUnit.DAYS.toSeconds(1))) {
            throw new UsageException("--interval " + interval + ": must be a positive number of seconds");
        }
        if (count != null && count < 1) {
            throw new UsageException("--count " + count + ": must be at least 1");
        }
        CountersMapping counters = new CountersMapping(file());
        boolean screen = Console.showsPictures() && !json;
        long times = count != null ? count : screen || interval != null ? Long.MAX_VALUE : 1;
        long pauseNs = (long) ((interval == null ? 1 : interval) * TimeUnit.SECONDS.toNanos(1));
        StatSnapshot last = null;
        StatSnapshot before = null;
        for (long i = 0; i < times; i++) {
            if (i > 0) {
                TimeUnit.NANOSECONDS.sleep(pauseNs);
            }
            StatSnapshot now = new StatSnapshot(counters.stats(), System.currentTimeMillis());
            if (last != null && now.updatedAtMs != last.updatedAtMs) {
                before = last; // Otherwise nothing is new, and rates stay as they were.
            }
            StatInterval interval = new StatInterval(now, now.isSameEngineAs(before) ? before : null);
            boolean isFirst = last == null;
            boolean isRead = json
                    ? console.print(new StatJson(interval)::print)
                    : console.printAnew(out -> {
                        out.print(screen || isFirst ? "" : System.lineSeparator());
                        new StatPrinter(interval, out).print();
                    });
            if (!isRead || now.hasEnded()) {
                break;
            }
            last = now;
        }
        return ExitStatus.DONE;
    }

    private Path file() throws IOException {
        if (!Files.exists(place)) {
            throw new UsageException(place + ": no such file or folder");
        }
        if (!Files.isDirectory(place)) {
            return place;
        }
        Path file = place.resolve(JournalFiles.COUNTERS);
        if (!Files.exists(file)) {
            throw new UsageException(
                    place + ": has no " + JournalFiles.COUNTERS + ", so no engine keeps its counters there");
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is no file, but a link, a pipe or the like; it was not opened");
        }
        return file;
    }
}
