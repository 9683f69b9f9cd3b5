package dev.braid.command.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.JournalArgument;
import dev.braid.command.Problems;
import dev.braid.command.UsageException;
import dev.braid.persistence.Journals;
import dev.braid.persistence.SalvageReport;
import dev.braid.persistence.SequenceRange;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid journal salvage}: copies everything that is good into a new journal. */
@Command(
        name = "salvage",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = {
            "Copies all that is provably good of a journal into a new one, and lists what is missing. The old journal is "
                    + "not changed. In the new one, what was lost has the outcome LOST.",
            "Of a segment with two data files, the one that is as the manifest says is taken, otherwise the one with more "
                    + "good frames; it says which. To have the other, move the first away, and salvage again.",
            ""
        },
        footer = {"", "Exit status: 0 all was good, 1 something was lost or damaged, 2 wrong usage."})
final class SalvageCommand extends JournalReportCommand<SalvageReport> {
    @Parameters(index = "0", paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Parameters(index = "1", paramLabel = "NEW", description = "Folder for the new one, absent or empty.")
    private Path target;

    @Option(
            names = "--max-lost",
            paramLabel = "N",
            description =
                    "So many sequences at most are declared as LOST. By default as many as the journal's files could "
                            + "have held; a frame that asks for more is damaged.")
    private Long maxLost;

    SalvageCommand(Console console) {
        super(console);
    }

    @Override
    SalvageReport report() throws IOException {
        JournalArgument.checkJournal(folder);
        checkTarget();
        if (maxLost != null && maxLost < 0) {
            throw new UsageException("--max-lost " + maxLost + ": must not be negative");
        }
        return withProgress(
                "copying",
                progress -> maxLost == null
                        ? Journals.salvage(folder, target, progress)
                        : Journals.salvage(folder, target, maxLost, progress));
    }

    @Override
    boolean isGood(SalvageReport report) {
        return report.isComplete();
    }

    private void checkTarget() throws IOException {
        if (target.toAbsolutePath()
                .normalize()
                .startsWith(folder.toAbsolutePath().normalize())) {
            throw new UsageException(target + ": must not be in the old journal");
        }
        JournalArgument.checkPlace(target.toString(), target);
        if (!Files.exists(target)) {
            return;
        }
        try (Stream<Path> entries = Files.list(target)) {
            if (entries.findAny().isPresent()) {
                throw new UsageException(target + ": is not empty");
            }
        }
    }

    @Override
    void print(SalvageReport report, PrintStream out) {
        report.problems().forEach(problem -> out.println(Problems.line(problem)));
        report.lost().ranges().forEach(range -> out.println("lost: " + range));
        if (report.lost().ranges().size() == SalvageReport.MAX_RANGES) {
            out.println("lost: perhaps more, see the outcomes LOST in the new journal");
        }
        report.snapshots().bad().forEach(snapshot -> out.println("left out: " + snapshot));
        out.println("copied: " + report.results() + " results");
        if (report.snapshots().copied() > 0) {
            out.println("copied: " + report.snapshots().copied()
                    + (report.snapshots().copied() == 1 ? " snapshot" : " snapshots"));
        }
        out.println("lost: " + report.lost().count() + " sequences");
        if (report.lost().perhapsFrom().isPresent()) {
            out.println("perhaps lost: results of sequences from "
                    + report.lost().perhapsFrom().getAsLong()
                    + " on, of which nothing that is left says that they were done");
        }
        if (report.duplicates() > 0) {
            out.println("left out: " + report.duplicates() + " results of sequences that had one before");
        }
        if (report.unfinished() > 0) {
            out.println("note: " + report.unfinished() + " sequences had no result yet");
        }
    }

    @Override
    void writeFields(SalvageReport report, JsonGenerator json) throws IOException {
        json.writeBooleanField("complete", report.isComplete());
        json.writeNumberField("results", report.results());
        json.writeNumberField("lost", report.lost().count());
        json.writeNumberField("perhapsLostFrom", report.lost().perhapsFrom().orElse(-1));
        json.writeNumberField("doubled", report.duplicates());
        json.writeNumberField("unfinished", report.unfinished());
        json.writeNumberField("snapshots", report.snapshots().copied());
        json.writeArrayFieldStart("badSnapshots");
        for (String snapshot : report.snapshots().bad()) {
            json.writeString(snapshot);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("ranges");
        for (SequenceRange range : report.lost().ranges()) {
            json.writeStartObject();
            json.writeNumberField("first", range.first());
            json.writeNumberField("last", range.last());
            json.writeEndObject();
        }
        json.writeEndArray();
        Problems.write(report.problems(), json);
    }
}
