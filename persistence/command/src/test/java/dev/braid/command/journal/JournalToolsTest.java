package dev.braid.command.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.FailingOutput;
import dev.braid.command.JournalDamage;
import dev.braid.command.Json;
import dev.braid.persistence.JournalDamagedException;
import dev.braid.persistence.JournalWriter;
import dev.braid.persistence.RecordCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dump}, {@code recovery-plan}, {@code salvage}, {@code retain} and {@code compare}, on journals whole and damaged. */
class JournalToolsTest {
    @TempDir
    private Path folder;

    private String journal;

    /** Sequences 0 to 3: needle, needle, a failure and other. */
    @BeforeEach
    void run() {
        journal = folder.resolve("journal").toString();
        runInto(journal, "needle\nneedle\n\nother\n");
    }

    private static void runInto(String journal, String input, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "run",
                "--input",
                "-",
                "--journal",
                journal,
                "--order",
                "sequence",
                "--group",
                "one=2:needle",
                "--group",
                "two=1:*"));
        args.addAll(List.of(more));
        Braid run = Braid.withInput(input, args.toArray(String[]::new));
        assertEquals(0, run.status(), run.err());
    }

    private static Braid tool(int status, String... args) {
        String[] command = new String[args.length + 1];
        command[0] = "journal";
        System.arraycopy(args, 0, command, 1, args.length);
        Braid braid = Braid.run(command);
        assertEquals(status, braid.status(), braid.err() + braid.text());
        return braid;
    }

    private static Map<?, ?> json(int status, String... args) throws IOException {
        String[] command = new String[args.length + 1];
        System.arraycopy(args, 0, command, 0, args.length);
        command[args.length] = "--json";
        return Json.object(tool(status, command).text());
    }

    private static void assertRefused(String part, String... args) {
        Braid braid = tool(2, args);
        assertTrue(braid.err().contains(part), braid.err());
    }

    @Test
    void shouldDescribeWhatIsLeftOfADamagedJournal() throws IOException {
        IoUtil.delete(Path.of(journal, "segment-0000000000").toFile(), false);
        Map<?, ?> description = json(1, "describe", journal);
        assertEquals("4", description.get("results"));
        Map<?, ?> problem = (Map<?, ?>) ((List<?>) description.get("problems")).get(0);
        assertEquals("MISSING_SEGMENT", problem.get("kind"));
        assertEquals("segment-0000000000", problem.get("segment"));
        Braid text = tool(1, "describe", journal);
        assertTrue(text.text().contains("damage: MISSING_SEGMENT"), text.text());
    }

    @Test
    void shouldNameTheFirstDamage() throws IOException {
        JournalDamage.damage(Path.of(journal), "needle");
        Map<?, ?> report = json(1, "verify", journal);
        Map<?, ?> first = (Map<?, ?>) report.get("first");
        assertEquals("CORRUPT", first.get("kind"));
        assertEquals("segment-0000000000", first.get("segment"));
        assertTrue(Long.parseLong((String) first.get("fileOffset")) > 0);
        assertEquals(false, report.get("tornTail"));
        Braid text = tool(1, "verify", journal);
        assertTrue(text.text().contains("first: CORRUPT in segment-0000000000, frame "), text.text());

        assertEquals(true, json(0, "verify", journal, "--tail").get("good"));
        Files.delete(Path.of(journal, "manifest"));
        assertEquals(false, json(1, "verify", journal, "--tail").get("good"));
    }

    @Test
    void shouldDumpHex() {
        Braid dump = tool(0, "dump", journal);
        assertTrue(dump.lines().get(0).startsWith("segment-0000000000, frame 0 at offset "), dump.text());
        assertTrue(dump.lines().get(0).contains(": head, version 2, "), dump.text());
        assertTrue(dump.text().contains("42 52 44 02"), "the magic: " + dump.text());
        assertTrue(dump.text().contains(": end, version 2, "), dump.text());
        Braid one = tool(0, "dump", journal, "--segment", "0", "--frame", "1", "--limit", "1");
        assertEquals(
                1,
                one.lines().stream().filter(line -> line.startsWith("segment-")).count());
        assertTrue(one.lines().get(0).contains("frame 1 at offset"), one.text());
        assertRefused("--segment 1: ", "dump", journal, "--segment", "1");
        assertRefused("--segment -1", "dump", journal, "--segment", "-1");
        assertRefused("--frame 3", "dump", journal, "--frame", "3");
        assertRefused("--limit -3", "dump", journal, "--limit", "-3");
        assertRefused("--to-sequence 1", "dump", journal, "--from-sequence", "2", "--to-sequence", "1");
    }

    @Test
    void shouldDumpJson() throws IOException {
        List<String> lines = tool(0, "dump", journal, "--json").lines();
        Map<?, ?> head = Json.object(lines.get(0));
        assertEquals("head", head.get("type"));
        assertEquals("process", head.get("durability"));
        assertEquals(2, ((List<?>) head.get("groups")).size());
        Map<?, ?> end = Json.object(lines.get(lines.size() - 1));
        assertEquals("end", end.get("type"));
        assertEquals("CLOSED", end.get("end"));
        assertEquals("4", end.get("segmentResults"));

        lines = tool(0, "dump", journal, "--json", "--from-sequence", "1", "--to-sequence", "2")
                .lines();
        StringBuilder results = new StringBuilder();
        for (String line : lines) {
            Map<?, ?> frame = Json.object(line);
            assertEquals("results", frame.get("type"));
            for (Object result : (List<?>) frame.get("results")) {
                results.append(((Map<?, ?>) result).get("sequence")).append(((Map<?, ?>) result).get("outcome"));
            }
        }
        assertEquals("1PROCESSED2FAILED", results.toString());
        String all = String.join("\n", lines);
        assertTrue(all.contains("\"result\":{\"key\":\"needle\",\"count\":2,\"sums\":{}}"), all);
        assertTrue(all.contains("\"reason\":\"line 3: empty line\""), all);
    }

    @Test
    void shouldDumpOverDamage() throws IOException {
        Path second = folder.resolve("second");
        runInto(second.toString(), "needle\n");
        JournalDamage.damage(second, "needle");
        Braid dump = tool(1, "dump", second.toString(), "--json");
        assertTrue(dump.err().startsWith("damage: CORRUPT in segment-0000000000, frame "), dump.err());
        assertTrue(dump.lines().get(dump.lines().size() - 1).contains("\"type\":\"end\""), dump.text());
    }

    @Test
    void shouldDumpTheBytesOfWhatIsDamaged() throws IOException {
        String good = tool(0, "dump", journal).text();
        JournalDamage.damage(Path.of(journal), "needle");

        Braid dump = tool(1, "dump", journal);
        String title = dump.lines().stream()
                .filter(line -> line.contains(": damaged, CORRUPT, "))
                .findFirst()
                .orElseThrow();
        assertTrue(dump.err().contains(title.substring(0, title.indexOf(':'))), "the same place: " + dump.err());
        assertTrue(
                good.contains(title.substring(0, title.indexOf(':')) + ": results, "), "in the right order: " + good);
        assertTrue(dump.text().contains("Needle"), dump.text());
        assertEquals(
                good.lines().count(),
                dump.lines().size(),
                "as many lines: all bytes are there, and nothing is shown twice");

        String frame = title.replaceAll(".*frame (\\d+) .*", "$1");
        Braid one = tool(1, "dump", journal, "--segment", "0", "--frame", frame, "--limit", "1");
        assertEquals(title, one.lines().get(0));
        assertEquals(
                1,
                one.lines().stream().filter(line -> line.startsWith("segment-")).count());
        for (String line : tool(1, "dump", journal, "--json").lines()) {
            assertTrue(Json.object(line).containsKey("type"), line);
        }
    }

    @Test
    void shouldDumpWhereThereIsALargeHole() throws IOException {
        Path file = JournalDamage.dataFile(Path.of(journal));
        Map<?, ?> results =
                Json.object(tool(0, "dump", journal, "--json").lines().get(1));
        long offset = Long.parseLong((String) results.get("fileOffset"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] zeros = new byte[(int) (channel.size() - offset)];
            channel.write(ByteBuffer.wrap(zeros), offset);
            Arrays.fill(zeros, (byte) 7);
            channel.write(ByteBuffer.wrap(zeros, 0, 10), offset + 1024);
        }
        Braid dump = tool(1, "dump", journal, "--segment", "0");
        List<String> titles = dump.lines().stream()
                .filter(line -> line.startsWith("segment-"))
                .toList();
        assertEquals(3, titles.size(), dump.text());
        assertTrue(titles.get(1).contains(", frame 1 at offset " + offset + ": damaged, CORRUPT, "), titles.get(1));
        assertTrue(titles.get(1).endsWith(", of which 0 are shown, the rest are zeros"), titles.get(1));
        assertTrue(titles.get(2).contains(": damaged, HOLE, "), titles.get(2));
        assertTrue(titles.get(2).endsWith(" are shown, the rest are zeros"), titles.get(2));
        assertTrue(dump.text().contains(" 07 07 07 07 "), dump.text());
    }

    @Test
    void shouldDumpNothingOfAnotherSegment() throws IOException {
        runInto(journal, "needle\nneedle\n\nother\nother\n", "--resume");
        Files.delete(JournalDamage.dataFile(Path.of(journal, "segment-0000000000")));
        assertEquals("", tool(1, "dump", journal, "--segment", "0").text());
        assertTrue(tool(0, "dump", journal, "--segment", "1").text().startsWith("segment-0000000001, frame 0 "));
    }

    /** A record with a text of its own. */
    static final class Texty {
        private String text;

        @Override
        public String toString() {
            return "<" + text + ">";
        }
    }

    /** A record that has none. */
    static final class Plain {
        static final int CONSTANT = 1;
        private int length;
        private char first;
    }

    /** Of records that tell their class. */
    static final class TextyCodec implements RecordCodec<Texty> {
        @Override
        public int encode(Texty record, MutableDirectBuffer buffer, int offset) {
            return 0;
        }

        @Override
        public void decode(Texty record, DirectBuffer buffer, int offset, int length) {
            record.text = buffer.getStringWithoutLengthUtf8(offset, length);
        }
    }

    /** Of records of whatever kind. */
    static final class PlainCodec<T> implements RecordCodec<T> {
        @Override
        public int encode(T record, MutableDirectBuffer buffer, int offset) {
            return 0;
        }

        @Override
        public void decode(T record, DirectBuffer buffer, int offset, int length) {
            ((Plain) record).length = length;
            ((Plain) record).first = (char) buffer.getByte(offset);
        }
    }

    /** Always fails. */
    static final class FailingCodec implements RecordCodec<Plain> {
        @Override
        public int encode(Plain record, MutableDirectBuffer buffer, int offset) {
            return 0;
        }

        @Override
        public void decode(Plain record, DirectBuffer buffer, int offset, int length) {
            throw new IllegalStateException("not mine");
        }
    }

    @Test
    void shouldDumpByACodec() {
        Braid texty = tool(0, "dump", journal, "--codec", TextyCodec.class.getName());
        assertTrue(
                texty.text().contains("\"record\":\"<{\\\"key\\\":\\\"needle\\\",\\\"count\\\":1,\\\"sums\\\":{}}>\""),
                texty.text());
        Braid plain =
                tool(0, "dump", journal, "--codec", PlainCodec.class.getName(), "--record", Plain.class.getName());
        assertTrue(plain.text().contains("\"record\":\"length=36, first={\""), plain.text());

        assertRefused("--record", "dump", journal, "--codec", PlainCodec.class.getName());
        assertRefused("no.such.Codec", "dump", journal, "--codec", "no.such.Codec");
        assertRefused("java.lang.String", "dump", journal, "--codec", "java.lang.String");
        assertRefused("no.jar", "dump", journal, "--codec", TextyCodec.class.getName(), "--class-path", "no.jar");
        Braid failing = tool(1, "dump", journal, "--codec", FailingCodec.class.getName());
        assertTrue(failing.err().contains("the record of sequence 0")
                && failing.err().contains("not mine"));
    }

    @Test
    void shouldTellWhatAStartWouldDo() throws IOException {
        Braid plan = tool(0, "recovery-plan", journal);
        assertEquals(
                List.of(
                        "begin a segment; the next sequence is 4, the low watermark 3",
                        "restore the state of handlers from snapshot-0000000000000000004"),
                plan.lines());

        Map<?, ?> good = json(0, "recovery-plan", journal);
        assertEquals(null, good.get("refusal"));
        assertEquals("4", good.get("nextSequence"));
        assertEquals(List.of(), good.get("kept"));

        IoUtil.delete(Path.of(journal, "segment-0000000000").toFile(), false);
        Map<?, ?> refused = json(1, "recovery-plan", journal);
        assertEquals("MISSING_SEGMENT", ((Map<?, ?>) refused.get("refusal")).get("kind"));
        assertTrue(tool(1, "recovery-plan", journal).text().contains("refused: MISSING_SEGMENT"));
        JournalDamagedException e = assertThrows(
                JournalDamagedException.class,
                () -> JournalWriter.builder(Path.of(journal), new TextyCodec()).open());
        assertEquals(e.getMessage(), ((Map<?, ?>) refused.get("refusal")).get("message"));
    }

    @Test
    void shouldSalvage() throws IOException {
        String copy = folder.resolve("copy").toString();
        assertEquals(true, json(0, "salvage", journal, copy).get("complete"));
        assertTrue(tool(0, "compare", journal, copy).text().startsWith("same: 4 results"));

        JournalDamage.damage(Path.of(journal), "needle");
        String mended = folder.resolve("mended").toString();
        Braid salvage = tool(1, "salvage", journal, mended);
        assertTrue(salvage.text().contains("damage: CORRUPT"), salvage.text());
        assertTrue(salvage.lines().stream().anyMatch(line -> line.startsWith("lost: sequence")), salvage.text());
        assertTrue(tool(0, "verify", mended).text().startsWith("good: 4 results"));
        Braid compare = tool(1, "compare", copy, mended);
        assertTrue(compare.text().contains("LOST"), compare.text());
        assertEquals(false, json(1, "compare", copy, mended).get("same"));

        Path file = JournalDamage.dataFile(Path.of(copy));
        Files.copy(file, file.resolveSibling("other.cq4"));
        Braid doubled = tool(1, "salvage", copy, folder.resolve("single").toString());
        assertTrue(
                doubled.lines()
                        .get(0)
                        .endsWith("it has 2 data files: " + file.getFileName()
                                + ", as the manifest says, is read; other.cq4, with the same frames, is passed over"),
                doubled.text());
        assertEquals(
                List.of("copied: 4 results", "copied: 1 snapshot", "lost: 0 sequences"),
                doubled.lines().subList(1, 4));

        assertRefused("is not empty", "salvage", journal, mended);
        assertRefused("must not be in the old", "salvage", journal, journal + "/new");
        assertRefused("must not be in the old", "salvage", journal, journal);
        assertRefused("no such folder", "salvage", folder.resolve("none").toString(), copy + "2");
        assertRefused("NEW", "salvage", journal);
    }

    @Test
    void shouldRetain() throws IOException {
        Map<?, ?> plan = json(0, "retain", journal, "--max-size", "1k", "--dry-run");
        assertEquals(true, plan.get("dryRun"));
        assertEquals(List.of(), plan.get("givenUp"));
        assertEquals("segment-0000000000", plan.get("kept"));
        Braid text = tool(0, "retain", journal, "--below", "2", "--max-age", "7d");
        assertTrue(text.text().startsWith("freed 0 bytes of 0 segments"), text.text());

        assertRefused("--max-size 'much'", "retain", journal, "--max-size", "much");
        assertRefused("--max-size '99999999999G'", "retain", journal, "--max-size", "99999999999G");
        assertRefused("--max-age '3 weeks'", "retain", journal, "--max-age", "3 weeks");
        assertRefused("--below -1", "retain", journal, "--below", "-1");
        assertRefused("there must be a limit", "retain", journal);
    }

    @Test
    void shouldCompare() throws IOException {
        String other = folder.resolve("other").toString();
        runInto(other, "needle\nneedle\n\nother\nother\n");
        Map<?, ?> report = json(1, "compare", journal, other, "--order", "sequence");
        assertEquals(false, report.get("same"));
        assertEquals("4", report.get("results"));
        Map<?, ?> difference = (Map<?, ?>) report.get("difference");
        assertEquals("-1", difference.get("firstSequence"));
        assertEquals("4", difference.get("otherSequence"));
        assertRefused("random", "compare", journal, other, "--order", "random");
        assertRefused("no such folder", "compare", journal, other + "2");
    }

    @Test
    void shouldReportOutputThatCannotBeWritten() {
        for (String[] command : new String[][] {
            {"journal", "dump", journal},
            {"journal", "dump", journal, "--json"},
            {"journal", "recovery-plan", journal},
            {"journal", "retain", journal, "--below", "1"},
            {"journal", "compare", journal, journal}
        }) {
            Braid full = Braid.withStreams(InputStream.nullInputStream(), new FailingOutput("No space left"), command);
            assertEquals(1, full.status(), full.err());
            assertTrue(full.err().contains("No space left"), full.err());
            Braid enough = Braid.withStreams(InputStream.nullInputStream(), new FailingOutput("broken pipe"), command);
            assertEquals(0, enough.status(), enough.err());
            assertEquals("", enough.err());
        }
    }
}
