package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Records, a codec and short ways to write, read and damage journals. */
final class TestJournal {
    static final RecordCodec<Line> CODEC = new RecordCodec<>() {
        @Override
        public int encode(Line line, MutableDirectBuffer buffer, int offset) {
            return buffer.putStringWithoutLengthAscii(offset, line.text);
        }

        @Override
        public void decode(Line line, DirectBuffer buffer, int offset, int length) {
            line.text = buffer.getStringWithoutLengthAscii(offset, length);
        }
    };

    static final ProgressListener NO_PROGRESS = ProgressListener.NONE;

    /** Id of journals that are forged. */
    private static final int FORGED = 4711;

    private TestJournal() {}

    /** A record: a line of text. */
    static final class Line {
        String text = "";
    }

    /** A result as read. */
    record Result(long sequence, int subStream, Outcome outcome, String text) {}

    /** A frame as found in a data file. */
    record Frame(long offset, int length) {}

    static JournalWriter<Line> open(Path dir) {
        return JournalWriter.builder(dir, CODEC).open();
    }

    /** Hands over a processed record. */
    static void put(JournalWriter<Line> writer, long sequence, int subStream, String text) {
        Line line = new Line();
        line.text = text;
        writer.onResult(line, sequence, subStream, Outcome.PROCESSED, null);
    }

    /** One run that writes sequences in this order, each of its own sub-stream, in batches of a size. */
    static void writeRun(Path dir, int batchSize, long... sequences) {
        try (JournalWriter<Line> writer = open(dir)) {
            writer.begin();
            putAll(writer, batchSize, sequences);
            writer.onShutdown();
        }
    }

    /** Hands over sequences in this order, each of its own sub-stream, in batches of a size. */
    static void putAll(JournalWriter<Line> writer, int batchSize, long... sequences) {
        SequenceTracker tracker = new SequenceTracker(writer.lowWatermark() + 1);
        for (int i = 0; i < sequences.length; i++) {
            put(writer, sequences[i], (int) sequences[i], text(sequences[i]));
            tracker.add(sequences[i]);
            if ((i + 1) % batchSize == 0 || i + 1 == sequences.length) {
                writer.onBatchEnd(tracker.next() - 1);
            }
        }
    }

    /** As {@link #writeRun}, but leaves the journal as it is when its writer is killed at the end. */
    static void writeKilledRun(Path dir, int batchSize, long... sequences) throws IOException {
        Path living = Files.createTempDirectory("journal");
        try {
            if (Files.exists(dir)) {
                copy(dir, living);
            }
            try (JournalWriter<Line> writer = open(living)) {
                writer.begin();
                putAll(writer, batchSize, sequences);
                IoUtil.delete(dir.toFile(), true);
                copy(living, dir);
                writer.onShutdown();
            }
        } finally {
            IoUtil.delete(living.toFile(), false);
        }
    }

