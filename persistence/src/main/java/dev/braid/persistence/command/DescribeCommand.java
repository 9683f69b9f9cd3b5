package dev.braid.persistence.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.persistence.JournalDescription;
import dev.braid.persistence.JournalGroup;
import dev.braid.persistence.Journals;
import dev.braid.persistence.SegmentDescription;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid journal describe}: what a journal holds. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = {"Tells what a journal holds: its segments, groups and outcomes.", ""})
final class DescribeCommand implements Callable<Integer> {
    private static final long NS_PER_S = 1_000_000_000;

    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    DescribeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        JournalArgument.checkJournal(folder);
        JournalDescription journal = Journals.describe(folder);
        console.print(out -> {
            if (json) {
                writeJson(journal, out);
            } else {
                print(journal, out);
            }
        });
        return BraidCommand.DONE;
    }

    private static void writeJson(JournalDescription journal, PrintStream out) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            writeFields(journal, json);
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void print(JournalDescription journal, PrintStream out) {
        List<String[]> totals = new ArrayList<>();
        totals.add(new String[] {"journal", journal.directory().toString()});
        totals.add(new String[] {"segments", Integer.toString(journal.segments().size())});
        totals.add(new String[] {"frames", Long.toString(journal.frames())});
        totals.add(new String[] {"bytes", Long.toString(journal.bytes())});
        totals.add(new String[] {"results", Long.toString(journal.results())});
        totals.add(new String[] {"processed", Long.toString(journal.processed())});
        totals.add(new String[] {"failed", Long.toString(journal.failed())});
        totals.add(new String[] {"shed", Long.toString(journal.shed())});
        totals.add(new String[] {"lost", Long.toString(journal.lost())});
        totals.add(new String[] {"last sequence", Long.toString(journal.lastSequence())});
        totals.add(new String[] {"low watermark", Long.toString(journal.lowWatermark())});
        totals.add(new String[] {"without result", Long.toString(journal.missing())});
        for (String[] total : totals) {
            out.println(String.format(Locale.ROOT, "%-14s  %s", total[0], total[1]));
        }
        if (!journal.segments().isEmpty()) {
            out.println();
            printSegments(journal, out);
        }
        if (!journal.groups().isEmpty()) {
            out.println();
            printGroups(journal, out);
        }
    }

    private static void printSegments(JournalDescription journal, PrintStream out) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"segment", "begun", "sequences", "results", "frames", "bytes", "end"});
        for (SegmentDescription segment : journal.segments()) {
            rows.add(new String[] {
                segment.name(),
                segment.createdNs() == 0 ? "-" : time(segment.createdNs()),
                segment.results() == 0 ? "-" : segment.lowestSequence() + " to " + segment.highestSequence(),
                Long.toString(segment.results()),
                Long.toString(segment.frames()),
                Long.toString(segment.bytes()),
                segment.closed() ? "closed" : "open"
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

    /** Writes all of a description into the present object. */
    static void writeFields(JournalDescription journal, JsonGenerator json) throws IOException {
        json.writeStringField("journal", journal.directory().toString());
        json.writeNumberField("frames", journal.frames());
        json.writeNumberField("bytes", journal.bytes());
        json.writeNumberField("results", journal.results());
        json.writeNumberField("processed", journal.processed());
        json.writeNumberField("failed", journal.failed());
        json.writeNumberField("shed", journal.shed());
        json.writeNumberField("lost", journal.lost());
        json.writeNumberField("lastSequence", journal.lastSequence());
        json.writeNumberField("lowWatermark", journal.lowWatermark());
        json.writeNumberField("missing", journal.missing());
        writeGroups(journal.groups(), json);
        json.writeArrayFieldStart("segments");
        for (SegmentDescription segment : journal.segments()) {
            json.writeStartObject();
            json.writeStringField("name", segment.name());
            json.writeNumberField("number", segment.number());
            json.writeNumberField("createdNs", segment.createdNs());
            json.writeBooleanField("closed", segment.closed());
            json.writeNumberField("frames", segment.frames());
            json.writeNumberField("bytes", segment.bytes());
            json.writeNumberField("results", segment.results());
            json.writeNumberField("lowestSequence", segment.lowestSequence());
            json.writeNumberField("highestSequence", segment.highestSequence());
            writeGroups(segment.groups(), json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeGroups(List<JournalGroup> groups, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("groups");
        for (JournalGroup group : groups) {
            json.writeStartObject();
            json.writeStringField("name", group.name());
            json.writeNumberField("weight", group.weight());
            json.writeNumberField("firstSubStream", group.firstSubStream());
            json.writeNumberField("subStreams", group.subStreams());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
