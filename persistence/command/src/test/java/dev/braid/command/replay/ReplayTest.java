package dev.braid.command.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.FailingOutput;
import dev.braid.command.JournalDamage;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import dev.braid.engine.Outcome;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.JournalWriter;
import dev.braid.persistence.RecordCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What replay prints, of results of the run command and of others. */
class ReplayTest {
    @TempDir
    private Path folder;

    private String journal;

    /** Sequences 0 to 5: a and b of group one, c of group two, and two that failed. */
    @BeforeEach
    void run() {
        journal = folder.resolve("journal").toString();
        Braid run = Braid.withInput(
                "a\nc\n\nb\nd\na\n",
                "run",
                "--input",
                "-",
                "--journal",
                journal,
                "--group",
                "one=2:a,b",
                "--group",
                "two=1:c");
        assertEquals(0, run.status(), run.err());
    }

    private List<String> replay(String... options) {
        String[] args = new String[options.length + 2];
        args[0] = "replay";
        args[1] = journal;
        System.arraycopy(options, 0, args, 2, options.length);
        Braid replay = Braid.run(args);
        assertEquals(0, replay.status(), replay.err());
        return replay.lines();
    }

    @Test
    void shouldPrintJson() {
        assertEquals(
                List.of(
                        "{\"sequence\":0,\"subStream\":0,\"group\":\"one\",\"outcome\":\"PROCESSED\","
                                + "\"result\":{\"key\":\"a\",\"count\":1,\"sums\":{}}}",
                        "{\"sequence\":1,\"subStream\":2,\"group\":\"two\",\"outcome\":\"PROCESSED\","
                                + "\"result\":{\"key\":\"c\",\"count\":1,\"sums\":{}}}",
                        "{\"sequence\":2,\"subStream\":-1,\"group\":null,\"outcome\":\"FAILED\","
                                + "\"reason\":\"line 3: empty line\",\"record\":{\"line\":3}}",
                        "{\"sequence\":3,\"subStream\":1,\"group\":\"one\",\"outcome\":\"PROCESSED\","
                                + "\"result\":{\"key\":\"b\",\"count\":1,\"sums\":{}}}",
                        "{\"sequence\":4,\"subStream\":-1,\"group\":null,\"outcome\":\"FAILED\","
                                + "\"reason\":\"line 5: no group for key 'd'\",\"record\":{\"line\":5,\"key\":\"d\"}}",
                        "{\"sequence\":5,\"subStream\":0,\"group\":\"one\",\"outcome\":\"PROCESSED\","
                                + "\"result\":{\"key\":\"a\",\"count\":2,\"sums\":{}}}"),
                replay());
        assertEquals(replay(), replay("--format", "json", "--order", "sequence"));
    }

    @Test
    void shouldPrintCsv() {
        assertEquals(
                List.of(
                        "sequence,subStream,group,outcome,payload,record",
                        "0,0,one,PROCESSED,\"{\"\"key\"\":\"\"a\"\",\"\"count\"\":1,\"\"sums\"\":{}}\",",
                        "1,2,two,PROCESSED,\"{\"\"key\"\":\"\"c\"\",\"\"count\"\":1,\"\"sums\"\":{}}\",",
                        "2,-1,,FAILED,line 3: empty line,\"{\"\"line\"\":3}\""),
                replay("--format", "csv", "--to-sequence", "2"));
    }

    @Test
    void shouldPrintRawAndCount() {
        assertEquals(
                List.of("{\"key\":\"b\",\"count\":1,\"sums\":{}}", "line 5: no group for key 'd'"),
                replay("--format", "raw", "--from-sequence", "3", "--to-sequence", "4"));
        assertEquals(List.of("6"), replay("--format", "count"));
    }

    @Test
    void shouldListTheRecordsThatWereRefused() {
        assertEquals(
                List.of("line 3: empty line", "line 5: no group for key 'd'"),
                replay("--format", "raw", "--outcome", "failed,shed"));
        assertEquals(List.of("0"), replay("--format", "count", "--outcome", "SHED", "--outcome", "lost"));
        assertEquals(List.of("4"), replay("--format", "count", "--outcome", "processed"));
    }

    @Test
    void shouldFilter() {
        assertEquals(List.of("3"), replay("--format", "count", "--group", "one"));
        assertEquals(List.of("2"), replay("--format", "count", "--sub-stream", "0"));
        assertEquals(List.of("1"), replay("--format", "count", "--group", "one", "--from-sequence", "4"));
        assertEquals(List.of("0"), replay("--format", "count", "--group", "two", "--sub-stream", "0"));
        assertEquals(List.of("0"), replay("--format", "count", "--from-sequence", "6"));
        assertEquals(List.of("4"), replay("--format", "count", "--order", "journal", "--to-sequence", "3"));
    }

