package dev.braid.persistence;

/**
 * What every frame carries of all frames before it, in 64 bits: so that one which an earlier writer left, or that a copy
 * brought back, is told from those of the journal as it went on.
 * <pre>{@code
 * of a segment head          the first 8 bytes of the chain hash of the segment before, little-endian
 * of any other frame         next(chain of the frame before, CRC-32C of the frame before)
 *
 * next(chain, crc)           x = (chain ^ crc) * 0x9E3779B97F4A7C15, modulo 2^64, the crc without a sign
 *                            x ^ (x >>> 32)
 * }</pre>
 * For each checksum it is a permutation: what was different once stays different.
 */
final class FrameChain {
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private FrameChain() {}

    /** Returns the chain of a segment's head. */
    static long first(ChainHash.Value before) {
        return before.prefix();
    }

    /** Returns the chain of the frame after one with this chain and checksum. */
    static long next(long chain, int crc) {
        long x = (chain ^ Integer.toUnsignedLong(crc)) * MULTIPLIER;
        return x ^ x >>> Integer.SIZE;
    }
}
