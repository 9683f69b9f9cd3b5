package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.dataFile;
import static dev.braid.persistence.TestJournal.frames;
import static dev.braid.persistence.TestJournal.readBytes;
import static dev.braid.persistence.TestJournal.writeBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Frame;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.agrona.IoUtil;

/**
 * Files that were changed behind the journal's back. Either nothing is lost, or the loss is named: by {@code verify}, by a
 * reader in the place where it comes to it, and by a start, which changes nothing then.
 */
final class DamageFaults {
    private static final int RESULTS = 1_200;
    private static final int BATCH = 6;
    private static final int PAGE = 4096;
    private static final int MORE = 20;
    private static final String METADATA = "metadata.cq4t";

    private DamageFaults() {}

    /** A journal of several segments: closed, or left by a writer that was killed. All of its results are acknowledged. */
    private static Ledger make(Path dir, boolean isClosed) throws IOException {
        Path living = isClosed ? dir : dir.resolveSibling(dir.getFileName() + "-living");
        try (JournalWriter<Line> writer = JournalWriter.builder(living, TestJournal.CODEC)
                .segmentSize(KillFaults.SEGMENT_SIZE)
                .open()) {
            writer.begin();
            Ledger.write(writer, 0, RESULTS, BATCH);
            if (!isClosed) {
                ManifestFile.whileUnchanged(living, () -> copied(living, dir));
            }
            writer.onShutdown();
        }
        if (!isClosed) {
            IoUtil.delete(living.toFile(), false);
        }
        Ledger ledger = new Ledger();
        ledger.acknowledge(RESULTS - 1);
        ledger.check(dir);
        return ledger;
    }

