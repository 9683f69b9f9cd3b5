package dev.braid.persistence;

import dev.braid.engine.Outcome;

/**
 * Receives each result once it is acknowledged, for services that owe their clients an answer. Allocates nothing.
 * <p>
 * <b>What it is told of:</b> every result that this writer writes, exactly once, in the order of the journal, and never
 * before the result survives what the journal's {@link Durability} says and the writer has made sure that no other one has
 * taken over. So it may be told of a sequence while one below it has no result yet; {@link #onDurable} says how far there is
 * none missing. The results that get {@link Outcome#LOST} when the journal is opened are among them, and may be told before
 * {@link JournalWriterBuilder#open()} returns. Results that the journal had before it was opened are not: what was
 * acknowledged just before a crash may never have been told, so after a restart a client that still waits finds its answer by
 * {@link JournalReader}, or by {@link JournalWriter#whenDurable}. In an {@link InputJournal} the results are the records as
 * they were accepted.
 * <p>
 * <b>Threads:</b> at {@link Durability#PROCESS} the engine's thread that merges, when a frame was written; at
 * {@link Durability#DISK} the journal's own thread that forces, after each force. What is told while the journal is opened at
 * {@link Durability#PROCESS} comes on the thread that opens it.
 * <p>
 * <b>Slowness:</b> nothing is forced while the listener is called, so later results wait. At {@link Durability#DISK} up to
 * 65,536 results can be written and not yet told of; beyond that the engine waits, and its publishers with it. At
 * {@link Durability#PROCESS} the engine waits for each call. So a listener must not wait for the engine: it would wait for
 * itself.
 * <p>
 * <b>Exceptions:</b> what it throws stops the journal in good order, and the engine with it. From then on it is told of no
 * result, although more may have been acknowledged; only {@link #onEnd} is called.
 */
@FunctionalInterface
public interface DurableResultListener extends DurabilityListener {
    /**
     * A result is acknowledged.
     *
     * @param sequence  place in ingest order.
     * @param subStream the id of its sub-stream, or {@link dev.braid.engine.Partitioner#NO_SUB_STREAM} if it had none.
     * @param outcome   outcome of the record.
     * @throws Exception to stop the journal, and the engine with it.
     */
    void onResult(long sequence, int subStream, Outcome outcome) throws Exception;

    /**
     * Ends the results that were acknowledged together, where they moved the low watermark: the place to flush what was
     * gathered so far.
     *
     * @param sequence every result up to this one was told of, or was in the journal before it was opened.
     * @throws Exception to stop the journal, and the engine with it.
     */
    @Override
    default void onDurable(long sequence) throws Exception {}

    /**
     * Called once after the last result, on the thread that tells or on the one that closes the journal: nothing more will be
     * acknowledged, so whoever still waits for an answer will get none from this run. What it throws is thrown by
     * {@link JournalWriter#close()}, unless the engine was told of a failure before.
     *
     * @param cause reason why the journal stopped, {@code null} where it was ended in good order.
     * @throws Exception is reported.
     */
    default void onEnd(Throwable cause) throws Exception {}
}
