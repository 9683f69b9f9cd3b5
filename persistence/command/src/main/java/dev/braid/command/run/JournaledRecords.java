package dev.braid.command.run;

import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import dev.braid.command.input.KeyedRecord;
import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalException;
import dev.braid.persistence.JournalReader;
import dev.braid.persistence.ProblemListener;
import dev.braid.persistence.ReadOrder;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.DirectBuffer;

/**
 * The last records of a journal, as far as their results tell: the key; the amounts, from the previous sums of the key; or
 * why a record failed.
 */
final class JournaledRecords {
    private static final int POLL_LIMIT = 1024;

    private final TotalsCodec codec;
    private final int sumFields;
    private final TreeMap<Long, Result> results = new TreeMap<>();
    private final Map<String, Result> lastOfKey = new HashMap<>();

    /** The result of a record that was processed or, with a reason, of one that failed. */
    private record Result(KeyedRecord record, String reason) {}

    /**
     * Reads all results from a sequence on.
     *
     * @param listener receives damaged results, which are not compared.
     */
    JournaledRecords(Path folder, long from, List<String> sumFields, ProblemListener listener) {
        this.codec = new TotalsCodec(sumFields);
        this.sumFields = sumFields.size();
        try (JournalReader reader = JournalReader.builder(folder)
                .order(ReadOrder.JOURNAL)
                .fromSequence(from)
                .onProblem(listener)
                .open()) {
            while (reader.poll(this::add, POLL_LIMIT) > 0) {
                // Go on.
            }
        }
    }

    private void add(
            long sequence, int subStream, Outcome outcome, long timeNs, DirectBuffer buffer, int offset, int length) {
        if (outcome == Outcome.PROCESSED) {
            KeyedRecord record = new KeyedRecord(sumFields);
            try {
                codec.decode(record, buffer, offset, length);
            } catch (TotalsCodec.OtherSumsException e) {
                throw new UsageException("--sum: in the journal, up to sequence " + sequence + ", " + e.getMessage());
            } catch (IllegalArgumentException e) {
                throw new JournalException(
                        "the result of sequence " + sequence + " cannot be read: " + e.getMessage(), e);
            }
            results.put(sequence, new Result(record, null));
        } else if (outcome == Outcome.FAILED) {
            byte[] reason = new byte[length];
            buffer.getBytes(offset, reason);
            results.put(sequence, new Result(null, new String(reason, StandardCharsets.UTF_8)));
        }
    }

    boolean has(long sequence) {
        return results.containsKey(sequence);
    }

    /** Returns the highest sequence plus 1. */
    long end() {
        return results.isEmpty() ? 0 : results.lastKey() + 1;
    }

    /**
     * Compares a record of the input with the result of its sequence, in order of sequences. Returns the difference, or
     * {@code null}.
     */
    String difference(long sequence, KeyedRecord record) {
        Result result = results.get(sequence);
        if (result == null) {
            return null;
        }
        if (result.reason != null) {
            return differenceOfReason(result.reason, record);
        }
        if (record.problem() != null) {
            return "the journal has key " + Texts.quote(result.record.key()) + ", but in the input it has none: "
                    + record.problem();
        }
        if (!record.key().equals(result.record.key())) {
            return "the journal has key " + Texts.quote(result.record.key()) + ", the input "
                    + Texts.quote(record.key());
        }
        Result before = lastOfKey.put(record.key(), result);
        long countBefore = before == null ? 0 : before.record.count;
        // Only if it is the next one of its key is it known what was added.
        return result.record.count == countBefore + 1 ? differenceOfAmounts(result, before, record) : null;
    }

    private String differenceOfAmounts(Result result, Result before, KeyedRecord record) {
        for (int i = 0; i < sumFields; i++) {
            BigDecimal sumBefore = before == null ? BigDecimal.ZERO : before.record.sums[i];
            BigDecimal amount = result.record.sums[i].subtract(sumBefore);
            if (amount.compareTo(record.amounts[i]) != 0) {
                return "the journal has an amount of " + amount.toPlainString() + ", the input "
                        + record.amounts[i].toPlainString();
            }
        }
        return null;
    }

    /** The journal may have only the beginning of a reason; and a key without a group then may have one now. */
    private static String differenceOfReason(String reason, KeyedRecord record) {
        String problem = record.problem() != null ? record.problem() : GroupLayout.problemWithoutGroup(record.key());
        String now = KeyedRecord.reason(record.line(), problem);
        return now.startsWith(reason)
                ? null
                : "the journal has the failure " + Texts.quote(reason) + ", the input "
                        + (record.problem() != null ? Texts.quote(now) : "key " + Texts.quote(record.key()));
    }
}