    private static Path copied(Path from, Path to) {
        try {
            TestJournal.copy(from, to);
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long anySegment(Path dir, Random random) {
        List<JournalFolder.Segment> written = JournalFolder.segments(dir).stream()
                .filter(segment -> !frames(dir, segment.number()).isEmpty())
                .toList();
        assertTrue(written.size() >= 3, "only " + written.size() + " segments");
        return written.get(random.nextInt(written.size())).number();
    }

    /** All is there, or what is not is named by all who look at it. */
    private static void checkLoss(Ledger ledger, Path dir, String what) throws IOException {
        VerifyReport report = Journals.verify(dir, TestJournal.NO_PROGRESS);
        boolean isReadToEnd = ledger.isReadToEnd(dir, RESULTS);
        assertTrue(isReadToEnd || !report.isGood(), what + ": " + report);
        if (isReadToEnd) {
            return;
        }
        JournalProblem problem = report.problems().stream()
                .filter(each -> each.kind().isDamage())
                .findFirst()
                .orElseThrow();
        assertTrue(problem.segment().isPresent(), what);
    }

    static void zeroedPage(Path dir, Random random) throws Exception {
        Ledger ledger = make(dir, random.nextBoolean());
        long number = anySegment(dir, random);
        List<Frame> frames = frames(dir, number);
        Path file = dataFile(dir, number);
        long begin = frames.get(0).offset();
        long end = frames.get(frames.size() - 1).offset();
        long offset =
                switch (random.nextInt(4)) {
                    case 0 -> 0; // The head.
                    case 1 -> random.nextLong(begin); // Chronicle's index, for the most part.
                    case 2 -> begin + random.nextLong(end - begin);
                    default -> end;
                };
        long page = offset / PAGE * PAGE;
        writeBytes(file, page, new byte[PAGE]);
        checkLoss(ledger, dir, "page at " + page + " of " + file);
        startOrRefuse(ledger, dir);
    }

    /** A start loses nothing without a word: either it goes on after all results, or it refuses. */
    private static void startOrRefuse(Ledger ledger, Path dir) throws IOException {
        boolean isWhole = ledger.isReadToEnd(dir, RESULTS);
        try {
            JournalWriter.builder(dir, TestJournal.CODEC).open().close();
            assertTrue(
                    Journals.describe(dir).sequences().lowWatermark() >= ledger.acknowledged(),
                    "a start made the end of the journal vanish");
        } catch (JournalDamagedException e) {
            assertFalse(isWhole && Journals.verify(dir, TestJournal.NO_PROGRESS).isGood(), e::getMessage);
        }
    }

    /** In a frame, Chronicle's word before it, Chronicle's own data, or the manifest. */
    static void flippedBit(Path dir, Random random) throws Exception {
        Ledger ledger = make(dir, random.nextBoolean());
        long number = anySegment(dir, random);
        List<Frame> frames = frames(dir, number);
        Frame frame = frames.get(1 + random.nextInt(frames.size() - 1));
        int kind = random.nextInt(8);
        Path file = kind == 7 ? dir.resolve(ManifestFile.NAME) : dataFile(dir, number);
        long offset =
                switch (kind) {
                    case 0 -> frame.offset() + FrameLayout.CRC_OFFSET + random.nextInt(4);
                    case 1 -> frame.offset() + FrameLayout.LENGTH_OFFSET + random.nextInt(4);
                    case 2 -> frame.offset() + FrameLayout.LOW_WATERMARK_OFFSET + random.nextInt(8);
                    case 3 -> frame.offset() + FrameLayout.HEADER_LENGTH + random.nextInt(8); // The first sequence.
                    case 4 -> frame.offset() + random.nextInt(frame.length()); // A payload, for the most part.
                    case 5 -> frame.offset() - 4 + random.nextInt(4); // Chronicle's word.
                    case 6 -> random.nextLong(frames.get(0).offset()); // Chronicle's header and index.
                    default -> random.nextLong(Files.size(file));
                };
        flip(file, offset, random);
        String what = "bit at " + offset + " of " + file;
        if (kind < 5) {
            assertFalse(Journals.verify(dir, TestJournal.NO_PROGRESS).isGood(), what);
        }
        if (kind == 7) {
            assertThrows(JournalDamagedException.class, () -> ManifestFile.read(dir), what);
            ledger.goOn(dir, MORE); // It is made again from the segments.
            return;
        }
        checkLoss(ledger, dir, what);
        startOrRefuse(ledger, dir);
    }

    private static void flip(Path file, long offset, Random random) throws IOException {
        byte[] bytes = readBytes(file, offset, 1);
        bytes[0] ^= (byte) (1 << random.nextInt(8));
        writeBytes(file, offset, bytes);
    }

    /** Returns where a frame is cut so that something is missing: behind the end of a file there are zeros, as in its padding. */
    private static long cutWithin(Frame frame, Random random) {
        return frame.offset() + random.nextInt(frame.length() - Long.BYTES);
    }

    /** At a byte of the last frame, acknowledged or not, and of one in an older segment. */
    static void truncation(Path dir, Random random) throws Exception {
        Ledger ledger = make(dir, false);
        List<JournalFolder.Segment> segments = JournalFolder.segments(dir).stream()
                .filter(segment -> !frames(dir, segment.number()).isEmpty())
                .toList();
        long number = segments.get(segments.size() - 1).number();
        List<Frame> frames = frames(dir, number);
        Frame last = frames.get(frames.size() - 1);
        long length = cutWithin(last, random);

        truncate(dataFile(dir, number), length);
        assertThrows(JournalDamagedException.class, () -> TestJournal.open(dir), "an acknowledged frame was cut off");
        assertFalse(Journals.verify(dir, TestJournal.NO_PROGRESS).isGood());

        TestJournal.acknowledge(dir, number, frames.size() - 1);
        Ledger lower = new Ledger();
        lower.acknowledge(RESULTS - BATCH - 1);
        lower.goOn(dir, MORE);

        long older = segments.get(random.nextInt(segments.size() - 1)).number();
        Frame cut = frames(dir, older).get(random.nextInt(frames(dir, older).size()));
        truncate(dataFile(dir, older), cutWithin(cut, random));
        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> TestJournal.open(dir));
        assertEquals(
                JournalFolder.segment(dir, older).name(), e.problem().segment().orElse(""));
        assertFalse(ledger.isReadToEnd(dir, RESULTS));
    }

    private static void truncate(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    static void segmentFiles(Path dir, Random random) throws Exception {
        Ledger ledger = make(dir, random.nextBoolean());
        long number = anySegment(dir, random);
        Path folder = JournalFolder.segment(dir, number).folder();
        Path metadata = folder.resolve(METADATA);
        switch (random.nextInt(5)) {
            case 0 -> {
                Files.delete(metadata);
                ledger.goOn(dir, MORE);
            }
            case 1 -> {
                Files.write(metadata, new byte[(int) Files.size(metadata)]);
                ledger.goOn(dir, MORE);
            }
            case 2 -> {
                byte[] bytes = new byte[(int) Files.size(metadata)];
                random.nextBytes(bytes);
                Files.write(metadata, bytes);
                ledger.goOn(dir, MORE);
            }
            case 3 -> {
                IoUtil.delete(folder.toFile(), false);
                assertFalse(Journals.verify(dir, TestJournal.NO_PROGRESS).isGood());
                assertFalse(ledger.isReadToEnd(dir, RESULTS));
                assertThrows(JournalDamagedException.class, () -> TestJournal.open(dir));
            }
            default -> {
                TestJournal.copy(folder, JournalFolder.segment(dir, 1000).folder());
                assertFalse(Journals.verify(dir, TestJournal.NO_PROGRESS).isGood());
                assertThrows(JournalDamagedException.class, () -> TestJournal.open(dir));
            }
        }
    }
}