    /**
     * Copies a journal as it is, like a disk that survives its machine. First what speaks of segments, then these: meanwhile
     * threads of the journal's own may make one, under another name as long as it is not whole.
     */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (String name : List.of(JournalMark.FILE_NAME, ManifestFile.NAME)) {
            if (Files.exists(from.resolve(name))) {
                Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            private boolean isFirst(Path path) {
                return path.equals(from.resolve(JournalMark.FILE_NAME)) || path.equals(from.resolve(ManifestFile.NAME));
            }

            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (folder.getFileName().toString().contains(".new-")) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!isFirst(file) && Files.exists(file)) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // It is gone.
            }
        });
        List<Path> manifests;
        try (Stream<Path> walk = Files.walk(to)) {
            manifests = walk.filter(path -> path.endsWith(ManifestFile.NAME)).toList();
        }
        for (Path manifest : manifests) {
            adopt(manifest.getParent());
        }
    }

    /** Stands for the journal itself: it is not known as a copy. */
    static void adopt(Path dir) {
        try {
            if (ManifestFile.isCopied(dir)) {
                ManifestFile.write(dir, FileDisk.INSTANCE, ManifestFile.read(dir));
            }
        } catch (JournalDamagedException e) {
            // There is nothing that says so.
        }
    }

    static String text(long sequence) {
        return "record " + sequence;
    }

    static List<Result> read(Path dir, ReadOrder order) {
        List<Result> results = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(dir, order)) {
            readRest(reader, results);
        }
        return results;
    }

    static void readRest(JournalReader reader, List<Result> results) {
        ResultHandler handler = (sequence, subStream, outcome, frameTimeNs, buffer, offset, length) -> results.add(
                new Result(sequence, subStream, outcome, buffer.getStringWithoutLengthUtf8(offset, length)));
        while (reader.poll(handler, 7) > 0) {
            // Go on.
        }
    }

    static List<Long> sequences(List<Result> results) {
        return results.stream().map(Result::sequence).toList();
    }

    static VerifyReport verify(Path dir) {
        return Journals.verify(dir, NO_PROGRESS);
    }

    static List<ProblemKind> kinds(VerifyReport report) {
        return report.problems().stream().map(JournalProblem::kind).toList();
    }

    static Path dataFile(Path dir, long segment) {
        return JournalFolder.segment(dir, segment).dataFile();
    }

    static List<Frame> frames(Path dir, long segment) {
        JournalFolder.Segment found = JournalFolder.segment(dir, segment);
        List<Frame> frames = new ArrayList<>();
        FileWindow window = found.open();
        if (window == null) {
            return frames; // It was just being made.
        }
        try (SegmentScanner scanner = new SegmentScanner(found, 0, window, ProblemListener.STRICT)) {
            while (scanner.next()) {
                int length =
                        scanner.buffer().getInt(scanner.frame() + FrameLayout.LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
                frames.add(new Frame(scanner.frameOffset(), length));
            }
        }
        return frames;
    }

    static byte[] readBytes(Path file, long offset, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            channel.read(bytes, offset);
            return bytes.array();
        }
    }

    static void writeBytes(Path file, long offset, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }

    /** Lets a journal's mark, and all frames that are not sealed, say that no more than this was acknowledged. */
    static void acknowledge(Path dir, long segment, int frames) throws IOException {
        JournalMark.Found mark = JournalMark.read(dir);
        Manifest manifest = Manifest.empty(mark.journal(), 0).withEpoch(mark.epoch(), -1);
        long position = FramePlace.position(segment, frames);
        new JournalMark(dir, manifest, mark.durability(), position, FileDisk.INSTANCE, () -> {}).close();
        try {
            claim(dir, position);
        } catch (JournalDamagedException e) {
            assertTrue(
                    frames >= e.problem().frame().orElse(-1),
                    "damaged before what is no more acknowledged: " + e.getMessage());
        }
    }

    private static void claim(Path dir, long position) throws IOException {
        Manifest manifest = ManifestFile.read(dir);
        ChainHash.Value before = manifest.chain();
        for (long number = manifest.nextSegment(); number <= manifest.begun(); number++) {
            SegmentTally tally = new SegmentTally(manifest.journal(), number, before);
            for (Frame frame : frames(dir, number)) {
                UnsafeBuffer bytes = new UnsafeBuffer(readBytes(dataFile(dir, number), frame.offset(), frame.length()));
                FrameDecoder decoder = new FrameDecoder();
                decoder.wrap(bytes, 0);
                if (decoder.ordinal() != tally.frames()) {
                    return; // Damaged from here on.
                }
                if (decoder.type() == FrameLayout.TYPE_HEAD) {
                    before.write(bytes, FrameLayout.HEADER_LENGTH + FrameLayout.HEAD_CHAIN_OFFSET);
                } else if (decoder.type() == FrameLayout.TYPE_END) {
                    tally.hash().write(bytes, FrameLayout.HEADER_LENGTH + FrameLayout.END_CHAIN_OFFSET);
                }
                long claimed = Math.min(position, decoder.acknowledged());
                bytes.putLong(FrameLayout.ACKNOWLEDGED_OFFSET, claimed, ByteOrder.LITTLE_ENDIAN);
                bytes.putLong(FrameLayout.CHAIN_OFFSET, tally.frameChain(), ByteOrder.LITTLE_ENDIAN);
                CRC32C crc = new CRC32C();
                crc.update(bytes.byteArray(), FrameLayout.MAGIC_OFFSET, frame.length() - FrameLayout.MAGIC_OFFSET);
                bytes.putInt(FrameLayout.CRC_OFFSET, (int) crc.getValue(), ByteOrder.LITTLE_ENDIAN);
                writeBytes(dataFile(dir, number), frame.offset(), bytes.byteArray());
                tally.add(decoder, 0);
            }
            before = tally.hash();
        }
    }

    /** Replaces a stretch of a file by other bytes, moving what follows. */
    static void splice(Path file, long from, long to, byte[] bytes) throws IOException {
        byte[] all = Files.readAllBytes(file);
        ByteBuffer changed = ByteBuffer.allocate((int) (all.length - (to - from) + bytes.length));
        changed.put(all, 0, (int) from).put(bytes).put(all, (int) to, (int) (all.length - to));
        Files.write(file, changed.array());
    }

    /** Sets a byte of a frame and makes its checksum right. */
    static void forge(Path file, Frame frame, int index, int value) throws IOException {
        byte[] bytes = readBytes(file, frame.offset(), frame.length());
        bytes[index] = (byte) value;
        CRC32C crc = new CRC32C();
        crc.update(bytes, FrameLayout.MAGIC_OFFSET, bytes.length - FrameLayout.MAGIC_OFFSET);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(FrameLayout.CRC_OFFSET, (int) crc.getValue());
        writeBytes(file, frame.offset(), bytes);
    }

    /** Writes a segment with whatever frames; takes no notice of rules. */
    static final class Forger implements AutoCloseable {
        private final FrameEncoder encoder = new FrameEncoder(1024, new FrameEncoder.Stamps(-1, 0));
        private final FrameDecoder decoder = new FrameDecoder();
        private final SegmentWriter segment;
        private final SegmentTally tally;

        Forger(Path dir, int number, ChainHash.Value before) {
            Manifest begun = ManifestFile.update(
                    dir, FileDisk.INSTANCE, manifest -> (manifest == null ? Manifest.empty(FORGED, 0) : manifest)
                            .withBegun(number));
            new JournalMark(dir, begun.withEpoch(1, -1), Durability.PROCESS, 0, FileDisk.INSTANCE, () -> {}).close();
            Path folder = JournalFolder.segment(dir, number).folder();
            segment = new SegmentWriter(folder, FileDisk.INSTANCE, () -> {});
            tally = new SegmentTally(FORGED, number, before);
            encoder.head(Durability.PROCESS, before, 1, BootId.CURRENT, List.of());
            write(FrameLayout.TYPE_HEAD, -1);
        }

        Forger(Path dir) {
            this(dir, 0, ChainHash.Value.NONE);
        }

        /** The segment's hash. */
        ChainHash.Value chain() {
            return tally.hash();
        }

        Forger result(long sequence, int subStream) {
            byte[] text = text(sequence).getBytes(StandardCharsets.US_ASCII);
            encoder.buffer().putBytes(encoder.payloadOffset(), text);
            encoder.add(sequence, subStream, Outcome.PROCESSED.code(), text.length);
            return this;
        }

        Forger frame(long lowWatermark) {
            write(FrameLayout.TYPE_RESULTS, lowWatermark);
            return this;
        }

        private void write(int type, long lowWatermark) {
            encoder.finish(type, tally, 0, lowWatermark, 0);
            segment.append(encoder.bytes());
            encoder.written();
            decoder.wrap(encoder.buffer(), 0);
            tally.add(decoder, segment.end());
            encoder.reset();
        }

        @Override
        public void close() {
            segment.close();
        }
    }
}
