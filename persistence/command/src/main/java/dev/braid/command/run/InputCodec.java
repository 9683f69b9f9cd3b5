package dev.braid.command.run;

import dev.braid.command.input.KeyedRecord;
import dev.braid.persistence.RecordCodec;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Encodes records before they are handled, for the input journal: the line's number, then texts, each after its length: what
 * is wrong with the record, or an empty text, then the key and the amounts.
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
        int end = offset + length;
        int at = offset + Long.BYTES;
        String problem = text(buffer, at, end);
        record.begin(buffer.getLong(offset));
        record.intendedNs = System.nanoTime();
        at += textLength(buffer, at);
        if (!problem.isEmpty()) {
            record.fail(problem);
            return;
        }
        record.key(text(buffer, at, end));
        at += textLength(buffer, at);
        for (int i = 0; i < record.amounts.length; i++) {
            record.amounts[i] = new BigDecimal(text(buffer, at, end));
            at += textLength(buffer, at);
        }
        if (at != end) {
            throw new IllegalArgumentException("more than " + record.amounts.length + " amounts were read of it");
        }
    }

    static int putText(MutableDirectBuffer buffer, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        buffer.putInt(offset, bytes.length);
        buffer.putBytes(offset + Integer.BYTES, bytes);
        return Integer.BYTES + bytes.length;
    }

    /** @throws IllegalArgumentException if there is no text before the end. */
    static String text(DirectBuffer buffer, int offset, int end) {
        int room = end - offset - Integer.BYTES;
        int length = room < 0 ? -1 : buffer.getInt(offset);
        if (length < 0 || length > room) {
            throw new IllegalArgumentException("no text of " + length + " bytes is within the last " + (end - offset));
        }
        byte[] bytes = new byte[length];
        buffer.getBytes(offset + Integer.BYTES, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static int textLength(DirectBuffer buffer, int offset) {
        return Integer.BYTES + buffer.getInt(offset);
    }
}
