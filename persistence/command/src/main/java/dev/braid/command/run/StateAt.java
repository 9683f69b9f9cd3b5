package dev.braid.command.run;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.TextTable;
import dev.braid.command.input.KeyedRecord;
import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalException;
import dev.braid.persistence.JournalReader;
import dev.braid.persistence.ReadOrder;
import dev.braid.persistence.StateRebuild;
import dev.braid.persistence.StateReport;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.collections.MutableReference;

/** The totals of every key as of a sequence: those of a run that ended there. */
public final class StateAt {
    private final List<String> sumFields;
    private final Map<String, KeyedTotals.Totals> totals = new TreeMap<>();
    private final StateReport report;

    public StateAt(Path folder, long sequence) {
        List<String> fields = sumFields(folder);
        this.sumFields = fields == null ? List.of() : fields;
        Map<Integer, KeyedTotals> handlers = new HashMap<>();
        this.report = new StateRebuild<>(
                        folder,
                        new TotalsCodec(sumFields),
                        () -> new KeyedRecord(sumFields.size()),
                        id -> handlers.computeIfAbsent(id, any -> new KeyedTotals(sumFields.size())))
                .toSequence(sequence)
                .run();
        handlers.values().forEach(handler -> handler.totals().forEach(this::add));
    }

    /** Adds the totals of a key. Keys may have moved from one sub-stream to another: the larger count is the later one. */
    private void add(String key, KeyedTotals.Totals found) {
        totals.merge(key, found, (a, b) -> a.count >= b.count ? a : b);
    }

    /**
     * Returns the fields that all results of a journal sum up, in order; {@code null} if it has no result.
     *
     * @throws JournalException if the first result is not of a run.
     */
    public static List<String> sumFields(Path folder) {
        MutableReference<List<String>> fields = new MutableReference<>();
        try (JournalReader reader = JournalReader.open(folder, ReadOrder.JOURNAL)) {
            while (fields.get() == null
                    && reader.poll(
                                    (sequence, subStream, outcome, timeNs, buffer, offset, length) -> {
                                        if (outcome == Outcome.PROCESSED) {
                                            byte[] bytes = new byte[length];
                                            buffer.getBytes(offset, bytes);
                                            fields.set(sumFields(folder, sequence, bytes));
                                        }
                                    },
                                    1)
                            > 0) {
                // Go on.
            }
        }
        return fields.get();
    }

    private static List<String> sumFields(Path folder, long sequence, byte[] result) {
        try {
            return TotalsCodec.sumFields(result);
        } catch (IllegalArgumentException e) {
            throw new JournalException(
                    "totals by key are in journals of run only, and " + folder + " is of another codec: of sequence "
                            + sequence + ", " + e.getMessage(),
                    e);
        }
    }

    public StateReport report() {
        return report;
    }

    /** Prints a table of the keys, and the sum of all. */
    public void print(PrintStream out) {
        List<String[]> rows = new ArrayList<>();
        List<String> heads = new ArrayList<>(List.of("key", "count"));
        heads.addAll(sumFields);
        rows.add(heads.toArray(String[]::new));
        totals.forEach((key, of) -> rows.add(row(key, of)));
        rows.add(row("(all)", sum()));
        TextTable.print(out, rows);
    }

    private static String[] row(String key, KeyedTotals.Totals of) {
        List<String> cells = new ArrayList<>(List.of(key, Long.toString(of.count)));
        for (BigDecimal sum : of.sums) {
            cells.add(sum.toPlainString());
        }
        return cells.toArray(String[]::new);
    }

    private KeyedTotals.Totals sum() {
        KeyedTotals.Totals all = new KeyedTotals.Totals(sumFields.size());
        for (KeyedTotals.Totals of : totals.values()) {
            all.count += of.count;
            for (int i = 0; i < all.sums.length; i++) {
                all.sums[i] = all.sums[i].add(of.sums[i]);
            }
        }
        return all;
    }

    /** Writes the totals as fields of an object. */
    public void write(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("totals");
        writeTotals(sum(), json);
        json.writeEndObject();
        json.writeObjectFieldStart("keys");
        for (Map.Entry<String, KeyedTotals.Totals> entry : totals.entrySet()) {
            json.writeObjectFieldStart(entry.getKey());
            writeTotals(entry.getValue(), json);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void writeTotals(KeyedTotals.Totals of, JsonGenerator json) throws IOException {
        json.writeNumberField("count", of.count);
        json.writeObjectFieldStart("sums");
        for (int i = 0; i < of.sums.length; i++) {
            json.writeStringField(sumFields.get(i), of.sums[i].toPlainString());
        }
        json.writeEndObject();
    }
}
