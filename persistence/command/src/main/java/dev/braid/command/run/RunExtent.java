package dev.braid.command.run;

import dev.braid.command.Progress;
import dev.braid.command.ShellWords;
import dev.braid.command.input.InputSource;
import java.nio.file.Path;
import java.util.Locale;

/** The progress of a run, for the message if it is interrupted. Written by the publishing thread; for any thread. */
final class RunExtent {
    private static final double MEBIBYTE = 1024.0 * 1024;

    private final InputSource input;
    /** {@code null} if the user named the journal. */
    private volatile Path freshJournal;

    private volatile long earlier;
    private volatile long loaded;
    private volatile long published;
    private volatile boolean isWhole;

    RunExtent(InputSource input) {
        this.input = input;
    }

    /** Sets the journal of a run for which the user named none. */
    void isIn(Path fresh) {
        freshJournal = fresh;
    }

    /** Sets the number of records of earlier runs. */
    void begin(long records) {
        earlier = records;
    }

    /** Sets the number of records to be published. */
    void loaded(long records) {
        loaded = records;
    }

    /** Sets the number of records published by this run. */
    void to(long records) {
        published = records;
    }

    /** Marks that all of the input was published: the run can no longer be interrupted. */
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
