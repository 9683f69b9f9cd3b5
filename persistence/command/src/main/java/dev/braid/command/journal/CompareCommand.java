package dev.braid.command.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.JournalArgument;
import dev.braid.persistence.ComparisonReport;
import dev.braid.persistence.Journals;
import dev.braid.persistence.ReadOrder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid journal compare}: compares the results of two journals. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = {
            "Tells whether two journals have the same results, and where they differ first. How they are divided into "
                    + "frames and segments, and when they were written, is of no account.",
            ""
        },
        footer = {"", "Exit status: 0 the same, 1 not the same or damaged, 2 wrong usage."})
final class CompareCommand extends JournalReportCommand<ComparisonReport> {
    @Parameters(index = "0", paramLabel = "A", description = "Folder of a journal.")
    private Path first;

    @Parameters(index = "1", paramLabel = "B", description = "Folder of another one.")
    private Path other;

    @Option(
            names = "--order",
            paramLabel = "journal|sequence",
            description =
                    "journal (default): the results must stand in the same order. sequence: they are compared in the "
                            + "order of their sequences, however they stand.")
    private ReadOrder order = ReadOrder.JOURNAL;

    CompareCommand(Console console) {
        super(console);
    }

    @Override
    ComparisonReport report() throws IOException {
        JournalArgument.checkJournal(first);
        JournalArgument.checkJournal(other);
        return withProgress("comparing", progress -> Journals.compare(first, other, order, progress));
    }

    @Override
    boolean isGood(ComparisonReport report) {
        return report.isSame();
    }

    @Override
    void print(ComparisonReport report, PrintStream out) {
        if (report.isSame()) {
            out.println("same: " + report.same() + " results");
        } else {
            out.println("different after " + report.same() + " results: "
                    + report.difference().orElseThrow().message());
        }
    }

    @Override
    void writeFields(ComparisonReport report, JsonGenerator json) throws IOException {
        json.writeBooleanField("same", report.isSame());
        json.writeNumberField("results", report.same());
        if (report.isSame()) {
            json.writeNullField("difference");
            return;
        }
        ComparisonReport.Difference difference = report.difference().orElseThrow();
        json.writeObjectFieldStart("difference");
        json.writeNumberField("position", difference.position());
        json.writeNumberField("firstSequence", difference.firstSequence().orElse(-1));
        json.writeNumberField("otherSequence", difference.otherSequence().orElse(-1));
        json.writeStringField("message", difference.message());
        json.writeEndObject();
    }
}
