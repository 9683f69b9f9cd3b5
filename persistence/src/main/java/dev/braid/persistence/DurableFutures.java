package dev.braid.persistence;

import dev.braid.engine.Outcome;
import dev.braid.engine.ResumePoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Futures of outcomes that are completed when these are acknowledged. The latest outcomes are kept, for those who ask a little
 * later; who asks much later has them read from the journal. Which sequences were acknowledged ahead of others is known by a
 * bit for each.
 * <p>
 * <b>Threads:</b> for any; futures are completed by the thread that tells what is acknowledged, without a lock.
 */
final class DurableFutures implements DurableResultListener {
    private static final int OUTCOME_BITS = 2;
    private static final int OUTCOME_MASK = (1 << OUTCOME_BITS) - 1;
    private static final long NONE = -1;

    private final Path dir;
    private final DurabilityListener next;
    private final DurableResultListener nextOfResults;
    /** Sequences, which have 62 bits, with their outcomes' codes less 1. */
    private final long[] recent;

    private final int mask;
    private final Long2ObjectHashMap<CompletableFuture<Outcome>> awaited = new Long2ObjectHashMap<>();
    private SequenceTracker acknowledged;
    private JournalException end;

    /**
     * @param dir    folder of the journal.
     * @param recent number of outcomes that are kept, a power of two.
     * @param next   receives what this receives.
     */
    DurableFutures(Path dir, int recent, DurabilityListener next) {
        this.dir = dir;
        this.recent = new long[recent];
        Arrays.fill(this.recent, NONE);
        this.mask = recent - 1;
        this.next = next;
        this.nextOfResults = next instanceof DurableResultListener wantsResults
                ? wantsResults
                : (sequence, subStream, outcome) -> {};
    }

    /** Sets which sequences have a result in the journal already. Called once, before anything is acknowledged. */
    synchronized void found(ResumePoint done) {
        acknowledged = new SequenceTracker(done.firstSequence());
        for (long sequence = done.firstSequence(); sequence <= done.doneThrough(); sequence++) {
            if (done.isDone(sequence)) {
                acknowledged.add(sequence);
            }
        }
    }

    /** Returns the outcome of a sequence, once it is acknowledged. Each caller gets its own future. */
    CompletableFuture<Outcome> when(long sequence) {
        synchronized (this) {
            long latest = recent[(int) sequence & mask];
            if (latest >>> OUTCOME_BITS == sequence && latest != NONE) {
                return CompletableFuture.completedFuture(Outcome.ofCode(1 + ((int) latest & OUTCOME_MASK)));
            }
            if (!acknowledged.contains(sequence)) {
                return end == null
                        ? awaited.computeIfAbsent(sequence, key -> new CompletableFuture<>())
                                .copy()
                        : CompletableFuture.failedFuture(notAcknowledged(sequence));
            }
        }
        try {
            return CompletableFuture.completedFuture(read(sequence));
        } catch (JournalException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Outcome read(long sequence) {
        Outcome[] found = {null};
        try (JournalReader reader = JournalReader.builder(dir)
                .order(ReadOrder.JOURNAL)
                .fromSequence(sequence)
                .toSequence(sequence)
                .open()) {
            reader.poll((number, subStream, outcome, timeNs, buffer, offset, length) -> found[0] = outcome, 1);
        }
        if (found[0] == null) {
            throw new JournalException("the result of sequence " + sequence + " is not in journal " + dir
                    + " any more: it was deleted with its segment");
        }
        return found[0];
    }

    @Override
    public void onResult(long sequence, int subStream, Outcome outcome) throws Exception {
        CompletableFuture<Outcome> future;
        synchronized (this) {
            recent[(int) sequence & mask] = sequence << OUTCOME_BITS | outcome.code() - 1;
            acknowledged.add(sequence);
            future = awaited.isEmpty() ? null : awaited.remove(sequence);
        }
        if (future != null) {
            future.complete(outcome);
        }
        nextOfResults.onResult(sequence, subStream, outcome);
    }

    @Override
    public void onDurable(long sequence) throws Exception {
        next.onDurable(sequence);
    }

    @Override
    public void onEnd(Throwable cause) throws Exception {
        List<CompletableFuture<Outcome>> futures = new ArrayList<>();
        List<JournalException> failures = new ArrayList<>();
        synchronized (this) {
            end = new JournalException(
                    "journal " + dir + " has ended" + (cause == null ? "" : ": " + cause.getMessage()), cause);
            awaited.forEach((sequence, future) -> {
                futures.add(future);
                failures.add(notAcknowledged(sequence));
            });
            awaited.clear();
        }
        for (int i = 0; i < futures.size(); i++) {
            futures.get(i).completeExceptionally(failures.get(i));
        }
        nextOfResults.onEnd(cause);
    }

    private JournalException notAcknowledged(long sequence) {
        return new JournalException("sequence " + sequence + " was not acknowledged: " + end.getMessage(), end);
    }
}
