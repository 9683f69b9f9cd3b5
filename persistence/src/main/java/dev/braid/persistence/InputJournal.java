package dev.braid.persistence;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.EngineFeed;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.IngestHandler;
import dev.braid.engine.Outcome;
import dev.braid.engine.Partitioner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.agrona.CloseHelper;

/**
 * Journals every record before the engine does anything with it, for sources that cannot send again: on a restart the engine
 * is fed from here.
 * <pre>{@code
 * try (JournalWriter<Order> results = JournalWriter.builder(dir, codec).groups(groups).unfinished(RESEND).open();
 *         InputJournal<Order> input = InputJournal.open(JournalWriter.builder(inputDir, orderCodec), results);
 *         BraidEngine<Order> engine = builder.ingest(input).merge(results).start()) {
 *     input.feed(engine); // And then whatever comes.
 * }
 * }</pre>
 * It is a journal like that of the results, with a {@link Durability} of its own; a record that its publisher failed to fill
 * is in it as FAILED. A publisher's record is safe once {@link #durableSequence()} has reached its sequence, and not handled
 * before. What has its result in the results' journal, as safe as that one makes it, is not needed any more: whole segments
 * of it are deleted.
 * <p>
 * Records are fed through the ingress that they came through at first: for one of a group it is noted in the place of the
 * sub-stream, as the first one of the group. So where a group has an ingress of its own, one of both journals must be given
 * the groups, {@link JournalWriterBuilder#groups}. Where groups were renamed or moved, their records follow them as their state
 * does. A group that has no ingress of its own any more is served through the shared one. One that is gone is refused as long as
 * some of its records have no result.
 * <p>
 * <b>Threads:</b> the ingest handler's methods are for the engine. {@link #feed} is for the one thread that publishes at that
 * time. {@link #close()} is for the owner, once the engine is closed. The rest is for any thread.
 *
 * @param <E> type of the records.
 */
public final class InputJournal<E> implements IngestHandler<E>, AutoCloseable {
    private final JournalWriter<E> writer;
    private final JournalWriter<?> results;
    private final JournalThread retentionThread;
    private final long toFeed;
    private final List<JournalGroup> groups;
    /** Last sequence of those that the engine shows that is in the journal. */
    private long journaled;

    /** Next sequence that the engine shows: it shows each once, from where the results go on. */
    private long next;

    private boolean isFed;

    private InputJournal(JournalWriter<E> writer, JournalWriter<?> results) {
        this.writer = writer;
        this.results = results;
        OpenJournal<E> journal = writer.journal();
        this.groups = journal.settings().groups();
        this.toFeed = JournalResumePoint.unfinished(
                results.journal().done(), results.nextSequence(), writer.nextSequence() - 1);
        this.journaled = writer.nextSequence() - 1;
        this.next = results.nextSequence();
        this.retentionThread = new JournalThread(
                new InputRetention(journal, results::durableSequence),
                journal.settings().threads(),
                journal.log().health()::fail);
        journal.log().followedBy(retentionThread);
    }

    /**
     * Opens an input journal, before the engine is built. Where it has lost records that the results' journal goes beyond, as a loss of
     * power can do if its durability is the weaker one, those are declared as LOST in both. Where a loss of power took results
     * of records that it has deleted, because it took those results for safe, they are declared as LOST in the results'
     * journal. Without a loss of power, either is damage.
     * <p>
     * From now on the results' journal says that this is its input journal, and is not opened without it any more.
     *
     * @param input   describes it.
     * @param results journal of results; opened with {@link Unfinished#RESEND}, and not used yet.
     * @param <E>     type of the records.
     * @return an input journal, to be closed.
     * @throws JournalDamagedException if it is not the input journal that the results' journal had, or is behind it.
     * @throws PartitioningMismatchException if it has records without a result of a group that is gone.
     * @throws JournalException        as by {@link JournalWriterBuilder#open()}.
     * @throws IllegalArgumentException if both are in one folder.
     */
    public static <E> InputJournal<E> open(JournalWriterBuilder<E> input, JournalWriter<?> results) {
        OpenJournal<?> ofResults = results.journal();
        JournalWriter<E> writer = input.openAsInput(ofResults, (found, groups) -> check(found, ofResults, groups));
        InputJournal<E> journal = null;
        try {
            OpenJournal<E> ofInput = writer.journal();
            ofResults.stage().lose(0, ManifestFile.read(ofInput.dir()).firstSequence() - 1);
            long next = writer.nextSequence();
            ofInput.stage().lose(next, ofResults.done().doneThrough());
            ofResults.stage().lose(next, ofResults.done().doneThrough());
            ofInput.need(results.nextSequence());
            journal = new InputJournal<>(writer, results);
            ofResults.wiring().inputIs(journal);
            bind(ofInput, ofResults);
            return journal;
        } catch (Throwable t) {
            CloseHelper.quietClose(journal != null ? journal : writer);
            throw t;
        }
    }

