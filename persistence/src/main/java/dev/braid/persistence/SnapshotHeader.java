package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Header of a snapshot; its bytes are drawn in {@link SnapshotFile}. Immutable.
 *
 * @param journal        id of the journal.
 * @param layout         sub-streams whose states it has.
 * @param length         length of the header: the states begin there.
 * @param highestCovered highest sequence that is part of a state, -1 if none is or the snapshot is of version 1, which does not tell.
 * @param place          place in the journal by which all is written that is part of it; {@code null} in version 1.
 */
record SnapshotHeader(int journal, SnapshotLayout layout, int length, long highestCovered, FramePlace place) {
    static final int VERSION = 3;
    static final int CRC_LENGTH = 4;

    private static final int FIRST_VERSION = 1;
    private static final int SECOND_VERSION = 2;
    private static final int MAGIC = 'B' | 'S' << 8 | 'N' << 16 | 'P' << 24;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 4;
    private static final int JOURNAL_OFFSET = 8;
    private static final int SUB_STREAMS_OFFSET = 12;
    private static final int HIGHEST_COVERED_OFFSET = 16;
    private static final int SEGMENT_OFFSET = 24;
    private static final int FRAMES_OFFSET = 32;
    private static final int FILE_OFFSET_OFFSET = 40;
    private static final int CHAIN_OFFSET = 48;
    private static final int LAYOUT_LENGTH_OFFSET = 56;
    private static final int CRC_OFFSET = 60;
    private static final int FIXED_LENGTH = 64;

    private static final int PARTITIONING_LENGTH_OFFSET_1 = 16;
    private static final int FIXED_LENGTH_1 = 20;

    private static final int MAX_LAYOUT_LENGTH = 16 << 20;

    /** Returns the length of a header with this layout, as it is written now. */
    static int length(byte[] layout) {
        return FIXED_LENGTH + layout.length;
    }

    /** Returns the bytes of a header. */
    static ByteBuffer encode(int journal, int subStreams, byte[] layout, long highestCovered, FramePlace place) {
        ByteBuffer bytes = ByteBuffer.allocate(length(layout)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC_OFFSET, MAGIC).putInt(VERSION_OFFSET, VERSION);
        bytes.putInt(JOURNAL_OFFSET, journal).putInt(SUB_STREAMS_OFFSET, subStreams);
        bytes.putLong(HIGHEST_COVERED_OFFSET, highestCovered);
        bytes.putLong(SEGMENT_OFFSET, place.segment()).putLong(FRAMES_OFFSET, place.frames());
        bytes.putLong(FILE_OFFSET_OFFSET, place.fileOffset()).putLong(CHAIN_OFFSET, place.chain());
        bytes.putInt(LAYOUT_LENGTH_OFFSET, layout.length).put(FIXED_LENGTH, layout);
        return bytes.putInt(CRC_OFFSET, checksum(bytes));
    }

    /**
     * Reads the header of a file; what follows it need not be intact.
     *
     * @throws IOException if it is damaged, cannot be read, or is none.
     */
    static SnapshotHeader read(Disk.File file) throws IOException {
        long size = file.size();
        checkSize(size, FIXED_LENGTH_1);
        int version = version(read(file, FIXED_LENGTH_1));
        boolean isFirst = version == FIRST_VERSION;
        int fixed = isFirst ? FIXED_LENGTH_1 : FIXED_LENGTH;
        checkSize(size, fixed);
        ByteBuffer bytes = read(file, fixed);
        int length = bytes.getInt(isFirst ? PARTITIONING_LENGTH_OFFSET_1 : LAYOUT_LENGTH_OFFSET);
        if (length < 0 || length > MAX_LAYOUT_LENGTH || length > size - CRC_LENGTH - fixed) {
            throw new IOException("its partitioning and groups take " + length + " bytes");
        }
        if (bytes.getInt(SUB_STREAMS_OFFSET) < 0) {
            throw new IOException("it cannot be of " + bytes.getInt(SUB_STREAMS_OFFSET) + " sub-streams");
        }
        return decode(read(file, fixed + length), version);
    }

    private static void checkSize(long size, int headerLength) throws IOException {
        if (size < headerLength + CRC_LENGTH) {
            throw new IOException("it has " + size + " bytes only");
        }
    }

    private static int version(ByteBuffer bytes) throws IOException {
        if (bytes.getInt(MAGIC_OFFSET) != MAGIC) {
            throw new IOException("it is not a snapshot");
        }
        int version = bytes.getInt(VERSION_OFFSET);
        if (version < FIRST_VERSION || version > VERSION) {
            throw new IOException("it is of version " + version + ", and the newest that can be read is " + VERSION);
        }
        return version;
    }

    private static SnapshotHeader decode(ByteBuffer bytes, int version) throws IOException {
        int journal = bytes.getInt(JOURNAL_OFFSET);
        int subStreams = bytes.getInt(SUB_STREAMS_OFFSET);
        int length = bytes.capacity();
        if (version == FIRST_VERSION) {
            return new SnapshotHeader(journal, withoutGroups(subStreams, bytes, FIXED_LENGTH_1), length, -1, null);
        }
        if (bytes.getInt(CRC_OFFSET) != checksum(bytes)) {
            throw new IOException("the checksum of its header is wrong");
        }
        SnapshotLayout layout = version == SECOND_VERSION
                ? withoutGroups(subStreams, bytes, FIXED_LENGTH)
                : SnapshotLayout.decode(subStreams, bytes.position(FIXED_LENGTH));
        FramePlace place = new FramePlace(
                bytes.getLong(SEGMENT_OFFSET),
                bytes.getLong(FRAMES_OFFSET),
                bytes.getLong(FILE_OFFSET_OFFSET),
                bytes.getLong(CHAIN_OFFSET));
        return new SnapshotHeader(journal, layout, length, bytes.getLong(HIGHEST_COVERED_OFFSET), place);
    }

    private static SnapshotLayout withoutGroups(int subStreams, ByteBuffer bytes, int start) {
        String partitioning = new String(bytes.array(), start, bytes.capacity() - start, StandardCharsets.UTF_8);
        return new SnapshotLayout(subStreams, partitioning, List.of());
    }

    /** Returns the checksum of a header, with 0 in the place of it. */
    private static int checksum(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, CRC_OFFSET);
        crc.update(new byte[CRC_LENGTH]);
        crc.update(header.array(), FIXED_LENGTH, header.capacity() - FIXED_LENGTH);
        return (int) crc.getValue();
    }

    private static ByteBuffer read(Disk.File file, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        SnapshotFile.readFully(file, bytes, 0);
        return bytes;
    }
}
