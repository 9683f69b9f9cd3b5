package dev.braid.command.run;

import dev.braid.command.Progress;
import dev.braid.command.ShellWords;
import dev.braid.command.input.InputSource;
import java.nio.file.Path;
import java.util.Locale;

/** How far a run has come, for what is said if it is interrupted. Written by the thread that publishes; for any thread. */
final class RunExtent {
    private static final double MEBIBYTE = 1024.0 * 1024;

    private final InputSource input;
    /** {@code null} if the user knows the journal. */
    private volatile Path freshJournal;

    private volatile long earlier;
    private volatile long loaded;
    private volatile long published;
    private volatile boolean isWhole;

    RunExtent(InputSource input) {
        this.input = input;
    }

    /** The journal is one that the user has not named. */
    void isIn(Path fresh) {
        freshJournal = fresh;
    }

    /** So many records are of earlier runs. */
    void begin(long records) {
        earlier = records;
    }

    /** So many records are there to be published. */
    void loaded(long records) {
        loaded = records;
    }

    /** So many were published by this run. */
    void to(long records) {
        published = records;
    }

    /** All of the input was published: the run cannot be interrupted any more. */
    void whole() {
        isWhole = true;
    }

    boolean isWhole() {
        return isWhole;
    }

    String interrupted() {
        return "interrupted after " + records() + "; go on with --resume"
                + (freshJournal == null ? "" : " --journal " + ShellWords.quote(freshJournal.toString()));
    }

    private String records() {
        long records = earlier + published;
        if (loaded > 0) {
            return records + " of " + (earlier + loaded) + " records";
        }
        return input.size() == Progress.UNKNOWN
                ? records + " records"
                : String.format(
                        Locale.ROOT,
                        "%d records, %.1f of %.1f MiB",
                        records,
                        input.consumed() / MEBIBYTE,
                        input.size() / MEBIBYTE);
    }
}
