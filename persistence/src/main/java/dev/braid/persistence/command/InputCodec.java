package dev.braid.persistence.command;

import dev.braid.persistence.RecordCodec;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Records as they come in, for the input journal: the line's number, then texts, each behind its length: what is wrong with the
 * record, or nothing, and then the key and the amounts.
 */
final class InputCodec implements RecordCodec<KeyedRecord> {
    @Override
    public int encode(KeyedRecord record, MutableDirectBuffer buffer, int offset) {
        buffer.putLong(offset, record.line());
        String problem = record.problem();
        int end = offset + Long.BYTES;
        end += putText(buffer, end, problem == null ? "" : problem);
        if (problem == null) {
            end += putText(buffer, end, record.key());
            for (BigDecimal amount : record.amounts) {
                end += putText(buffer, end, amount.toString());
            }
        }
        return end - offset;
    }

    @Override
    public void decode(KeyedRecord record, DirectBuffer buffer, int offset, int length) {
        record.begin(buffer.getLong(offset));
        record.intendedNs = System.nanoTime();
        int at = offset + Long.BYTES;
        String problem = text(buffer, at);
        at += textLength(buffer, at);
        if (!problem.isEmpty()) {
            record.fail(problem);
            return;
        }
        record.key(text(buffer, at));
        for (int i = 0; i < record.amounts.length; i++) {
            at += textLength(buffer, at);
            record.amounts[i] = new BigDecimal(text(buffer, at));
        }
    }

    static int putText(MutableDirectBuffer buffer, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        buffer.putInt(offset, bytes.length);
        buffer.putBytes(offset + Integer.BYTES, bytes);
        return Integer.BYTES + bytes.length;
    }

    static String text(DirectBuffer buffer, int offset) {
        byte[] bytes = new byte[buffer.getInt(offset)];
        buffer.getBytes(offset + Integer.BYTES, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static int textLength(DirectBuffer buffer, int offset) {
        return Integer.BYTES + buffer.getInt(offset);
    }
}
