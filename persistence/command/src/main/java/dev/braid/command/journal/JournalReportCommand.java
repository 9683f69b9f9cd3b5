package dev.braid.command.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.Console;
import dev.braid.command.ExitStatus;
import dev.braid.command.JsonOutput;
import dev.braid.command.Progress;
import dev.braid.persistence.ProgressListener;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A command that does one thing with a journal, and reports it to people or as JSON. */
abstract class JournalReportCommand<R> implements Callable<Integer> {
    private final Console console;

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    JournalReportCommand(Console console) {
        this.console = console;
    }

    /** Works on a journal, and tells how far it is. */
    interface Work<T> {
        T run(ProgressListener progress) throws IOException;
    }

    @Override
    public Integer call() throws IOException {
        R report = report();
        console.print(out -> {
            if (json) {
                JsonOutput.print(out, generator -> writeFields(report, generator));
            } else {
                print(report, out);
            }
        });
        return isGood(report) ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    final R withProgress(String task, Work<R> work) throws IOException {
        try (Progress progress = new Progress(console, task, Progress.UNKNOWN)) {
            return work.run(progress::to);
        }
    }

    /** Checks the arguments, and does it. */
    abstract R report() throws IOException;

    /** Whether the exit status is that of success. */
    abstract boolean isGood(R report);

    abstract void print(R report, PrintStream out);

    abstract void writeFields(R report, JsonGenerator json) throws IOException;
}
