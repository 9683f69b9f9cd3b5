package dev.braid.bench;

import java.io.IOException;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that {@code scripts/bench.sh} runs. */
@Command(
        name = "bench.sh",
        description = {"Measures Braid. Run it on a quiet machine.", ""},
        subcommands = {
            ThroughputBench.class,
            LatencyBench.class,
            FairnessBench.class,
            IsolationBench.class,
            ScalingBench.class,
            JournalBench.class,
            RecoveryBench.class,
            IdleBench.class,
            AllCommand.class,
            ReportCommand.class,
            CompareCommand.class
        },
        footer = {
            "",
            "A benchmark that is broken off, by Ctrl-C or kill, writes what it has measured, and says that it is incomplete.",
            "",
            "Exit status: 0 done, 1 something failed or was missed, 2 wrong usage, 130 or 143 broken off."
        })
final class BenchCommand {
    @Mixin
    private HelpOption help;

    private BenchCommand() {}

    static CommandLine commandLine() {
        return new CommandLine(new BenchCommand()).setExecutionExceptionHandler((cause, command, parsed) -> {
            if (cause instanceof FileSystemException) { // The message may be no more than a name.
                command.getErr().println(command.getCommandName() + ": " + cause);
            } else if (cause instanceof IOException) { // Failures of files and processes: the message is complete.
                command.getErr().println(command.getCommandName() + ": " + cause.getMessage());
            } else {
                cause.printStackTrace(command.getErr());
            }
            return 1;
        });
    }

    public static void main(String[] args) {
        StandardOutput output = StandardOutput.install();
        int status = commandLine().execute(args);
        System.out.flush();
        if (output.problem() != null) {
            System.err.println("bench.sh: " + output.problem());
            status = Math.max(status, 1);
        }
        System.exit(status);
    }
}