    private static void check(JournalRecovery found, OpenJournal<?> results, List<JournalGroup> groups) {
        Path dir = results.dir();
        Manifest manifest = ManifestFile.read(dir);
        JournalProblem problem = InputCheck.identity(dir, manifest, found.dir(), found.manifest());
        if (problem == null) {
            long first = found.manifest().firstSequence();
            problem = InputCheck.extent(manifest, results.isCopied(), results.done(), results.mayLack(), found, first);
        }
        if (problem == null && manifest.binding().needsInput()) {
            problem = InputCheck.course(Timeline.of(dir, manifest), results.peers(), found);
        }
        if (problem != null) {
            throw new JournalDamagedException(problem.of(dir));
        }
        problem = InputCheck.groups(found, results.done(), new SubStreamIds(Timeline.of(found), groups));
        if (problem != null) {
            throw new PartitioningMismatchException(problem.of(dir).message());
        }
    }

    /** Binds both, the input journal first: as long as only that one knows, the next start binds them again. */
    private static void bind(OpenJournal<?> input, OpenJournal<?> results) {
        input.updateManifest(manifest -> manifest.with(manifest.binding().withResults(results.id())));
        results.bindInput(input.id(), input.dir());
        input.updateManifest(manifest -> manifest.with(manifest.binding().known()));
        results.log().peerIs(input.place());
        input.log().peerIs(results.place());
    }

    /**
     * Returns the number of records that {@link #feed} has to publish before any other.
     *
     * @return those without a result.
     */
    @Override
    public long toFeed() {
        return toFeed;
    }

    /**
     * Returns how the input journal was found when it was opened.
     *
     * @return a report.
     */
    public RecoveryReport recovery() {
        return writer.recovery();
    }

    /**
     * Returns the sequence of the next record that no earlier run has seen.
     *
     * @return the highest sequence in the input journal when it was opened, plus 1.
     */
    public long nextSequence() {
        return writer.nextSequence();
    }

    /**
     * Returns the last sequence that is acknowledged to publishers.
     *
     * @return every record up to this sequence survives what the input journal's {@link Durability} says.
     */
    public long durableSequence() {
        return writer.durableSequence();
    }

    /**
     * Waits until a record is acknowledged.
     *
     * @param sequence sequence of the record.
     * @param timeout  maximum time to wait.
     * @return {@code false} if it was not acknowledged in that time.
     * @throws JournalException     if it will not be.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    public boolean awaitDurable(long sequence, Duration timeout) throws InterruptedException {
        return writer.awaitDurable(sequence, timeout);
    }

    /**
     * Publishes what earlier runs left without a result, and what lies in between, which the engine drops because it is done.
     * To be called once, when the engine has started; until then nobody else can publish. Waits while the ring is full. Where
     * there is nothing to feed it does nothing. Where it is broken off, nothing can be published to this engine any more.
     *
     * @param engine   engine that was built with this as its {@link EngineBuilder#ingest ingest handler}.
     * @param progress receives the progress of reading the input journal.
     * @return how many records had no result: as many as {@link #toFeed()} says.
     * @throws JournalException      if the input journal is damaged or misses what is needed, or the engine does not go on
     *                               where the results end.
     * @throws IllegalStateException if it was fed before, or the engine was built with another ingest handler, or does not run.
     */
    public long feed(BraidEngine<E> engine, ProgressListener progress) {
        if (toFeed == 0) {
            return 0;
        }
        if (isFed) {
            throw new IllegalStateException(this + " was fed before");
        }
        EngineFeed<E> feed = engine.beginFeed(this);
        isFed = true;
        long first = results.nextSequence();
        if (feed.firstSequence() != first) {
            throw new JournalException("the engine goes on at sequence " + feed.firstSequence() + ", but " + this
                    + " has to be fed from " + first + " on: it must resume at the results' resumePoint()");
        }
        Path dir = writer.journal().dir();
        SubStreamIds ids = new SubStreamIds(Timeline.of(dir, ManifestFile.read(dir)), groups);
        new InputFeed<>(dir, writer.journal().codec(), feed, ids).run(first, writer.nextSequence() - 1, progress);
        feed.complete();
        return toFeed;
    }

