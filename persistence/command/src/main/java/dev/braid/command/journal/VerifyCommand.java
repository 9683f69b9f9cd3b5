package dev.braid.command.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.ExitStatus;
import dev.braid.command.JournalArgument;
import dev.braid.command.JsonOutput;
import dev.braid.command.Problems;
import dev.braid.command.Progress;
import dev.braid.persistence.Journals;
import dev.braid.persistence.VerifyReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid journal verify}: verifies that a journal is as it was written. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = {"Checks every frame of a journal, and that no sequence is missing, doubled or out of order.", ""
        },
        footer = {
            "",
            "TORN_TAIL says that the last frames were being written, and were not acknowledged, when their writer was "
                    + "stopped: a note, not damage.",
            "Exit status: 0 good, 1 damaged, 2 wrong usage."
        })
final class VerifyCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Option(
            names = "--tail",
            description =
                    "Only what a writer checks when it starts: the manifest, that all segments are there and long "
                            + "enough, and those that are not sealed.")
    private boolean tail;

    @Option(
            names = "--input-journal",
            paramLabel = "DIR",
            description =
                    "Folder of the input journal, which is checked, too. By default where it was, as seen from the "
                            + "journal's folder.")
    private Path input;

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    VerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        JournalArgument.checkJournal(folder);
        if (input != null) {
            JournalArgument.checkJournal(input);
        }
        VerifyReport report;
        try (Progress progress = new Progress(console, "verifying", Progress.UNKNOWN)) {
            report = tail
                    ? Journals.verifyTail(folder, input, progress::to)
                    : Journals.verify(folder, input, progress::to);
        }
        console.print(out -> {
            if (json) {
                JsonOutput.print(out, generator -> writeFields(report, generator));
            } else {
                print(report, out);
            }
        });
        return report.isGood() ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private void print(VerifyReport report, PrintStream out) {
        report.problems().forEach(problem -> out.println(Problems.line(problem)));
        long unlisted = report.damages()
                - report.problems().stream()
                        .filter(problem -> problem.kind().isDamage())
                        .count();
        if (unlisted > 0) {
            out.println("damage: " + unlisted + " more, not listed");
        }
        if (report.isGood()) {
            out.println("good: " + (tail ? "the manifest, and " : "") + report.results() + " results in "
                    + report.frames() + " frames" + (tail ? " that are not sealed" : "")
                    + (report.isTailTorn() ? ", and a torn tail" : ""));
        } else {
            out.println("damaged: " + Problems.count(report.damages()) + "; " + report.results()
                    + " results could be read");
            out.println("first: " + report.first().orElseThrow().message());
        }
    }

    private static void writeFields(VerifyReport report, JsonGenerator json) throws IOException {
        json.writeBooleanField("good", report.isGood());
        json.writeBooleanField("tornTail", report.isTailTorn());
        json.writeNumberField("damages", report.damages());
        json.writeNumberField("results", report.results());
        json.writeNumberField("frames", report.frames());
        Problems.write("first", report.first(), json);
        Problems.write(report.problems(), json);
    }
}