    @Test
    void shouldRefuseGroupsAndSubStreamsThatAreNotThere() {
        Braid group = Braid.run("replay", journal, "--group", "three");
        assertEquals(2, group.status());
        assertTrue(group.err().contains("'three'") && group.err().contains("one, two"), group.err());
        Braid subStream = Braid.run("replay", journal, "--sub-stream", "3");
        assertEquals(2, subStream.status());
        assertTrue(subStream.err().contains("3") && subStream.err().contains("0 to 2"), subStream.err());
    }

    @Test
    void shouldEndQuietlyWhenTheReaderOfAPipeHasEnough() {
        for (String message : new String[] {"Broken pipe", "broken pipe"}) {
            Braid replay =
                    Braid.withStreams(InputStream.nullInputStream(), new FailingOutput(message), "replay", journal);
            assertEquals(0, replay.status());
            assertEquals("", replay.err());
        }
    }

    /** What the codec of somebody else reads. */
    static final class Shout {
        private String text;

        @Override
        public String toString() {
            return text.toUpperCase(Locale.ROOT) + "!";
        }
    }

    static final class ShoutCodec implements RecordCodec<Shout> {
        @Override
        public int encode(Shout record, MutableDirectBuffer buffer, int offset) {
            return 0;
        }

        @Override
        public void decode(Shout record, DirectBuffer buffer, int offset, int length) {
            record.text = buffer.getStringWithoutLengthUtf8(offset, length);
        }
    }

    @Test
    void shouldPrintRecordsAsACodecReadsThem() {
        journal = folder.resolve("other").toString();
        write(groups("g"), 0, 0);
        String[] codec = {"--codec", ShoutCodec.class.getName(), "--to-sequence", "0", "--format"};
        String json = byCodec(codec, "json").get(0);
        assertTrue(json.endsWith("\"outcome\":\"PROCESSED\",\"record\":\"RESULT 0!\"}"), json);
        String csv = byCodec(codec, "csv").get(1);
        assertTrue(csv.endsWith(",PROCESSED,RESULT 0!,"), csv);
        assertEquals(List.of("RESULT 0!"), byCodec(codec, "raw"));

        Braid count = Braid.run("replay", journal, "--codec", ShoutCodec.class.getName(), "--format", "count");
        assertEquals(2, count.status());
        assertTrue(count.err().contains("--codec needs --format json, csv or raw"), count.err());
        Braid state = Braid.run("replay", journal, "--codec", ShoutCodec.class.getName(), "--state-at", "0");
        assertTrue(state.err().contains("it stands alone"), state.err());
        Braid none = Braid.run("replay", journal, "--codec", "no.such.Codec");
        assertTrue(none.err().contains("--codec no.such.Codec: there is no such class; see --class-path"), none.err());
    }

    private List<String> byCodec(String[] options, String format) {
        List<String> args = new ArrayList<>(List.of("replay", journal));
        args.addAll(List.of(options));
        args.add(format);
        Braid replay = Braid.run(args.toArray(String[]::new));
        assertEquals(0, replay.status(), replay.err());
        return replay.lines();
    }

    @Test
    void shouldReportOutputThatCannotBeWritten() {
        Braid replay =
                Braid.withStreams(InputStream.nullInputStream(), new FailingOutput("No space left"), "replay", journal);
        assertEquals(1, replay.status());
        assertTrue(replay.err().contains("No space left"), replay.err());
    }

    /** A codec of somebody else: the record's bytes as they are. */
    private static final class BytesCodec implements RecordCodec<byte[][]> {
        @Override
        public int encode(byte[][] record, MutableDirectBuffer buffer, int offset) {
            buffer.putBytes(offset, record[0]);
            return record[0].length;
        }

        @Override
        public void decode(byte[][] record, DirectBuffer buffer, int offset, int length) {
            record[0] = new byte[length];
            buffer.getBytes(offset, record[0]);
        }
    }

    /** A segment with these sequences, each in a frame of its own; of no sub-stream for a negative number. */
    private void write(List<HandlerGroup<byte[][]>> groups, int subStream, long... sequences) {
        try (JournalWriter<byte[][]> writer = JournalWriter.<byte[][]>builder(Path.of(journal), new BytesCodec())
                .groups(groups)
                .open()) {
            writer.resumePoint(); // As an engine asks before it starts.
            writer.onStart();
            Set<Long> written = new HashSet<>();
            long lowWatermark = writer.lowWatermark();
            for (long sequence : sequences) {
                byte[][] record = {("result " + sequence).getBytes(StandardCharsets.UTF_8)};
                writer.onResult(record, sequence, subStream, Outcome.PROCESSED, null);
                written.add(sequence);
                while (written.contains(lowWatermark + 1)) {
                    lowWatermark++;
                }
                writer.onBatchEnd(lowWatermark);
            }
            writer.onShutdown();
        }
    }

