package dev.braid.command.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.JournalArgument;
import dev.braid.command.Problems;
import dev.braid.command.TextTable;
import dev.braid.command.Texts;
import dev.braid.persistence.JournalDescription;
import dev.braid.persistence.JournalGroup;
import dev.braid.persistence.Journals;
import dev.braid.persistence.OutcomeCounts;
import dev.braid.persistence.SegmentDescription;
import dev.braid.persistence.SegmentEnd;
import dev.braid.persistence.SequenceRange;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code braid journal describe}: describes the contents of a journal. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = {"Tells what a journal holds: its segments, groups and outcomes.", ""},
        footer = {"", "Exit status: 0 done, 1 damage was found on the way, 2 wrong usage."})
final class DescribeCommand extends JournalReportCommand<JournalDescription> {
    private static final long NS_PER_S = 1_000_000_000;

    @Parameters(paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    DescribeCommand(Console console) {
        super(console);
    }

    @Override
    JournalDescription report() throws IOException {
        JournalArgument.checkJournal(folder);
        return withProgress("reading", progress -> Journals.describe(folder, progress));
    }

    @Override
    boolean isGood(JournalDescription report) {
        return report.problems().stream().noneMatch(problem -> problem.kind().isDamage());
    }

    @Override
    void print(JournalDescription journal, PrintStream out) {
        print(out, "journal", journal.directory());
        print(
                out,
                "begun",
                journal.createdNs().isEmpty() ? "-" : time(journal.createdNs().getAsLong()));
        print(out, "writer", journal.isWritten() ? "is writing now" : "none");
        print(out, "segments", journal.segments().size());
        print(out, "frames", journal.frames());
        print(out, "bytes", journal.bytes() + " in frames, " + journal.fileBytes() + " in files");
        print(out, "results", journal.results());
        print(out, "processed", journal.outcomes().processed());
        print(out, "failed", journal.outcomes().failed());
        print(out, "shed", journal.outcomes().shed());
        print(out, "lost", journal.outcomes().lost());
        print(out, "first sequence", journal.sequences().first());
        print(out, "last sequence", journal.sequences().last().orElse(-1));
        print(out, "low watermark", journal.sequences().lowWatermark());
        print(out, "without result", journal.sequences().missing());
        if (!journal.segments().isEmpty()) {
            out.println();
            printSegments(journal, out);
        }
        if (!journal.groups().isEmpty()) {
            out.println();
            printGroups(journal, out);
        }
        if (!journal.problems().isEmpty()) {
            out.println();
            journal.problems().forEach(problem -> out.println(Problems.line(problem)));
        }
    }

    private static void print(PrintStream out, String name, Object value) {
        out.println(String.format(Locale.ROOT, "%-14s  %s", name, value));
    }

    private static void printSegments(JournalDescription journal, PrintStream out) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"segment", "begun", "sequences", "results", "frames", "bytes", "durability", "end"});
        for (SegmentDescription segment : journal.segments()) {
            rows.add(new String[] {
                segment.name(),
                time(segment.times().createdNs().orElse(0)),
                segment.contents()
                        .sequences()
                        .map(range -> range.first() + " to " + range.last())
                        .orElse("-"),
                Long.toString(segment.contents().results()),
                Long.toString(segment.size().frames()),
                Long.toString(segment.size().frameBytes()),
                Texts.lowerCase(segment.writer().durability()),
                segment.atEnd().end() == SegmentEnd.NONE
                        ? journal.isWritten() ? "being written" : "not sealed"
                        : Texts.lowerCase(segment.atEnd().end())
            });
        }
        TextTable.print(out, rows);
    }

    private static void printGroups(JournalDescription journal, PrintStream out) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"group", "weight", "sub-streams"});
        for (JournalGroup group : journal.groups()) {
            int last = group.firstSubStream() + group.subStreams() - 1;
            rows.add(
                    new String[] {group.name(), Integer.toString(group.weight()), group.firstSubStream() + " to " + last
                    });
        }
        TextTable.print(out, rows);
    }

    private static String time(long epochNs) {
        return Instant.ofEpochSecond(epochNs / NS_PER_S).toString();
    }

    @Override
    void writeFields(JournalDescription journal, JsonGenerator json) throws IOException {
        json.writeStringField("journal", journal.directory().toString());
        json.writeNumberField("createdNs", journal.createdNs().orElse(0));
        json.writeNumberField("frames", journal.frames());
        json.writeNumberField("bytes", journal.bytes());
        json.writeNumberField("fileBytes", journal.fileBytes());
        json.writeBooleanField("written", journal.isWritten());
        json.writeNumberField("results", journal.results());
        writeFields(journal.outcomes(), json);
        json.writeNumberField("firstSequence", journal.sequences().first());
        json.writeNumberField("lastSequence", journal.sequences().last().orElse(-1));
        json.writeNumberField("lowWatermark", journal.sequences().lowWatermark());
        json.writeNumberField("missing", journal.sequences().missing());
        JsonFrames.writeGroups(journal.groups(), json);
        json.writeArrayFieldStart("segments");
        for (SegmentDescription segment : journal.segments()) {
            json.writeStartObject();
            write(segment, json);
            json.writeEndObject();
        }
        json.writeEndArray();
        Problems.write(journal.problems(), json);
    }

    private static void write(SegmentDescription segment, JsonGenerator json) throws IOException {
        json.writeStringField("name", segment.name());
        json.writeNumberField("number", segment.number());
        json.writeStringField("end", segment.atEnd().end().name());
        json.writeStringField("durability", Texts.lowerCase(segment.writer().durability()));
        json.writeNumberField("createdNs", segment.times().createdNs().orElse(0));
        json.writeNumberField("latestNs", segment.times().latestNs());
        json.writeNumberField("frames", segment.size().frames());
        json.writeNumberField("bytes", segment.size().frameBytes());
        json.writeNumberField("fileBytes", segment.size().fileBytes());
        json.writeNumberField("results", segment.contents().results());
        writeFields(segment.contents().outcomes(), json);
        json.writeNumberField(
                "lowestSequence",
                segment.contents().sequences().map(SequenceRange::first).orElse(-1L));
        json.writeNumberField(
                "highestSequence",
                segment.contents().sequences().map(SequenceRange::last).orElse(-1L));
        json.writeNumberField("lowWatermark", segment.atEnd().lowWatermark());
        json.writeStringField("chain", segment.atEnd().chain());
        JsonFrames.writeGroups(segment.writer().groups(), json);
    }

    private static void writeFields(OutcomeCounts outcomes, JsonGenerator json) throws IOException {
        json.writeNumberField("processed", outcomes.processed());
        json.writeNumberField("failed", outcomes.failed());
        json.writeNumberField("shed", outcomes.shed());
        json.writeNumberField("lost", outcomes.lost());
    }
}
