package dev.braid.command.run;

import dev.braid.command.Progress;
import dev.braid.command.input.InputSource;
import dev.braid.command.input.KeyedRecord;
import dev.braid.command.input.RecordSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An input whose beginning an earlier run has read. The beginning is skipped, and its last records, together with later ones
 * that already have results, are compared with the journal: a different input is detected before any of it is handled.
 */
final class ResumedInput implements RecordSource {
    private final InputSource input;
    private final RecordSource records;
    private final JournaledRecords journaled;
    private final int sumFields;
    /** Records that were compared, and are not handled yet. */
    private final Deque<KeyedRecord> ahead = new ArrayDeque<>();

    private KeyedRecord present;

    /** @param journaled what earlier runs made of the last records. */
    ResumedInput(InputSource input, RecordSource records, JournaledRecords journaled, int sumFields) {
        this.input = input;
        this.records = records;
        this.journaled = journaled;
        this.sumFields = sumFields;
    }

    /**
     * Skips the beginning.
     *
     * @param first    the sequence with which the run continues: the number of records to skip.
     * @param progress receives how much of the input was read.
     * @throws IOException if the input differs from the previous one, or cannot be read.
     */
    void passOver(long first, Progress progress) throws IOException {
        long end = Math.max(first, journaled.end());
        for (long sequence = 0; sequence < end; sequence++) {
            if (!records.next()) {
                if (input.isEnded()) {
                    return; // Nobody wants the rest.
                }
                throw new IOException(
                        input.name() + " has " + sequence + " records, but the journal has the results of the "
                                + "first " + end + ": it is not what the run before read; nothing was handled");
            }
            progress.to(input.consumed());
            if (sequence < first && !journaled.has(sequence)) {
                continue;
            }
            KeyedRecord record = new KeyedRecord(sumFields);
            records.fill(record);
            String difference = journaled.difference(sequence, record);
            if (difference != null) {
                throw new IOException(input.name() + " is not what the run before read: of sequence " + sequence
                        + ", line " + record.line() + ", " + difference + "; nothing was handled");
            }
            if (sequence >= first) {
                ahead.add(record);
            }
        }
    }

    @Override
    public boolean next() throws IOException {
        present = ahead.poll();
        return present != null || records.next();
    }

    @Override
    public void fill(KeyedRecord record) {
        if (present == null) {
            records.fill(record);
        } else {
            record.fillAs(present);
        }
    }
}
