package dev.braid.command.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.JournalArgument;
import dev.braid.command.Problems;
import dev.braid.persistence.Journals;
import dev.braid.persistence.VerifyReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
final class VerifyCommand extends JournalReportCommand<VerifyReport> {
    @Parameters(paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Option(
            names = "--tail",
            description =
                    "Only what a writer checks when it starts: the manifest, that all segments are there and long "
                            + "enough, and those that are not sealed.")
    private boolean tail;

    @Mixin
    private InputJournalOption input;

    VerifyCommand(Console console) {
        super(console);
    }

    @Override
    VerifyReport report() throws IOException {
        JournalArgument.checkJournal(folder);
        Path inputFolder = input.folder();
        return withProgress(
                "verifying",
                progress -> tail
                        ? Journals.verifyTail(folder, inputFolder, progress)
                        : Journals.verify(folder, inputFolder, progress));
    }

    @Override
    boolean isGood(VerifyReport report) {
        return report.isGood();
    }

    @Override
    void print(VerifyReport report, PrintStream out) {
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

    @Override
    void writeFields(VerifyReport report, JsonGenerator json) throws IOException {
        json.writeBooleanField("good", report.isGood());
        json.writeBooleanField("tornTail", report.isTailTorn());
        json.writeNumberField("damages", report.damages());
        json.writeNumberField("results", report.results());
        json.writeNumberField("frames", report.frames());
        Problems.write("first", report.first(), json);
        Problems.write(report.problems(), json);
    }
}
