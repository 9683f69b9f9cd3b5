package dev.braid.bench;

import dev.braid.bench.report.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a report of existing results. */
@Command(
        name = "report",
        sortOptions = false,
        description = {
            "Makes " + Report.PAGE + ", images of its charts, and " + Report.TABLES + " of the results in a folder.",
            ""
        },
        footer = {"", "Exit status: 0 done, 1 the results cannot be read, 2 wrong usage."})
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Where the results are, as --report or --json left them.")
    private Path folder;

    @Mixin
    private HelpOption help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), "'" + folder + "': there is no such folder");
        }
        Report.write(folder);
        spec.commandLine().getErr().println("The report is " + folder.resolve(Report.PAGE));
        return 0;
    }
}
