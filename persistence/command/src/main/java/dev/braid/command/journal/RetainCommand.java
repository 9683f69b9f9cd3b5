package dev.braid.command.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.JournalArgument;
import dev.braid.command.UsageException;
import dev.braid.persistence.JournalRetention;
import dev.braid.persistence.RetentionReport;
import dev.braid.persistence.SequenceRange;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid journal retain}: deletes old segments. */
@Command(
        name = "retain",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        sortOptions = false,
        description = {
            "Deletes the oldest segments of a journal, which may be written meanwhile. Everything beyond one of the limits "
                    + "goes, but never what a reader reads, what recovery needs, or the last sealed segment.",
            ""
        },
        footer = {"", "Exit status: 0 done, 1 it cannot be done, 2 wrong usage."})
final class RetainCommand extends JournalReportCommand<RetentionReport> {
    @Parameters(paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Option(names = "--max-size", paramLabel = "BYTES", description = "Keeps no more than this, as 4096, 512M or 10G.")
    private String maxSize;

    @Option(
            names = "--max-age",
            paramLabel = "TIME",
            description =
                    "Keeps nothing older than this, as 90s, 30m, 12h or 7d, by the times of what was written last. "
                            + "Where clocks were wrong, it says how it judged.")
    private String maxAge;

    @Option(names = "--below", paramLabel = "N", description = "Keeps nothing that is below this sequence.")
    private Long below;

    @Option(names = "--dry-run", description = "Reports what would be deleted, and deletes nothing.")
    private boolean dryRun;

    RetainCommand(Console console) {
        super(console);
    }

    @Override
    RetentionReport report() {
        JournalRetention retention = retention();
        JournalArgument.checkJournal(folder);
        return dryRun ? retention.plan() : retention.apply();
    }

    @Override
    boolean isGood(RetentionReport report) {
        return true;
    }

    private JournalRetention retention() {
        if (maxSize == null && maxAge == null && below == null) {
            throw new UsageException("there must be a limit: --max-size, --max-age or --below");
        }
        JournalRetention retention = JournalRetention.of(folder);
        if (maxSize != null) {
            retention.maxBytes(Amounts.bytes("--max-size", maxSize));
        }
        if (maxAge != null) {
            retention.since(begin(Amounts.time("--max-age", maxAge)));
        }
        if (below != null) {
            if (below < 0) {
                throw new UsageException("--below " + below + ": must not be negative");
            }
            retention.below(below);
        }
        return retention;
    }

    private Instant begin(Duration age) {
        try {
            Instant begin = Instant.now().minus(age);
            return begin.isBefore(Instant.EPOCH) ? Instant.EPOCH : begin;
        } catch (DateTimeException | ArithmeticException e) {
            return Instant.EPOCH;
        }
    }

    @Override
    void print(RetentionReport report, PrintStream out) {
        long bytes = 0;
        for (RetentionReport.Deleted segment : report.deleted()) {
            out.println((dryRun ? "would delete " : "deleted ") + segment.segment() + ": " + segment.results()
                    + " results, sequences " + first(segment) + " to " + last(segment) + ", "
                    + segment.bytes() + " bytes");
            bytes += segment.bytes();
        }
        report.keptAside()
                .forEach(segment -> out.println((dryRun ? "would keep " : "kept ") + "the folder of " + segment
                        + " aside, under another name: there is something in it that is not Braid's"));
        report.notes().forEach(note -> out.println("clock: " + note));
        report.kept()
                .ifPresent(kept -> out.println("kept: " + kept.segment()
                        + " and those after it, though a limit would let it go: " + kept.reason()));
        out.println((dryRun ? "would free " : "freed ") + bytes + " bytes of "
                + report.deleted().size() + " segments; " + report.bytes() + " bytes stay, from sequence "
                + report.firstSequence() + " on");
    }

    @Override
    void writeFields(RetentionReport report, JsonGenerator json) throws IOException {
        json.writeStringField("journal", report.directory().toString());
        json.writeBooleanField("dryRun", dryRun);
        json.writeArrayFieldStart("givenUp");
        for (RetentionReport.Deleted segment : report.deleted()) {
            json.writeStartObject();
            json.writeStringField("segment", segment.segment());
            json.writeNumberField("results", segment.results());
            json.writeNumberField("lowestSequence", first(segment));
            json.writeNumberField("highestSequence", last(segment));
            json.writeNumberField("bytes", segment.bytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("firstSequence", report.firstSequence());
        json.writeNumberField("bytes", report.bytes());
        json.writeStringField(
                "kept", report.kept().map(RetentionReport.Kept::segment).orElse(null));
        json.writeStringField(
                "reason", report.kept().map(RetentionReport.Kept::reason).orElse(null));
        json.writeArrayFieldStart("keptAside");
        for (String segment : report.keptAside()) {
            json.writeString(segment);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("notes");
        for (String note : report.notes()) {
            json.writeString(note);
        }
        json.writeEndArray();
    }

    private static long first(RetentionReport.Deleted segment) {
        return segment.sequences().map(SequenceRange::first).orElse(-1L);
    }

    private static long last(RetentionReport.Deleted segment) {
        return segment.sequences().map(SequenceRange::last).orElse(-1L);
    }
}
