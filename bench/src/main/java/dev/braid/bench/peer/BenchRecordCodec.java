package dev.braid.bench.peer;

import dev.braid.persistence.RecordCodec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Encodes a record alike in all journals, in as many bytes as its payload is said to have. */
final class BenchRecordCodec implements RecordCodec<BenchRecord> {
    private static final int RESULT = 2 * Long.BYTES;
    private static final int FIXED_WORDS = 6;

    static int length(BenchRecord record) {
        return Setup.SMALL_PAYLOAD + record.payload.length * Long.BYTES;
    }

    static long result(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset + RESULT);
    }

    @Override
    public int encode(BenchRecord record, MutableDirectBuffer buffer, int offset) {
        buffer.putLong(offset, record.key);
        buffer.putLong(offset + Long.BYTES, record.value);
        buffer.putLong(offset + RESULT, record.result);
        buffer.putLong(offset + 3 * Long.BYTES, record.filler0);
        buffer.putLong(offset + 4 * Long.BYTES, record.filler1);
        buffer.putLong(offset + 5 * Long.BYTES, record.filler2);
        int at = offset + FIXED_WORDS * Long.BYTES;
        while (at < offset + Setup.SMALL_PAYLOAD) {
            buffer.putLong(at, 0);
            at += Long.BYTES;
        }
        for (long word : record.payload) {
            buffer.putLong(at, word);
            at += Long.BYTES;
        }
        return at - offset;
    }

    @Override
    public void decode(BenchRecord record, DirectBuffer buffer, int offset, int length) {
        throw new UnsupportedOperationException("only results are read back");
    }
}