    private static List<HandlerGroup<byte[][]>> groups(String... names) {
        return Stream.of(names)
                .map(name -> HandlerGroup.named(name).weight(1).<byte[][]>subStreams(1, i ->
                        (record, sequence, endOfBatch) -> {}))
                .toList();
    }

    @Test
    void shouldUseTheGroupsOfEachSegment() {
        journal = folder.resolve("segments").toString();
        write(groups("a", "b"), 1, 0, 1);
        write(groups("b", "c"), 1, 2);
        write(groups("d"), 0, 3);

        assertEquals(
                List.of("b", "b", "c", "d"),
                replay("--format", "csv").stream()
                        .skip(1)
                        .map(line -> line.split(",")[2])
                        .toList());
        assertEquals(List.of("2"), replay("--format", "count", "--group", "b"));
        assertEquals(List.of("0"), replay("--format", "count", "--group", "a"));
        assertEquals(List.of("3"), replay("--format", "count", "--sub-stream", "1"));
        Braid group = Braid.run("replay", journal, "--group", "e");
        assertEquals(2, group.status());
        assertTrue(group.err().contains("a, b, c, d"), group.err());
    }

    @Test
    void shouldRefuseNoGroupWhereGroupsAreNotKnown() {
        journal = folder.resolve("unknown").toString();
        write(List.of(), 77, 0, 1);
        assertEquals(List.of("2"), replay("--format", "count", "--sub-stream", "77"));
        assertEquals(List.of("0"), replay("--format", "count", "--group", "a"));
        write(groups("a"), 0, 2);
        assertEquals(List.of("2"), replay("--format", "count", "--sub-stream", "77"));
        assertEquals(List.of("1"), replay("--format", "count", "--group", "a"));
    }

    @Test
    void shouldFilterUpToADamagedHead() throws IOException {
        journal = folder.resolve("damaged").toString();
        write(groups("alpha"), 0, 0, 1);
        write(groups("beta"), 0, 2);
        JournalDamage.damage(Path.of(journal, "segment-0000000001"), "beta");

        for (String[] filter : new String[][] {{"--group", "alpha"}, {"--sub-stream", "0"}}) {
            Braid replay = Braid.run("replay", journal, "--format", "raw", filter[0], filter[1]);
            assertEquals(1, replay.status(), replay.err());
            assertEquals(List.of("result 0", "result 1"), replay.lines());
            assertTrue(replay.err().contains("CORRUPT in segment-0000000001"), replay.err());
        }
    }

    @Test
    void shouldTellOfSequencesThatHaveNoResult() {
        journal = folder.resolve("killed").toString();
        write(List.of(), 0, 0, 1, 4, 3, 7);

        Braid all = Braid.run("replay", journal, "--format", "count");
        assertEquals(0, all.status());
        assertEquals("5\n", all.text());
        assertTrue(all.err().startsWith("note: 3 of the sequences have no result"), all.err());
        assertEquals(1, all.err().lines().count(), all.err());
        Braid some = Braid.run("replay", journal, "--from-sequence", "3", "--to-sequence", "6");
        assertTrue(some.err().startsWith("note: 2 of"), some.err());
        Braid none = Braid.run("replay", journal, "--from-sequence", "3", "--to-sequence", "4");
        assertEquals("", none.err());
    }

    @Test
    void shouldNotReadBeyondTheLastSequence() throws IOException {
        journal = folder.resolve("damaged").toString();
        write(List.of(), 0, 1, 0, 2, 3);
        JournalDamage.damage(Path.of(journal), "result 3");

        assertEquals(List.of("result 0", "result 1", "result 2"), replay("--format", "raw", "--to-sequence", "2"));
        assertEquals(List.of("1"), replay("--format", "count", "--to-sequence", "0"));
        assertEquals(1, Braid.run("replay", journal, "--to-sequence", "3").status());
    }

    @Test
    void shouldGoOnAfterDamageWhenAsked() throws IOException {
        journal = folder.resolve("damaged").toString();
        write(groups("g"), 0, 0, 1, 2, 3);
        JournalDamage.damage(Path.of(journal), "result 1");

        Braid first = Braid.run("replay", journal, "--format", "raw");
        assertEquals(1, first.status());
        assertEquals(List.of("result 0"), first.lines());
        assertTrue(
                first.err().matches("(?s).*CORRUPT in segment-0000000000, frame 2 at offset \\d+: .* sequence 1\\s*"),
                first.err());
        for (String order : new String[] {"sequence", "journal"}) {
            Braid rest = Braid.run("replay", journal, "--format", "raw", "--skip-damage", "--order", order);
            assertEquals(1, rest.status());
            assertEquals(List.of("result 0", "result 2", "result 3"), rest.lines());
            assertTrue(rest.err().startsWith("damage: CORRUPT in segment-0000000000, frame 2"), rest.err());
            assertTrue(rest.err().contains("damaged: "), rest.err());
        }
    }

