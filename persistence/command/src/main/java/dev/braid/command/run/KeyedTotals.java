package dev.braid.command.run;

import dev.braid.command.input.KeyedRecord;
import dev.braid.persistence.StatefulHandler;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The handler of one sub-stream: keeps the number of records and their sums for each of its keys. */
final class KeyedTotals implements StatefulHandler<KeyedRecord> {
    private final Map<String, Totals> totalsOfKey = new HashMap<>();
    private final int sumFields;

    /** The count and sums of a key. */
    static final class Totals {
        final BigDecimal[] sums;
        long count;

        Totals(int sumFields) {
            this.sums = new BigDecimal[sumFields];
            Arrays.fill(sums, BigDecimal.ZERO);
        }
    }

    KeyedTotals(int sumFields) {
        this.sumFields = sumFields;
    }

    @Override
    public void onEvent(KeyedRecord record, long sequence, boolean endOfBatch) {
        Totals totals = of(record.key());
        record.count = ++totals.count;
        for (int i = 0; i < sumFields; i++) {
            totals.sums[i] = totals.sums[i].add(record.amounts[i]);
            record.sums[i] = totals.sums[i];
        }
    }

    private Totals of(String key) {
        Totals totals = totalsOfKey.get(key);
        if (totals == null) {
            totals = new Totals(sumFields);
            totalsOfKey.put(key, totals);
        }
        return totals;
    }

    @Override
    public void onReplay(KeyedRecord result, long sequence) {
        Totals totals = of(result.key());
        totals.count = result.count;
        System.arraycopy(result.sums, 0, totals.sums, 0, sumFields);
    }

    @Override
    public int snapshot(MutableDirectBuffer buffer, int offset) {
        int end = offset;
        for (Map.Entry<String, Totals> entry : totalsOfKey.entrySet()) {
            end += InputCodec.putText(buffer, end, entry.getKey());
            buffer.putLong(end, entry.getValue().count);
            end += Long.BYTES;
            for (BigDecimal sum : entry.getValue().sums) {
                end += InputCodec.putText(buffer, end, sum.toString());
            }
        }
        return end - offset;
    }

    @Override
    public void restore(DirectBuffer buffer, int offset, int length) {
        totalsOfKey.clear();
        int at = offset;
        int end = offset + length;
        while (at < end) {
            Totals totals = of(InputCodec.text(buffer, at, end));
            at += InputCodec.textLength(buffer, at);
            if (end - at < Long.BYTES) {
                throw new IllegalArgumentException("no count is within the last " + (end - at) + " bytes");
            }
            totals.count = buffer.getLong(at);
            at += Long.BYTES;
            for (int i = 0; i < sumFields; i++) {
                totals.sums[i] = new BigDecimal(InputCodec.text(buffer, at, end));
                at += InputCodec.textLength(buffer, at);
            }
        }
    }

    /** Returns the totals by key. For use while no record is handled. */
    Map<String, Totals> totals() {
        return totalsOfKey;
    }

    int sumFields() {
        return sumFields;
    }

    long count() {
        return totalsOfKey.values().stream().mapToLong(totals -> totals.count).sum();
    }

    void addTo(BigDecimal[] sums) {
        for (Totals totals : totalsOfKey.values()) {
            for (int i = 0; i < sumFields; i++) {
                sums[i] = sums[i].add(totals.sums[i]);
            }
        }
    }
}