    /**
     * Publishes what earlier runs left without a result, without reporting progress; see
     * {@link #feed(BraidEngine, ProgressListener)}.
     *
     * @param engine engine that uses this journal, started.
     * @return how many records were published.
     * @throws JournalException if a record cannot be read or published.
     */
    public long feed(BraidEngine<E> engine) {
        return feed(engine, ProgressListener.NONE);
    }

    /** Returns the sequence up to which every record is written, now or by an earlier run. For the engine's threads. */
    long seen() {
        return journaled;
    }

    @Override
    public String toString() {
        return "input journal " + writer.journal().dir();
    }

    /**
     * Called by the engine's builder.
     *
     * @throws IllegalStateException if the engine's groups are not those that were given to this journal, or none were and one
     *                               has an ingress of its own: a restart would feed its records through the shared one.
     */
    @Override
    public void onBuild(List<? extends HandlerGroup<?>> engineGroups) {
        Path dir = writer.journal().dir();
        EngineCheck.groups(dir, groups, JournalGroup.layout(engineGroups));
        if (groups.isEmpty()) {
            EngineCheck.ownIngresses(dir, engineGroups);
        }
    }

    /** Called by the engine. */
    @Override
    public void onStart() {
        writer.begin();
        writer.journal().log().wakesWhenDurable(Thread.currentThread());
    }

    /**
     * Called by the engine: stages a record, unless it was fed.
     *
     * @param record   record as its publisher filled it.
     * @param sequence place in ingest order.
     * @param group    through whose ingress it came, or {@link IngestHandler#SHARED_INGRESS}.
     * @param cause    reason why its publisher failed to fill it.
     * @throws JournalException if it cannot be written.
     */
    @Override
    public void onRecord(E record, long sequence, int group, Throwable cause) {
        if (sequence != next) {
            throw new JournalException("sequence " + sequence + " came to " + this + " where " + next
                    + " should: the engine must resume at the results' resumePoint()");
        }
        next++;
        if (sequence > journaled) {
            Outcome outcome = cause == null ? Outcome.PROCESSED : Outcome.FAILED;
            int ingress = group < 0 || group >= groups.size()
                    ? Partitioner.NO_SUB_STREAM
                    : groups.get(group).firstSubStream();
            writer.onResult(record, sequence, ingress, outcome, cause);
            journaled = sequence;
        }
    }

    /**
     * Called by the engine: writes what is staged.
     *
     * @param sequence the last that was staged.
     * @return what is acknowledged.
     * @throws JournalException if it cannot be written.
     */
    @Override
    public long onBatchEnd(long sequence) {
        if (sequence > writer.lowWatermark()) {
            writer.onBatchEnd(sequence);
        } else {
            writer.onIdle();
        }
        return Math.min(sequence, writer.durableSequence());
    }

    /** Called by the engine. */
    @Override
    public void onShutdown() {
        writer.onShutdown();
    }

    /** @throws IllegalStateException if the calling thread is one of the journal's own. */
    void checkMayClose() {
        writer.checkMayClose();
    }

    /**
     * Seals it and lets go of it. Close the engine first. Calls after the first do nothing.
     *
     * @throws IllegalStateException if an engine is still running on it, or a thread of its own closes it, on which listeners are
     *                               called; then nothing is closed.
     */
    @Override
    public void close() {
        writer.checkIsUnused();
        checkMayClose();
        CloseHelper.closeAll(retentionThread, writer);
    }
}