    @Test
    void shouldBeginAtATime() {
        String before = Instant.now().minusSeconds(60).toString();
        String after = LocalDateTime.now().plusDays(2).toString();
        assertEquals(List.of("6"), replay("--format", "count", "--from-time", before));
        assertEquals(List.of("0"), replay("--format", "count", "--from-time", after));
        assertEquals(List.of("6"), replay("--format", "count", "--from-time", "2020-02-29"));
        assertEquals(List.of("6"), replay("--format", "count", "--from-time", before, "--order", "journal"));
    }

    @Test
    void shouldKeepPace() {
        assertEquals(List.of("6"), replay("--format", "count", "--pace", "1000"));
    }

    @Test
    void shouldReadWhatIsDurable() {
        assertEquals(List.of("6"), replay("--format", "count", "--durable-only"));
    }

    @Test
    void shouldNameBadValues() {
        String[][] bad = {
            {"--from-time", "yesterday"},
            {"--from-time", "2026-02-30T00:00:00Z"},
            {"--from-sequence", "-1"},
            {"--from-sequence", "x1"},
            {"--to-sequence", "-7"},
            {"--pace", "0"},
            {"--pace", "-2.0"},
            {"--pace", "NaN"},
            {"--pace", "fast"},
            {"--order", "random"},
            {"--format", "xml"},
            {"--sub-stream", "many"},
            {"--group", "nobody"}
        };
        for (String[] option : bad) {
            Braid replay = Braid.run("replay", journal, option[0], option[1]);
            assertEquals(2, replay.status(), replay.err());
            assertTrue(replay.err().contains(option[0]), replay.err());
            assertTrue(
                    replay.err().toLowerCase(Locale.ROOT).contains(option[1].toLowerCase(Locale.ROOT)), replay.err());
        }
        Braid both = Braid.run("replay", journal, "--from-sequence", "1", "--from-time", "2026-01-01");
        assertEquals(2, both.status());
        assertTrue(both.err().contains("exclude each other"), both.err());
    }

    @Test
    void shouldPrintWhatOtherCodecsWrote() {
        byte[][] payloads = {
            "{\"a\":\r\n[1.10]}".getBytes(StandardCharsets.UTF_8),
            "[1]".getBytes(StandardCharsets.UTF_8),
            "{\"a\":1} {}".getBytes(StandardCharsets.UTF_8),
            "{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.UTF_8),
            "{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1),
            "{}".getBytes(StandardCharsets.UTF_16LE),
            {},
            "text, \"quoted\"".getBytes(StandardCharsets.UTF_8)
        };
        journal = folder.resolve("other").toString();
        HandlerGroup<byte[][]> group =
                HandlerGroup.named("\"g\"").weight(1).subStreams(1, i -> (record, sequence, endOfBatch) -> {});
        try (JournalWriter<byte[][]> writer = JournalWriter.<byte[][]>builder(Path.of(journal), new BytesCodec())
                        .groups(List.of(group))
                        .open();
                BraidEngine<byte[][]> engine = BraidEngine.<byte[][]>builder(() -> new byte[1][])
                        .group(group)
                        .merge(writer)
                        .threadingMode(ThreadingMode.INVOKER)
                        .start()) {
            Ingress<byte[][]> ingress = engine.ingress();
            for (byte[] payload : payloads) {
                ingress.publish((record, sequence) -> record[0] = payload);
            }
        }
        String[] values = {
            "\"result\":{\"a\":  [1.10]}",
            "\"payload\":\"WzFd\"",
            "\"payload\":\"eyJhIjoxfSB7fQ==\"",
            "\"result\":{\"a\":\"\u00e9\"}",
            "\"payload\":\"eyJhIjoi6SJ9\"",
            "\"payload\":\"ewB9AA==\"",
            "\"payload\":\"\"",
            "\"payload\":\"dGV4dCwgInF1b3RlZCI=\""
        };
        assertEquals(
                IntStream.range(0, values.length)
                        .mapToObj(i -> "{\"sequence\":" + i + ",\"subStream\":0,\"group\":\"\\\"g\\\"\","
                                + "\"outcome\":\"PROCESSED\"," + values[i] + "}")
                        .toList(),
                replay());
        List<String> csv = replay("--format", "csv", "--from-sequence", "4");
        assertEquals("4,0,\"\"\"g\"\"\",PROCESSED,eyJhIjoi6SJ9,", csv.get(1));
        assertEquals("7,0,\"\"\"g\"\"\",PROCESSED,\"text, \"\"quoted\"\"\",", csv.get(4));
        assertFalse(replay("--format", "raw").isEmpty());
    }
}
