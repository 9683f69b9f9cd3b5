package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The two files of a Chronicle Queue in which nothing is written yet, byte by byte as Chronicle Queue makes them: a test
 * compares both, and has Chronicle's own readers and appenders open these.
 * <p>
 * Chronicle Queue itself takes part in none of it, at run time. It would map the files, and a mapping on a full disk is a
 * fault in the middle of the JVM; it would start threads that outlive the journal, and it would need flags of the JVM.
 * <p>
 * The queue's roll cycle is {@code LARGE_DAILY}, whose indexes count 2^37 documents a file, and its clock stands still at
 * cycle 0. So the data file's name is that of the first of January 1970, the queue never rolls, and the index of a document
 * is the frame's ordinal.
 */
final class EmptyQueue {
    static final String DATA_FILE = "19700101L.cq4";
    static final String METADATA_FILE = "metadata.cq4t";

    /** Offset of the first document in the data file. */
    static final long END = 0x8_0110;

    private static final int METADATA_LENGTH = 128 * 1024;

    /** The store's header; then the index of indexes, which is empty but for its first entry, the place of the index. */
    private static final byte[] HEADER = bytes("""
            c1000040b906686561646572b60853435153746f726582aa000000cd77726974
            65506f736974696f6e8e01000000008d02000000000000000200000000000000
            00000000000000000000000000000000c8696e646578696e67b60c5343515349
            6e646578696e67824c000000ca696e646578436f756e74a20080cc696e646578
            53706163696e67a180cb696e64657832496e6465788f8fa7c800000000000000
            c96c617374496e6465788e00000000a70000000000000000ca64617461466f72
            6d6174a10100000024000440b90b696e64657832696e6465788e01000000008d
            00800000000000000100000000000000f0000400000000000000000000000000
            """);

    /** The first index of documents, which is empty and stays so: no reader needs it. */
    private static final byte[] INDEX = bytes("""
            1c000440b905696e6465788f8f8f8f8d00800000000000000000000000000000
            """);

    private static final int INDEX_OFFSET = 0x4_00F0;

    /** The roll cycle, the lowest and the highest cycle in use, Chronicle's locks, which are free, and what it replicates. */
    private static final byte[] METADATA = bytes("""
            94000040b906686561646572b607535453746f7265827e000000c87769726554
            797065b6085769726554797065ec42494e4152595f4c49474854c86d65746164
            617461b6075343514d6574618246000000c4726f6c6cb60853435153526f6c6c
            8227000000c66c656e677468a6005c2605c6666f726d6174eb797979794d4d64
            64274c27c565706f6368a100c8736f757263654964a1008f24000000b9146c69
            7374696e672e686967686573744379636c658e00000000a70000000000000000
            24000000b9136c697374696e672e6c6f776573744379636c658e0100000000a7
            00000000000000001c000000b9106c697374696e672e6d6f64436f756e748fa7
            030000000000000024000000b9146368726f6e69636c652e77726974652e6c6f
            636b8e00000000a7000000000000008024000000b9156368726f6e69636c652e
            617070656e642e6c6f636b8f8f8f8fa700000000000000802c000000b91d6368
            726f6e69636c652e6c617374496e6465785265706c6963617465648f8f8f8fa7
            ffffffffffffffff34000000b9296368726f6e69636c652e6c61737441636b6e
            6f776c6564676564496e6465785265706c696361746564a7ffffffffffffffff
            2c000000b91a6368726f6e69636c652e6c617374496e6465784d53796e636564
            8e020000000000a7ffffffffffffffff
            """);

    private EmptyQueue() {}

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace("\n", ""));
    }

    /**
     * Writes the head of the data file.
     *
     * @param file file to which nothing was written yet.
     * @return the room that is made in it so far.
     */
    static SegmentSpace begin(Disk.File file) throws IOException {
        SegmentSpace space = new SegmentSpace(file, 0);
        space.allocate(END);
        file.writeFully(ByteBuffer.wrap(HEADER), 0);
        file.writeFully(ByteBuffer.wrap(INDEX), INDEX_OFFSET);
        return space;
    }

    /** Writes the queue's other file, forced. */
    static void writeMetadata(Disk disk, Path folder) throws IOException {
        Path path = folder.resolve(METADATA_FILE);
        try (Disk.File file = disk.open(path)) {
            new SegmentSpace(file, 0).allocate(METADATA_LENGTH);
            file.writeFully(ByteBuffer.wrap(METADATA), 0);
            Fsync.force(file, path);
        }
    }

    /**
     * Returns the offset at which a data file first has a byte that is neither zero nor as it is in an empty queue.
     *
     * @return {@link FrameFinder#NOT_FOUND} if it has none: then it never had a frame, or it is all gone.
     */
    static long firstOther(FileWindow file) {
        for (long offset = 0; offset < file.fileSize(); offset++) {
            byte value = file.buffer().getByte(file.load(offset, 1));
            if (value != 0 && value != at(offset)) {
                return offset;
            }
        }
        return FrameFinder.NOT_FOUND;
    }

    private static byte at(long offset) {
        if (offset < HEADER.length) {
            return HEADER[(int) offset];
        }
        long inIndex = offset - INDEX_OFFSET;
        return inIndex >= 0 && inIndex < INDEX.length ? INDEX[(int) inIndex] : 0;
    }
}
