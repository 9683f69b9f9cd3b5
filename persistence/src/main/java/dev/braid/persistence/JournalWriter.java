package dev.braid.persistence;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.JvmFlags;
import dev.braid.engine.MergeHandler;
import dev.braid.engine.Outcome;
import dev.braid.engine.Partitioner;
import dev.braid.engine.ResumePoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

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

    private final Path dir;
    private final RecordCodec<? super E> codec;
    private final FrameLogSettings settings;
    private final int maxPayloadLength;
    private final RefusedEncoder<E> refused;
    private final WriterFence fence;
    private final RecoveryReport recovery;
    private final List<ForeignSnapshots.Foreign> foreignSnapshots;
    private final JournalResumePoint done;
    private long nextSequence;
    private long lost;
    private final int id;
    /** {@code null} unless outcomes are kept for {@link #whenDurable}. */
    private final DurableFutures futures;

    private final FrameLog log;
    private final FrameEncoder encoder;
    private final JournalHealth health;

    /** {@code null} for none. */
    private InputJournal<?> input;

    private boolean needsInput;
    private final boolean mayLack;
    private final boolean isCopied;

    private volatile State state = State.OPENED;
    /** Whether an engine was built with it. */
    private boolean isWired;

    /** Whether somebody asked where it goes on. */
    private boolean isAsked;
    /** {@code null} where nobody keeps the states of handlers. */
    private StateWiring<?> wiring;

    private long results;

    /** Repairs what was found, and begins a segment. */
    JournalWriter(
            FrameLogSettings settings,
            RecordCodec<? super E> codec,
            WriterFence fence,
            JournalRecovery found,
            Unfinished unfinished,
            long firstSequence) {
        this.dir = settings.dir();
        this.codec = codec;
        this.settings = settings;
        this.maxPayloadLength =
                settings.maxFrameLength() - FrameLayout.HEADER_LENGTH - FrameLayout.RESULT_HEADER_LENGTH;
        this.refused = new RefusedEncoder<>(codec, maxPayloadLength);
        this.fence = fence;
        this.recovery = found.report();
        this.foreignSnapshots = found.foreignSnapshots();
        this.done = new JournalResumePoint(found.isNew() ? new SequenceTracker(firstSequence) : found.sequences());
        Manifest manifest = new JournalRepair(found, settings.disk(), fence)
                .apply(settings.clock().nanoTime(), firstSequence);
        this.id = manifest.journal();
        this.needsInput = manifest.binding().needsInput();
        this.mayLack = found.mayLack();
        this.isCopied = found.isCopied();
        this.futures = settings.listener() instanceof DurableFutures listener ? listener : null;
        if (futures != null) {
            futures.found(done);
        }
        FrameEncoder.Stamps stamps = new FrameEncoder.Stamps(done.doneThrough(), found.latestTimeNs());
        this.log = new FrameLog(settings, fence, manifest, stamps, done.firstSequence() - 1);
        this.encoder = log.encoder();
        this.health = log.health();
        this.nextSequence = done.firstSequence();
        if (unfinished == Unfinished.LOSE) {
            try {
                lose(nextSequence, done.doneThrough());
            } catch (Throwable t) {
                log.close();
                throw t;
            }
        }
    }

    /** Gives all of these sequences that have no result the outcome LOST. Only before an engine uses this. */
    final void lose(long from, long to) {
        for (long sequence = Math.max(from, nextSequence); sequence <= to; sequence++) {
            if (!done.add(sequence)) {
                continue;
            }
            if (encoder.length() + FrameLayout.resultLength(0) > settings.maxFrameLength()) {
                log.write(log.lowWatermark());
            }
            encoder.add(sequence, Partitioner.NO_SUB_STREAM, Outcome.LOST.code(), 0);
            lost++;
        }
        if (encoder.count() > 0) {
            log.write(done.firstSequence() - 1);
            nextSequence = done.firstSequence();
            log.health().check(); // The listener may have thrown.
        }
    }

    /**
     * Returns a builder of a writer.
     *
     * @param dir   of the journal; made if absent.
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
        return recovery;
    }

    FrameLogSettings settings() {
        return settings;
    }

    /** Makes {@link JournalRetention} keep all results from this sequence on, which a restart needs. */
    void need(long sequence) {
        updateManifest(manifest -> manifest.withNeeded(sequence));
    }

    /** Changes the manifest, if the journal is still this writer's. */
    final Manifest updateManifest(UnaryOperator<Manifest> change) {
        return fence.update(change);
    }

    /** Returns the snapshots that were set aside when this was opened. */
    List<ForeignSnapshots.Foreign> foreignSnapshots() {
        return foreignSnapshots;
    }

    /** Returns how many frames were written. */
    long frames() {
        return log.frames();
    }

    /** Tells this thread of every frame that is written from now on. */
    void followedBy(JournalThread thread) {
        log.followedBy(thread);
    }

    /** Unparks this thread whenever something is acknowledged. */
    void wakesWhenDurable(Thread thread) {
        log.wakesWhenDurable(thread);
    }

    /** A place up to which all is acknowledged. */
    FramePlace acknowledged() {
        return log.acknowledged();
    }

    /** Watches the handlers of the engine that will use this: their states are kept. */
    void watch(StateWiring<?> states) {
        if (state != State.OPENED || wiring != null) {
            throw new IllegalStateException("the states of handlers belong to journal " + dir
                    + (wiring != null ? " already" : ": open them before an engine writes it"));
        }
        wiring = states;
    }

    /** Has an input journal, which every record must be in before its result is in this one. Only before an engine uses this. */
    void inputIs(InputJournal<?> journal) {
        if (input != null) {
            throw new IllegalStateException("journal " + dir + " has " + input + " already");
        }
        input = journal;
        done.need(journal);
    }

    /** Binds the journal to its input journal, durably. */
    void bindInput(int inputJournal, Path inputDir) {
        updateManifest(manifest -> manifest.with(manifest.binding().withInput(inputJournal, dir, inputDir)));
        log.inputIs(inputJournal);
    }

    /** Unbinds the journal from its input journal, durably. */
    void giveUpInput() {
        updateManifest(manifest -> manifest.with(manifest.binding().givenUp()));
        log.inputIs(Manifest.NO_JOURNAL);
        needsInput = false;
    }

    /** Returns this writer's epoch. */
    long epoch() {
        return fence.epoch();
    }

    /** Whether a loss of power may have taken results that were acknowledged. */
    boolean mayLack() {
        return mayLack;
    }

    /** Whether it was copied by other means than a backup, and not written since. */
    boolean isCopied() {
        return isCopied;
    }

    RecordCodec<? super E> codec() {
        return codec;
    }

    /** Stops the journal, because something that belongs to it failed. */
    void failed(Throwable t) {
        health.fail(t);
    }

    /** Returns the journal's id, which never changes. */
    int id() {
        return id;
    }

    /** Throws unless an engine was built with this as its merge handler, or as one of them. */
    void checkIsWired() {
        if (!isWired) {
            throw new IllegalStateException("the results of the engine do not go to " + this
                    + ": it was given another merge handler, which must be added by merge(..) of the whole");
        }
    }

    /**
     * Where an engine goes on: one that is built with this as its merge handler asks for it.
     *
     * @return the first sequence without a result when the journal was opened, and which ones after it have one: none, unless
     *         the journal was opened with {@link Unfinished#RESEND}.
     */
    @Override
    public ResumePoint resumePoint() {
        isAsked = true;
        return done;
    }

    /** As {@link #resumePoint()}, for those who are not an engine's. */
    ResumePoint done() {
        return done;
    }

    /** Those of {@link JournalStats}. */
    @Override
    public Map<String, LongSupplier> gauges() {
        return JournalStats.gauges(log);
    }

    /**
     * The first sequence of this run: that of the record which the source has to send first.
     *
     * @return the first sequence without a result when the journal was opened; 0 if it was empty.
     */
    public long nextSequence() {
        return nextSequence;
    }

    /**
     * How many sequences were given the outcome {@link Outcome#LOST} when the journal was opened.
     *
     * @return 0 unless it was opened with {@link Unfinished#LOSE}, or an {@link InputJournal} lacked some.
     */
    public long lost() {
        return lost;
    }

    /**
     * The low watermark as written: every sequence at or below it has its result in a frame that readers can see.
     * It never lags behind {@link BraidEngine#lowWatermark()}.
     *
     * @return a sequence, {@code nextSequence() - 1} at first.
     */
    public long lowWatermark() {
        return log.lowWatermark();
    }

    /**
     * What is acknowledged: every sequence at or below it has its result in the journal, and it survives what the journal's
     * {@link Durability} says.
     *
     * @return a sequence, {@code nextSequence() - 1} at first.
     */
    public long durableSequence() {
        return log.durable();
    }

    /**
     * Waits until a sequence is acknowledged.
     *
     * @param sequence to wait for.
     * @param timeout  how long to wait at most.
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
        EngineCheck.groups(dir, settings.groups(), JournalGroup.layout(groups));
        EngineCheck.states(dir, handlers);
        isWired = true;
    }

    /**
     * The outcome of a sequence, once it is acknowledged. For those who accept garbage; {@link DurableResultListener} makes
     * none. What depends on the future runs on the journal's thread, or at {@link Durability#PROCESS} on the engine's: it must
     * be quick, and not wait for the engine, or be given to another thread by the {@code …Async} methods.
     * <p>
     * May be asked for before and after the result is acknowledged. Of a result that is not among the latest ones, see
     * {@link JournalWriterBuilder#recentOutcomes}, the outcome is read from the journal by the calling thread, and the future
     * is complete when it is returned. Every sequence that is awaited takes memory until it is acknowledged or the journal
     * ends, also where its future is cancelled.
     *
     * @param sequence of this run or an earlier one.
     * @return a future. It fails with a {@link JournalException} where the sequence will not be acknowledged, because the
     *         engine stopped, or the journal failed or was closed; or where its result was deleted by retention.
     * @throws IllegalArgumentException if the sequence is negative.
     * @throws IllegalStateException    if the journal was opened without {@link JournalWriterBuilder#recentOutcomes}.
     */
    public CompletableFuture<Outcome> whenDurable(long sequence) {
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence must not be negative: " + sequence);
        }
        if (futures == null) {
            throw new IllegalStateException(
                    "journal " + dir + " keeps no outcomes: see JournalWriterBuilder.recentOutcomes");
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
        if (!isAsked && (done.doneThrough() >= 0 || input != null)) {
            throw new IllegalStateException("journal " + dir + " goes on at sequence " + nextSequence
                    + ", but the engine that is started was not told so: " + HiddenBy.caller()
                    + ", which is around the journal, hides its resumePoint(); MergeHandler.andThen makes a merge handler"
                    + " of two that hides nothing");
        }
        begin();
    }

    private void checkStartable() {
        if (state != State.OPENED) {
            throw new IllegalStateException("journal " + dir + " was opened for one run of an engine: open it again");
        }
        if (needsInput && input == null) {
            throw new IllegalStateException(
                    "journal " + dir
                            + " has an input journal: open that by InputJournal.open before an engine is started, or give it up");
        }
        if (wiring != null) {
            wiring.checkTaken();
        }
    }

    /** As {@link #onStart()}, where no engine has to know where it goes on. */
    void begin() {
        checkStartable();
        health.isNoticedBy(Thread.currentThread());
        state = State.RUNNING;
    }

    /**
     * Called by the engine: stages a result, and writes those before it if the frame is full.
     *
     * @param record    as its handler left it.
     * @param sequence  place in ingest order.
     * @param subStream that the partitioner chose, or {@link dev.braid.engine.Partitioner#NO_SUB_STREAM}.
     * @param outcome   what became of the record.
     * @param cause     why, for {@link Outcome#FAILED}.
     * @throws JournalException if the result cannot be written.
     */
    @Override
    public void onResult(E record, long sequence, int subStream, Outcome outcome, Throwable cause) {
        checkWritable();
        try {
            stage(record, sequence, subStream, outcome, cause);
        } catch (Throwable t) {
            health.stopAndTell(t);
            throw t;
        }
    }

    private void stage(E record, long sequence, int subStream, Outcome outcome, Throwable cause) {
        if (sequence < nextSequence || sequence <= done.doneThrough() && done.isDone(sequence)) {
            throw new JournalException("journal " + dir + " has sequence " + sequence
                    + " already: the engine must resume at " + nextSequence
                    + "; a merge handler around a journal has to forward resumePoint(), as one does by andThen");
        }
        if (wiring != null) {
            wiring.onResult(sequence, subStream, outcome);
        }
        if (input != null && sequence > input.seen()) {
            throw new JournalException("the record of sequence " + sequence + " was handled before it was in " + input
                    + ": that must be the ingest handler of the engine");
        }
        int payloadOffset = encoder.payloadOffset();
        int payloadLength = 0;
        int outcomeCode = outcome.code();
        if (outcome == Outcome.PROCESSED) {
            payloadLength = codec.encode(record, encoder.buffer(), payloadOffset);
        } else if (FrameDecoder.isRefused(outcome)) {
            payloadLength = refused.encode(record, cause, encoder.buffer(), payloadOffset);
            outcomeCode |= refused.isKept() ? FrameLayout.RECORD_KEPT : 0;
        }
        if (payloadLength < 0 || payloadLength > maxPayloadLength) {
            throw new JournalException("the record of sequence " + sequence + " takes " + payloadLength
                    + " bytes, but a frame has room for 0 to " + maxPayloadLength + ": see maxFrameLength");
        }
        if (encoder.length() + FrameLayout.resultLength(payloadLength) > settings.maxFrameLength()) {
            log.write(log.lowWatermark());
            encoder.keep(payloadOffset, payloadLength);
        }
        encoder.add(sequence, subStream, outcomeCode, payloadLength);
        results++;
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
            write(lowWatermark);
        } catch (Throwable t) {
            health.stopAndTell(t);
            throw t;
        }
    }

    private void write(long lowWatermark) {
        if (lowWatermark - nextSequence >= results + done.ahead()) {
            throw new JournalException("the engine declares all up to " + lowWatermark + " as done, but handed over "
                    + results + " results from " + nextSequence + " on: it must resume at resumePoint()");
        }
        if (encoder.count() > 0 || lowWatermark > log.lowWatermark()) {
            log.write(lowWatermark);
            health.check(); // The listener may have thrown.
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
        if (state != State.RUNNING) {
            return;
        }
        try {
            if (encoder.count() > 0 && health.isOrderly()) {
                writeRest();
            }
            log.end();
        } finally {
            state = State.ENDED;
        }
    }

    /** Writes what is staged. If it does not fit, what was written before it is still durable, and nothing else was acknowledged. */
    private void writeRest() {
        try {
            log.write(log.lowWatermark());
        } catch (StorageSpaceException e) {
            health.stop(e);
        }
    }

    @Override
    public String toString() {
        return "journal " + dir;
    }

    private void checkWritable() {
        if (state != State.RUNNING) {
            throw new JournalException("journal " + dir + " is not being written"
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
     * @throws IllegalStateException if an engine is still running on this journal.
     * @throws JournalException      if the journal cannot be sealed, or could not be written, and nobody was told yet. What
     *                               was acknowledged is safe even so.
     */
    @Override
    public void close() {
        if (state == State.RUNNING) {
            throw new IllegalStateException("close the engine before its journal " + dir);
        }
        if (state == State.CLOSED) {
            return;
        }
        try {
            if (state == State.OPENED) {
                state = State.RUNNING;
                onShutdown();
            }
        } finally {
            state = State.CLOSED;
            try {
                log.close();
            } finally {
                fence.close();
            }
        }
        health.checkTold();
    }
}
