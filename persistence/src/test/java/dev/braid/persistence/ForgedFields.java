package dev.braid.persistence;

import static dev.braid.persistence.FrameLayout.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * The numbers in a journal's files, each of which can be replaced by another one, with all checksums made right again: what
 * no accident does, but a fault in whatever wrote them, or somebody who means harm.
 */
public final class ForgedFields {
    private static final int MANIFEST_HEADER_LENGTH = 104;
    private static final int SNAPSHOT_HEADER_LENGTH = 64;
    private static final int SNAPSHOT_CRC_OFFSET = 60;
    private static final int SNAPSHOT_PARTITIONING_OFFSET = 56;
    private static final int MARK_SLOTS_OFFSET = 32;

    private ForgedFields() {}

    private enum Checksum {
        /** Of a stretch, in its first four bytes. */
        FIRST,
        /** Of a stretch, in its last four bytes. */
        LAST,
        /** Of a snapshot's header, within it. */
        WITHIN,
        /** The number again with all bits inverted, in the eight bytes after it. */
        INVERTED,
        NONE
    }

    /**
     * A number.
     *
     * @param file   in which it is.
     * @param name   of what it says.
     * @param offset in the file.
     * @param length 4 or 8 bytes.
     */
    public record Field(
            Path file, String name, long offset, int length, long start, int protectedLength, Enum<?> kind) {
        @Override
        public String toString() {
            return name + " in " + file.getFileName();
        }

        /** What it is. */
        public long value() throws IOException {
            ByteBuffer bytes =
                    ByteBuffer.wrap(TestJournal.readBytes(file, offset, length)).order(ByteOrder.LITTLE_ENDIAN);
            return length == Integer.BYTES ? bytes.getInt() : bytes.getLong();
        }

        /** Values that may do harm in its place. */
        public List<Long> harmful() throws IOException {
            long value = value();
            return List.of(
                            0L,
                            -1L,
                            1L,
                            Long.MIN_VALUE,
                            Long.MAX_VALUE,
                            (long) Integer.MIN_VALUE,
                            (long) Integer.MAX_VALUE,
                            1L << 31,
                            1L << 60,
                            1L << 62,
                            value - 1,
                            value + 1)
                    .stream()
                    .map(each -> length == Integer.BYTES ? (long) each.intValue() : each)
                    .distinct()
                    .filter(each -> each != value)
                    .toList();
        }

        /** Replaces it, and makes the checksum right. */
        public void forge(long value) throws IOException {
            ByteBuffer number = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            if (length == Integer.BYTES) {
                number.putInt((int) value);
            } else {
                number.putLong(value);
            }
            TestJournal.writeBytes(file, offset, number.array());
            if (kind == Checksum.INVERTED) {
                TestJournal.writeBytes(
                        file, offset + length, number.putLong(0, ~value).array());
            } else if (kind == Checksum.WITHIN) {
                byte[] bytes = TestJournal.readBytes(file, 0, protectedLength);
                ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                header.putInt(SNAPSHOT_CRC_OFFSET, 0);
                CRC32C crc = new CRC32C();
                crc.update(bytes);
                header.putInt(SNAPSHOT_CRC_OFFSET, (int) crc.getValue());
                TestJournal.writeBytes(file, 0, bytes);
            } else if (kind != Checksum.NONE) {
                byte[] bytes = TestJournal.readBytes(file, start, protectedLength);
                boolean isFirst = kind == Checksum.FIRST;
                CRC32C crc = new CRC32C();
                crc.update(bytes, isFirst ? Integer.BYTES : 0, bytes.length - Integer.BYTES);
                byte[] checksum = ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt((int) crc.getValue())
                        .array();
                TestJournal.writeBytes(file, isFirst ? start : start + bytes.length - Integer.BYTES, checksum);
            }
        }
    }

    /** Replaces a number somewhere in a journal, and returns which one by what. */
    public static String forgeAny(Path dir, Random random) throws IOException {
        List<Field> fields = of(dir);
        Field field = fields.get(random.nextInt(fields.size()));
        List<Long> values = field.harmful();
        long value = values.get(random.nextInt(values.size()));
        String what = field + ": " + value + " instead of " + field.value();
        field.forge(value);
        return what;
    }

    /** All numbers in a journal's files; of frames those in the first and last three of each segment. */
    public static List<Field> of(Path dir) throws IOException {
        List<Field> fields = new ArrayList<>();
        for (JournalFolder.Segment segment : JournalFolder.segments(dir)) {
            List<TestJournal.Frame> frames = TestJournal.frames(dir, segment.number());
            for (int i = 0; i < frames.size(); i++) {
                if (i < 3 || i >= frames.size() - 3) {
                    addFrame(fields, segment, i, frames.get(i));
                }
            }
        }
        addManifest(fields, dir.resolve(ManifestFile.NAME));
        addMark(fields, dir.resolve(JournalMark.FILE_NAME));
        for (Path snapshot : SnapshotFile.newestFirst(dir)) {
            addSnapshot(fields, snapshot);
        }
        return fields;
    }

