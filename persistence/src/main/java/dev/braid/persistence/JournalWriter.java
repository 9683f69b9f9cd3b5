package dev.braid.persistence;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.JvmFlags;
import dev.braid.engine.MergeHandler;
import dev.braid.engine.Outcome;
import dev.braid.engine.ResumePoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Writes the results of one run of an engine to a journal: a folder of segments, each of them a Chronicle Queue whose
 * excerpts are frames of results, with a checksum each.
 * <pre>{@code
 * try (JournalWriter<Order> journal = JournalWriter.builder(dir, codec).groups(groups).open();
 *         BraidEngine<Order> engine = builder.groups(groups).merge(journal).start()) {
 *     …
 * }
 * }</pre>
 * What is ready is written at once, as a frame: an idle engine writes frames of one result, a loaded one of hundreds. When
 * {@link #onBatchEnd} returns, the results survive the end of the process in whatever way. With {@link Durability#DISK} they
 * also survive a loss of power once they are acknowledged, which is a little later: see {@link #durableSequence()}.
 * <p>
 * <b>Threads:</b> the merge handler's methods are for the engine. {@link #close()} is for the owner, once the engine is
 * closed. The rest is for any thread. The journal has two threads of its own.
 * <p>
 * <b>Errors:</b> what cannot be written or forced is a {@link JournalException}, and what the codec throws passes through;
 * either halts the engine, an idle one too, and nothing more is taken or acknowledged. If it is known that all that was
 * written is good, as when the disk gets full, what was staged before is still written where there is room, and the segment
 * is sealed. If it is not, as when a force failed, the segment is left without its end, as after a crash.
 *
 * @param <E> type of the records.
 */
public final class JournalWriter<E> implements MergeHandler<E>, AutoCloseable {
    private enum State {
        OPENED,
        RUNNING,
        ENDED,
        CLOSED
    }

    private final OpenJournal<E> journal;
    private final FrameLog log;
    private final JournalHealth health;
    private final ResultStage<E> stage;
    private final EngineWiring wiring;
    private volatile State state = State.OPENED;
    /** The thread of the engine that uses it. */
    private Thread user;

    /** How many engines that this thread runs, too, were refused and have not ended. */
    private int refusedOfUser;

    JournalWriter(OpenJournal<E> journal) {
        this.journal = journal;
        this.log = journal.log();
        this.health = log.health();
        this.stage = journal.stage();
        this.wiring = journal.wiring();
    }

    /**
     * Returns a builder of a writer.
     *
     * @param dir   folder of the journal; made if absent.
     * @param codec serialises records, on the engine's thread.
     * @param <E>   type of the records.
     * @return a builder.
     * @throws IllegalStateException if the JVM lacks a flag; the message names it.
     */
    public static <E> JournalWriterBuilder<E> builder(Path dir, RecordCodec<? super E> codec) {
        JvmFlags.check();
        return new JournalWriterBuilder<>(dir, codec);
    }

    /**
     * Returns how the journal was found when it was opened, and what was done about it.
     *
     * @return a report.
     */
    public RecoveryReport recovery() {
        return journal.recovery();
    }

    /** Returns the journal that this writes, for what belongs to the journal beside results. */
    OpenJournal<E> journal() {
        return journal;
    }

    /** @throws IllegalStateException if the calling thread is one of the journal's own, which would wait for itself. */
    void checkMayClose() {
        log.checkMayClose();
    }

    /** @throws IllegalStateException if an engine is still running on it. */
    void checkIsUnused() {
        if (state == State.RUNNING) {
            throw new IllegalStateException("close the engine before its journal " + journal.dir());
        }
    }

    /** Watches the handlers of the engine that will use this, because their states are kept. */
    void watch(StateWiring<?> states) {
        if (state != State.OPENED || wiring.keepsStates()) {
            throw new IllegalStateException("the states of handlers belong to journal " + journal.dir()
                    + (wiring.keepsStates() ? " already" : ": open them before an engine writes it"));
        }
        wiring.watch(states);
    }

    /**
     * Returns where an engine goes on: one that is built with this as its merge handler asks for it.
     *
     * @return the first sequence without a result when the journal was opened, and which ones after it have one: none, unless
     *         the journal was opened with {@link Unfinished#RESEND}.
     */
    @Override
    public ResumePoint resumePoint() {
        return wiring.resumePoint();
    }

    /** Returns the gauges of {@link JournalStats}. */
    @Override
    public Map<String, LongSupplier> gauges() {
        return JournalStats.gauges(log);
    }

    /**
     * Returns the first sequence of this run: that of the record which the source has to send first.
     *
     * @return the first sequence without a result when the journal was opened; 0 if it was empty.
     */
    public long nextSequence() {
        return stage.nextSequence();
    }

    /**
     * Returns how many sequences were given the outcome {@link Outcome#LOST} when the journal was opened.
     *
     * @return 0 unless it was opened with {@link Unfinished#LOSE}, or an {@link InputJournal} lacked some.
     */
    public long lost() {
        return stage.lost();
    }

    /**
     * Returns the low watermark as written: every sequence at or below it has its result in a frame that readers can see.
     * It never lags behind {@link BraidEngine#lowWatermark()}.
     *
     * @return a sequence, {@code nextSequence() - 1} at first.
     */
    public long lowWatermark() {
        return log.lowWatermark();
    }

    /**
     * Returns the last sequence that is acknowledged: every sequence at or below it has its result in the journal, and the result
     * survives what the journal's {@link Durability} says.
     *
     * @return a sequence, {@code nextSequence() - 1} at first.
     */
    public long durableSequence() {
        return log.durable();
    }

    /**
     * Waits until a sequence is acknowledged. Not for handlers, merge handlers and listeners of the journal: the record waits for them.
     *
     * @param sequence sequence to wait for.
     * @param timeout  maximum time to wait.
     * @return {@code false} if it was not acknowledged in that time, or before the journal was closed.
     * @throws JournalException     if it will not be, because the journal failed.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    public boolean awaitDurable(long sequence, Duration timeout) throws InterruptedException {
        return log.awaitDurable(sequence, TimeUnit.NANOSECONDS.convert(timeout));
    }

    /**
     * Called by the engine's builder.
     *
     * @throws IllegalStateException if the engine's groups are not those that were given to this journal, or a handler keeps
     *                               state and was not given to the engine by {@link HandlerStates#groups()}.
     */
    @Override
    public void onBuild(List<? extends HandlerGroup<?>> groups, List<? extends EventHandler<?>> handlers) {
        wiring.onBuild(groups, handlers);
    }

    /**
     * Returns the outcome of a sequence, once it is acknowledged. This makes garbage; {@link DurableResultListener} makes
     * none. What depends on the future runs on the journal's thread, or at {@link Durability#PROCESS} on the engine's: it must
     * be quick, and not wait for the engine, or be given to another thread by the {@code …Async} methods.
     * <p>
     * May be asked for before and after the result is acknowledged. Of a result that is not among the latest ones, see
     * {@link JournalWriterBuilder#recentOutcomes}, the outcome is read from the journal by the calling thread, and the future
     * is complete when it is returned. Every sequence that is awaited takes memory until it is acknowledged or the journal
     * ends, also where its future is cancelled.
     *
     * @param sequence sequence of this run or an earlier one.
     * @return a future. It fails with a {@link JournalException} where the sequence will not be acknowledged, because the
     *         engine stopped, or the journal failed or was closed; or where its result was deleted by retention.
     * @throws IllegalArgumentException if the sequence is negative.
     * @throws IllegalStateException    if the journal was opened without {@link JournalWriterBuilder#recentOutcomes}.
     */
    public CompletableFuture<Outcome> whenDurable(long sequence) {
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence must not be negative: " + sequence);
        }
        if (!(journal.settings().listener() instanceof DurableFutures futures)) {
            throw new IllegalStateException(
                    "journal " + journal.dir() + " keeps no outcomes: see JournalWriterBuilder.recentOutcomes");
        }
        return futures.when(sequence);
    }

    /**
     * Called by the engine.
     *
     * @throws IllegalStateException if it was called before, or the engine has other handlers than the {@link HandlerStates}
     *                               of this journal, or did not ask for {@link #resumePoint()}, since a merge handler around
     *                               this one hides it.
     */
    @Override
    public void onStart() {
        checkStartable();
        wiring.checkIsAsked();
        begin();
    }

    /** Of two engines that start at once, one is refused. */
    private synchronized void checkStartable() {
        if (state != State.OPENED) {
            refusedOfUser += user == Thread.currentThread() ? 1 : 0;
            throw new IllegalStateException(
                    "journal " + journal.dir() + " was opened for one run of an engine: open it again");
        }
        wiring.checkComplete();
    }

    /** Begins as {@link #onStart()} does, for engines that need not know where the journal goes on. */
    synchronized void begin() {
        checkStartable();
        journal.begin();
        user = Thread.currentThread();
        health.isNoticedBy(user);
        state = State.RUNNING;
    }

    /**
     * Called by the engine: stages a result, and writes those before it if the frame is full.
     *
     * @param record    record as its handler left it.
     * @param sequence  place in ingest order.
     * @param subStream sub-stream that the partitioner chose, or {@link dev.braid.engine.Partitioner#NO_SUB_STREAM}.
     * @param outcome   outcome of the record.
     * @param cause     why, for {@link Outcome#FAILED}.
     * @throws JournalException if the result cannot be written.
     */
    @Override
    public void onResult(E record, long sequence, int subStream, Outcome outcome, Throwable cause) {
        checkWritable();
        try {
            stage.checkIsNew(sequence);
            wiring.onResult(sequence, subStream, outcome);
            stage.add(record, sequence, subStream, outcome, cause);
        } catch (Throwable t) {
            health.stopAndTell(t);
            throw t;
        }
    }

    /**
     * Called by the engine: writes what is staged.
     *
     * @param lowWatermark every sequence at or below it has been staged.
     * @throws JournalException if it cannot be written, or the listener throws.
     */
    @Override
    public void onBatchEnd(long lowWatermark) {
        checkWritable();
        try {
            stage.write(lowWatermark);
        } catch (Throwable t) {
            health.stopAndTell(t);
            throw t;
        }
    }

    /**
     * Called by the engine.
     *
     * @throws JournalException if a thread of the journal's own found that it cannot go on.
     */
    @Override
    public void onIdle() {
        health.check();
    }

    /** Called by the engine: writes what is staged, and the segment's end, if what was written before is good. */
    @Override
    public void onShutdown() {
        if (state == State.RUNNING && isOfUser()) {
            end();
        }
    }

    /** An engine that was refused, as one uses the journal already, shuts it down nevertheless, as it does with all that it started. */
    private synchronized boolean isOfUser() {
        if (user != Thread.currentThread()) {
            return false;
        }
        boolean isRefused = refusedOfUser > 0;
        refusedOfUser -= isRefused ? 1 : 0;
        return !isRefused;
    }

    private void end() {
        try {
            stage.writeRest();
            log.end();
        } finally {
            state = State.ENDED;
        }
    }

    @Override
    public String toString() {
        return "journal " + journal.dir();
    }

    private void checkWritable() {
        if (state != State.RUNNING) {
            throw new JournalException("journal " + journal.dir() + " is not being written"
                    + (state == State.OPENED
                            ? ": its onStart() was not called, which " + HiddenBy.caller()
                                    + " has to forward if it is around the journal, as MergeHandler.andThen does"
                            : ""));
        }
        health.check();
    }

    /**
     * Seals the journal and releases it. Close the engine first: as long as it can write, the lock must be kept. Also closes a
     * journal whose engine was never started. Waits until all is on disk. Calls after the first do nothing.
     *
     * @throws IllegalStateException if an engine is still running on this journal, or a thread of its own closes it, on which
     *                               listeners are called; then nothing is closed.
     * @throws JournalException      if the journal cannot be sealed, or could not be written, and nobody was told yet. What
     *                               was acknowledged is safe even so.
     */
    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        checkIsUnused();
        checkMayClose();
        try {
            if (state == State.OPENED) {
                end();
            }
        } finally {
            state = State.CLOSED;
            journal.close();
        }
        health.checkTold();
    }
}
