package dev.braid.bench.peer;

import java.util.Arrays;

/** Records that carry their number, with a payload that is copied into them as it would be from a message. */
public final class NumberedRecords implements RecordSource {
    private long[] message = {};

    @Override
    public void fill(BenchRecord record, long number) {
        record.key = number;
        record.value = number;
        long[] payload = record.payload;
        if (payload.length > 0) {
            if (message.length != payload.length) {
                message = new long[payload.length];
                Arrays.setAll(message, i -> i);
            }
            System.arraycopy(message, 0, payload, 0, payload.length);
        }
    }
}
