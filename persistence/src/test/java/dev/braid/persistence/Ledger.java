package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.Outcome;
import dev.braid.persistence.TestJournal.Line;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What whoever stands outside of a journal knows of it: which text belongs to which sequence, and what was acknowledged.
 * Checks that all of that is there, once, in order and unchanged, and what else is there, too.
 */
final class Ledger {
    /** Opening takes no longer than this, whatever happened. No limit of speed: it is there to find what hangs. */
    private static final long OPENING_LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

    private static final int LONGEST = 700;

    private long acknowledged = -1;
    private long told = -1;

    /** Of some length, and full of what only this sequence has. */
    static String text(long sequence) {
        long hash = (sequence + 1) * 0x9E3779B97F4A7C15L;
        int length = (int) ((hash >>> 33) % LONGEST);
        StringBuilder text = new StringBuilder("record ").append(sequence).append(' ');
        while (text.length() < length) {
            text.append(Long.toHexString(hash));
            hash = hash * 6364136223846793005L + 1442695040888963407L;
        }
        return text.toString();
    }

    /** Hands results over, each of a sub-stream, in batches of a size. */
    static void write(JournalWriter<Line> writer, long from, long to, int batchSize) {
        Line line = new Line();
        for (long sequence = from; sequence < to; sequence++) {
            line.text = text(sequence);
            writer.onResult(line, sequence, (int) (sequence % 7), Outcome.PROCESSED, null);
            if ((sequence + 1) % batchSize == 0 || sequence + 1 == to) {
                writer.onBatchEnd(sequence);
            }
        }
    }

    /** A result is safe, somebody was told: each once, in the order of the journal. */
    synchronized void told(long sequence) {
        assertTrue(sequence > told, () -> "told of sequence " + sequence + " after " + told);
        assertTrue(sequence > acknowledged, () -> sequence + " was told after all up to " + acknowledged);
        told = sequence;
    }

    /** All up to a sequence are safe, somebody was told. */
    synchronized void acknowledge(long sequence) {
        acknowledged = Math.max(acknowledged, sequence);
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    /** Checks a journal that nobody writes; returns how many results it has. */
    long check(Path dir) {
        VerifyReport report = Journals.verify(dir, TestJournal.NO_PROGRESS);
        assertTrue(report.isGood(), report::toString);
        long count = countGood(dir);
        assertEquals(count, report.results());
        assertTrue(count > told, () -> count + " results, though that of " + told + " was told");
        assertTrue(count > acknowledged(), count + " results, though up to " + acknowledged() + " was acknowledged");
        return count;
    }

    /** Reads results as long as there are any; each must be the next one, and unchanged. */
    private static long countGood(Path dir) {
        long[] count = {0};
        try (JournalReader reader = JournalReader.open(dir, ReadOrder.JOURNAL)) {
            while (reader.poll(
                            (sequence, subStream, outcome, time, buffer, offset, length) -> {
                                assertEquals(count[0], sequence);
                                assertEquals(text(sequence), buffer.getStringWithoutLengthAscii(offset, length));
                                assertEquals(sequence % 7, subStream);
                                assertEquals(Outcome.PROCESSED, outcome);
                                count[0]++;
                            },
                            1000)
                    > 0) {
                // Go on.
            }
        }
        return count[0];
    }

    /**
     * Reads a journal that may be damaged up to where the reader says so.
     *
     * @return whether it was read to the end. Then nothing may be missing.
     */
    boolean isReadToEnd(Path dir, long results) {
        try {
            assertEquals(results, countGood(dir), "the reader came to an end without a word");
            return true;
        } catch (JournalDamagedException e) {
            assertFalse(e.getMessage().isBlank());
            return false;
        }
    }

    /** Opens it again, checks the report, writes on, closes it, and checks everything. */
    void goOn(Path dir, int more) {
        long startNs = System.nanoTime();
        JournalWriter<Line> writer = JournalWriter.builder(dir, TestJournal.CODEC)
                .segmentSize(KillFaults.SEGMENT_SIZE)
                .open();
        long from = writer.nextSequence();
        try (writer) {
            assertTrue(System.nanoTime() - startNs < OPENING_LIMIT_NS, "opening took more than 60 s");
            assertEquals(from, writer.recovery().sequences().end());
            assertTrue(
                    from > acknowledged(),
                    "the next sequence is " + from + ", but " + acknowledged() + " was acknowledged");
            writer.begin();
            write(writer, from, from + more, 5);
            acknowledge(from + more - 1);
            writer.onShutdown();
        }
        assertEquals(from + more, check(dir));
    }
}
