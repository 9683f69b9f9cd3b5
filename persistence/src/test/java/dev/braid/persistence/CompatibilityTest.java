package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.Outcome;
import dev.braid.persistence.TestJournal.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.main.DumpMain;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was written before can be read, what a newer version writes is refused, and Chronicle's own tools read segments. */
class CompatibilityTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(ints = {1, FrameLayout.VERSION})
    void shouldReadVerifyAndContinueTheGoldenJournal(int version) throws IOException {
        GoldenJournal.unpack(version, dir);
        List<Result> golden = GoldenJournal.results();

        assertEquals(golden, read(dir, ReadOrder.JOURNAL));
        VerifyReport report = verify(dir);
        assertTrue(report.isGood(), report::toString);
        assertEquals(golden.size(), report.results());
        JournalDescription journal = Journals.describe(dir);
        assertEquals(1, journal.outcomes().failed());
        assertEquals(1, journal.outcomes().shed());
        assertEquals(1, journal.outcomes().lost());
        assertEquals(89, journal.sequences().lowWatermark());
        List<SegmentEnd> ends = journal.segments().stream()
                .map(segment -> segment.atEnd().end())
                .toList();
        assertEquals(List.of(SegmentEnd.CLOSED, SegmentEnd.ROLLED, SegmentEnd.NONE), ends);
        assertEquals(List.of(new JournalGroup("gold", 8, 0, 2), new JournalGroup("bronze", 1, 2, 3)), journal.groups());
        assertEquals(OptionalLong.of(1_780_000_000_001_000_000L), journal.createdNs());

        assertEquals(Set.of(version), versions());

        writeRun(dir, 1, 90, 91);

        assertEquals(
                version == FrameLayout.VERSION ? Set.of(version) : Set.of(version, FrameLayout.VERSION), versions());
        List<Result> results = read(dir, ReadOrder.SEQUENCE);
        assertEquals(92, results.size());
        golden = new ArrayList<>(golden);
        golden.sort(Comparator.comparingLong(Result::sequence));
        assertEquals(golden, results.subList(0, 90));
        assertEquals(new Result(91, 91, Outcome.PROCESSED, text(91)), results.get(91));
        report = verify(dir);
        assertTrue(report.problems().isEmpty(), report::toString);
    }

    /** Of the frames of a journal. */
    private Set<Integer> versions() {
        Set<Integer> versions = new TreeSet<>();
        try (JournalFrames frames = JournalFrames.open(dir, ProblemListener.STRICT)) {
            while (frames.next()) {
                versions.add(frames.header().format().version());
            }
        }
        return versions;
    }

    @Test
    void shouldRefuseAManifestOfANewerVersion() throws IOException {
        writeRun(dir, 1, 0);
        Path file = dir.resolve(ManifestFile.NAME);
        byte[] bytes = Files.readAllBytes(file);
        bytes[7] = ManifestLayout.VERSION + 1;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 4, bytes.length - 4);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(0, (int) crc.getValue());
        Files.write(file, bytes);

        String expected = "UNSUPPORTED: the manifest is of version 3, but the newest that can be read is 2";
        for (ReadOrder order : ReadOrder.values()) {
            JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> read(dir, order));
            assertEquals(expected, e.getMessage());
        }
        assertEquals(
                expected,
                assertThrows(JournalDamagedException.class, () -> open(dir)).getMessage());
        assertEquals(expected, verify(dir).problems().get(0).message());
        assertEquals(
                expected,
                assertThrows(
                                JournalDamagedException.class,
                                () -> JournalRetention.of(dir).below(1).apply())
                        .getMessage());
        assertEquals(
                expected,
                assertThrows(
                                JournalDamagedException.class,
                                () -> Journals.salvage(dir, dir.resolveSibling("new"), NO_PROGRESS))
                        .getMessage());
    }

    @Test
    void shouldBeReadByChroniclesOwnReader() {
        writeRun(dir, 2, 0, 1, 2, 3, 4);
        List<TestJournal.Frame> frames = frames(dir, 0);
        int read = 0;
        try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(
                                JournalFolder.segment(dir, 0).folder())
                        .build();
                ExcerptTailer tailer = queue.createTailer()) {
            for (; ; read++) {
                try (DocumentContext document = tailer.readingDocument()) {
                    if (!document.isPresent()) {
                        break;
                    }
                    Bytes<?> bytes = document.wire().bytes();
                    UnsafeBuffer frame =
                            new UnsafeBuffer(bytes.addressForRead(bytes.readPosition()), (int) bytes.readRemaining());
                    FrameDecoder decoder = new FrameDecoder();
                    decoder.wrap(frame, 0);
                    assertTrue(FrameLayout.hasMagic(frame, 0));
                    assertEquals(read, decoder.ordinal());
                    assertEquals(frames.get(read).length(), frame.capacity());
                }
            }
        }
        assertEquals(frames.size(), read);
        assertTrue(verify(dir).problems().isEmpty(), () -> verify(dir).toString());
    }

    @Test
    void shouldBeDumpedByChroniclesOwnDump() {
        writeRun(dir, 1, 0, 1, 2);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        DumpMain.dump(
                JournalFolder.segment(dir, 0).folder().toFile(),
                new PrintStream(text, true, StandardCharsets.UTF_8),
                Long.MAX_VALUE);
        String dump = text.toString(StandardCharsets.UTF_8);
        List<TestJournal.Frame> frames = frames(dir, 0);
        for (int i = 0; i < frames.size(); i++) {
            String place = "# position: " + (frames.get(i).offset() - 4) + ", header: " + i + "\n--- !!data #binary";
            assertTrue(dump.contains(place), () -> "no " + place + " in:\n" + dump);
        }
    }
}