    private static void addFrame(
            List<Field> fields, JournalFolder.Segment segment, int ordinal, TestJournal.Frame frame)
            throws IOException {
        Path file = segment.dataFile();
        ByteBuffer bytes = ByteBuffer.wrap(TestJournal.readBytes(file, frame.offset(), frame.length()))
                .order(ByteOrder.LITTLE_ENDIAN);
        Adder adder = new Adder(
                fields,
                file,
                segment.name() + ", frame " + ordinal + ", ",
                frame.offset(),
                frame.length(),
                Checksum.FIRST);
        adder.add("version and magic", MAGIC_OFFSET, 4);
        adder.add("length", LENGTH_OFFSET, 4);
        adder.add("type", TYPE_OFFSET, 4);
        adder.add("journal", JOURNAL_OFFSET, 4);
        adder.add("segment", SEGMENT_OFFSET, 4);
        adder.add("ordinal", ORDINAL_OFFSET, 4);
        adder.add("count", COUNT_OFFSET, 4);
        adder.add("low watermark", LOW_WATERMARK_OFFSET, 8);
        adder.add("highest sequence", HIGHEST_SEQUENCE_OFFSET, 8);
        adder.add("time", TIME_OFFSET, 8);
        adder.add("latest time", LATEST_TIME_OFFSET, 8);
        adder.add("acknowledged", ACKNOWLEDGED_OFFSET, 8);
        adder.add("chain", CHAIN_OFFSET, 8);
        switch (bytes.getInt(TYPE_OFFSET)) {
            case TYPE_HEAD -> {
                adder.add("durability", HEADER_LENGTH + HEAD_DURABILITY_OFFSET, 4);
                adder.add("group count", HEADER_LENGTH + HEAD_GROUP_COUNT_OFFSET, 4);
                adder.add("epoch", HEADER_LENGTH + HEAD_EPOCH_OFFSET, 8);
                for (int i = 0; i < GROUP_HEADER_LENGTH / 4 && bytes.getInt(HEADER_LENGTH + 4) > 0; i++) {
                    adder.add("group field " + i, HEADER_LENGTH + HEAD_GROUPS_OFFSET + 4 * i, 4);
                }
            }
            case TYPE_RESULTS -> {
                int result = HEADER_LENGTH;
                int count = bytes.getInt(COUNT_OFFSET);
                for (int i = 0; i < count; i++) {
                    if (i == 0 || i >= count - 2) {
                        adder.add("sequence of result " + i, result, 8);
                        adder.add("sub-stream of result " + i, result + RESULT_SUB_STREAM_OFFSET, 4);
                        adder.add("length and outcome of result " + i, result + RESULT_LENGTH_OFFSET, 4);
                    }
                    result += resultLength(bytes.getInt(result + RESULT_LENGTH_OFFSET) & MAX_PAYLOAD_LENGTH);
                }
            }
            default -> {
                adder.add("results", HEADER_LENGTH + END_RESULTS_OFFSET, 8);
                adder.add("reason", HEADER_LENGTH + END_REASON_OFFSET, 4);
            }
        }
    }

    private static void addManifest(List<Field> fields, Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        int length = (int) Files.size(file);
        Adder adder = new Adder(fields, file, "", 0, length, Checksum.FIRST);
        for (int at = Integer.BYTES; at < 16; at += 4) {
            adder.add("int at " + at, at, 4);
        }
        for (int at = 16; at < 56; at += 8) {
            adder.add("long at " + at, at, 8);
        }
        adder.add("count", 88, 4);
        adder.add("epoch", 96, 8);
        for (int at = MANIFEST_HEADER_LENGTH; at + 8 <= length; at += 8) {
            adder.add("long at " + at, at, 8);
        }
    }

    private static void addMark(List<Field> fields, Path file) {
        if (Files.exists(file)) {
            new Adder(fields, file, "", 0, 0, Checksum.NONE).add("journal", 4, 4);
            new Adder(fields, file, "", 0, 0, Checksum.NONE).add("durability", 8, 4);
            new Adder(fields, file, "", 0, 0, Checksum.INVERTED).add("position", MARK_SLOTS_OFFSET, 8);
            new Adder(fields, file, "", 0, 0, Checksum.INVERTED).add("other position", MARK_SLOTS_OFFSET + 16, 8);
        }
    }

    private static void addSnapshot(List<Field> fields, Path file) throws IOException {
        int length = (int) Files.size(file);
        int partitioning = ByteBuffer.wrap(TestJournal.readBytes(file, SNAPSHOT_PARTITIONING_OFFSET, 4))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        int states = SNAPSHOT_HEADER_LENGTH + partitioning;
        Adder header = new Adder(fields, file, "header, ", 0, states, Checksum.WITHIN);
        for (int at = 4; at < SNAPSHOT_CRC_OFFSET; at += 4) {
            header.add("int at " + at, at, 4);
        }
        Adder adder = new Adder(fields, file, "states, ", states, length - states, Checksum.LAST);
        for (int at = 0; states + at + 4 <= length - 4 && at < 64; at += 4) {
            adder.add("int at " + at, at, 4);
        }
    }

    private record Adder(List<Field> fields, Path file, String of, long start, int length, Checksum checksum) {
        void add(String name, int offset, int bytes) {
            fields.add(new Field(file, of + name, start + offset, bytes, start, length, checksum));
        }
    }
}
