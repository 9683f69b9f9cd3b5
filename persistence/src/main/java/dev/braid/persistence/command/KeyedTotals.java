package dev.braid.persistence.command;

import com.lmax.disruptor.EventHandler;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The handler of one sub-stream: keeps for each of its keys how many records there were, and their sums. */
final class KeyedTotals implements EventHandler<KeyedRecord> {
    private final Map<String, Totals> totalsOfKey = new HashMap<>();
    private final int sumFields;

    private static final class Totals {
        private final BigDecimal[] sums;
        private long count;

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
        Totals totals = totalsOfKey.get(record.key());
        if (totals == null) {
            totals = new Totals(sumFields);
            totalsOfKey.put(record.key(), totals);
        }
        record.count = ++totals.count;
        for (int i = 0; i < sumFields; i++) {
            totals.sums[i] = totals.sums[i].add(record.amounts[i]);
            record.sums[i] = totals.sums[i];
        }
    }

    int sumFields() {
        return sumFields;
    }

    void addTo(BigDecimal[] sums) {
        for (Totals totals : totalsOfKey.values()) {
            for (int i = 0; i < sumFields; i++) {
                sums[i] = sums[i].add(totals.sums[i]);
            }
        }
    }
}
