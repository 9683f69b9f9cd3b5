package dev.braid.persistence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Hash that chains a segment to all segments before it:
 * <pre>{@code
 * SHA-256(hash of the segment before, journal id, segment number, CRC-32C of each frame but the segment end)
 * }</pre>
 * with the numbers as 4 bytes each, little-endian, and zeros for the hash before the first. A segment cannot be replaced,
 * nor a frame changed, without its hash and all that follow being wrong. It protects against mishaps, not against someone
 * who can compute checksums.
 * <p>
 * Checksums are collected first: a frame costs almost nothing, and nothing is allocated before the end.
 */
final class ChainHash {
    static final int LENGTH = 32;

    private static final int GATHERED_BYTES = 4096;

    private final MessageDigest digest;
    private final ByteBuffer gathered = ByteBuffer.allocate(GATHERED_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** Begins a segment. */
    ChainHash(Value before, int journal, int segment) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
        digest.update(before.bytes);
        gathered.putInt(journal).putInt(segment);
    }

    /** Adds a frame by its checksum. */
    void add(int crc) {
        if (!gathered.hasRemaining()) {
            digest.update(gathered.array());
            gathered.clear();
        }
        gathered.putInt(crc);
    }

    /** Ends the segment; nothing can be added any more. */
    Value end() {
        digest.update(gathered.array(), 0, gathered.position());
        return new Value(digest.digest());
    }

    /** A hash. */
    static final class Value {
        /** Hash before the first segment. */
        static final Value NONE = new Value(new byte[LENGTH]);

        private final byte[] bytes;

        private Value(byte[] bytes) {
            this.bytes = bytes;
        }

        static Value read(DirectBuffer buffer, int offset) {
            byte[] bytes = new byte[LENGTH];
            buffer.getBytes(offset, bytes);
            return new Value(bytes);
        }

        /** Returns its first 8 bytes. */
        long prefix() {
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        }

        void write(MutableDirectBuffer buffer, int offset) {
            buffer.putBytes(offset, bytes);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Value value && Arrays.equals(bytes, value.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return HexFormat.of().formatHex(bytes);
        }
    }
}
