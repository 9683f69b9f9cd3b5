package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The bytes in FORMAT.md are those that are written and read. */
class FormatDocumentTest {
    private static final int JOURNAL = 0x0BADCAFE;
    private static final long TIME_NS = 1_780_000_000_000_000_000L;
    private static final List<JournalGroup> GROUPS = List.of(new JournalGroup("gold", 8, 0, 2));

    /** A heading, then some text, then its bytes in hexadecimal, each line after its offset. */
    private static final Pattern EXAMPLE =
            Pattern.compile("^### Example: ([a-z]+)\\n.*?```text\\n(.*?)```$", Pattern.DOTALL | Pattern.MULTILINE);

    private final FrameEncoder encoder = new FrameEncoder(1024, new FrameEncoder.Stamps(-1, 0));
    private final SegmentTally tally = new SegmentTally(JOURNAL, 0, ChainHash.Value.NONE);
    private long end = 262_256;

    private static Map<String, byte[]> examples() throws IOException {
        Map<String, byte[]> examples = new HashMap<>();
        Matcher matcher = EXAMPLE.matcher(Files.readString(Path.of("FORMAT.md")));
        while (matcher.find()) {
            StringBuilder hex = new StringBuilder();
            for (String line : matcher.group(2).lines().toList()) {
                String[] words = line.strip().split(" +");
                assertEquals(hex.length() / 2, Integer.parseInt(words[0]), "offset of: " + line);
                hex.append(String.join("", List.of(words).subList(1, words.length)));
            }
            examples.put(matcher.group(1), HexFormat.of().parseHex(hex));
        }
        return examples;
    }

    private byte[] finish(int type, long lowWatermark) {
        encoder.finish(type, tally, tally.frames(), lowWatermark, TIME_NS + tally.frames());
        encoder.written();
        byte[] bytes = new byte[encoder.length()];
        encoder.buffer().getBytes(0, bytes);
        FrameDecoder decoder = new FrameDecoder();
        decoder.wrap(encoder.buffer(), 0);
        end += Integer.BYTES + bytes.length;
        tally.add(decoder, end);
        encoder.reset();
        return bytes;
    }

    private byte[] results() {
        result(0, 1, Outcome.PROCESSED, "{\"n\":1}");
        refused(1, -1, "no group", "{\"n\":2}");
        return finish(FrameLayout.TYPE_RESULTS, 1);
    }

    private void result(long sequence, int subStream, Outcome outcome, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        encoder.buffer().putBytes(encoder.payloadOffset(), bytes);
        encoder.add(sequence, subStream, outcome.code(), bytes.length);
    }

    private void refused(long sequence, int subStream, String reason, String payload) {
        RecordCodec<TestJournal.Line> codec = TestJournal.CODEC;
        TestJournal.Line line = new TestJournal.Line();
        line.text = payload;
        int length = new RefusedEncoder<>(codec, 100)
                .encode(line, new IllegalStateException(reason), encoder.buffer(), encoder.payloadOffset());
        encoder.add(sequence, subStream, Outcome.FAILED.code() | FrameLayout.RECORD_KEPT, length);
    }

    private static void assertIsWritten(String name, byte[] written, Map<String, byte[]> examples) {
        assertTrue(examples.containsKey(name), () -> "no example of a " + name + ", which is:\n" + text(written));
        assertArrayEquals(written, examples.get(name), () -> "the bytes of the " + name + " are:\n" + text(written));
    }

    private static String text(byte[] bytes) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += 16) {
            String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, i, Math.min(bytes.length, i + 16));
            lines.add(String.format("%4d  %s", i, hex));
        }
        return String.join("\n", lines);
    }

    @Test
    void shouldShowTheBytesThatAreWritten() throws IOException {
        Map<String, byte[]> examples = examples();
        encoder.head(Durability.PROCESS, ChainHash.Value.NONE, 1, BootId.NONE, GROUPS);
        assertIsWritten("head", finish(FrameLayout.TYPE_HEAD, -1), examples);
        assertIsWritten("results", results(), examples);
        encoder.end(tally.results(), SegmentEnd.CLOSED, tally.hash());
        assertIsWritten("end", finish(FrameLayout.TYPE_END, 1), examples);
        Manifest manifest = Manifest.empty(JOURNAL, TIME_NS)
                .withEpoch(1, -1)
                .withBegun(0)
                .withSealed(tally.seal(SegmentEnd.CLOSED));
        ByteBuffer encoded = ManifestLayout.encode(manifest, 0);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        assertIsWritten("manifest", bytes, examples);
        assertEquals(4, examples.size());
    }

    @Test
    void shouldShowBytesThatCanBeRead() throws IOException {
        Map<String, byte[]> examples = examples();
        FrameDecoder frame = new FrameDecoder();
        frame.wrap(new UnsafeBuffer(examples.get("head")), 0);
        assertTrue(frame.isWellFormed());
        assertEquals(GROUPS, frame.head().groups());
        frame.wrap(new UnsafeBuffer(examples.get("results")), 0);
        assertTrue(frame.isWellFormed());
        assertTrue(frame.nextResult());
        assertEquals(0, frame.sequence());
        assertTrue(frame.nextResult());
        assertEquals(Outcome.FAILED, frame.outcome());
        assertTrue(frame.isRecordKept());
        RefusedRecord refused = new RefusedRecord()
                .wrap(frame.buffer(), frame.payloadOffset(), frame.payloadLength(), frame.isRecordKept());
        assertEquals("no group", refused.reason());
        assertEquals(
                "{\"n\":2}",
                refused.buffer().getStringWithoutLengthUtf8(refused.recordOffset(), refused.recordLength()));
        frame.wrap(new UnsafeBuffer(examples.get("end")), 0);
        Manifest manifest = ManifestLayout.decode(examples.get("manifest"));
        assertEquals(frame.trailer().chain(), manifest.last().atEnd().chain());
        assertEquals(2, manifest.last().contents().results());
    }

    @Test
    void shouldNameTheVersionThatIsWritten() throws IOException {
        String text = Files.readString(Path.of("FORMAT.md"));
        assertTrue(text.contains(
                "Frames are of version " + FrameLayout.VERSION + ", manifests of version " + ManifestLayout.VERSION));
    }
}
