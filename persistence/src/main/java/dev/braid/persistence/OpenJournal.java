package dev.braid.persistence;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A journal that was found, repaired and opened for writing: its parts, what was known of it when it was opened, and what
 * belongs to it beside results. {@link JournalWriter} writes it; an {@link InputJournal} and {@link HandlerStates} are
 * attached here.
 * <pre>
 *  JournalWriter ──▶ ResultStage ──▶ FrameLog        HandlerStates, InputJournal ──▶ EngineWiring
 *                                    WriterFence ──▶ manifest
 * </pre>
 * <b>Threads:</b> the manifest may be changed by any thread. The rest is for the thread that opens the journal, before an
 * engine runs.
 *
 * @param <E> type of the records.
 */
final class OpenJournal<E> {
    private final FrameLogSettings settings;
    private final RecordCodec<? super E> codec;
    private final WriterFence fence;
    private final RecoveryReport recovery;
    private final List<ForeignSnapshots.Foreign> foreignSnapshots;
    private final boolean mayLack;
    private final boolean isCopied;
    private final List<PeerPlace> peers;
    private final int id;
    private final JournalResumePoint done;
    private final boolean hasOtherGroups;
    private final EngineWiring wiring;
    private final FrameLog log;
    private final ResultStage<E> stage;

    /** Repairs what was found, and begins a segment. */
    OpenJournal(
            FrameLogSettings settings,
            RecordCodec<? super E> codec,
            WriterFence fence,
            JournalRecovery found,
            Unfinished unfinished,
            long firstSequence) {
        this.settings = settings;
        this.codec = codec;
        this.fence = fence;
        this.recovery = found.report();
        this.foreignSnapshots = found.foreignSnapshots();
        this.mayLack = found.mayLack();
        this.isCopied = found.isCopied();
        this.peers = found.peers();
        this.done = new JournalResumePoint(found.isNew() ? new SequenceTracker(firstSequence) : found.sequences());
        this.hasOtherGroups = hasOtherGroups(found, settings.groups());
        Manifest manifest = new JournalRepair(found, settings.disk(), fence)
                .apply(settings.clock().nanoTime(), firstSequence);
        this.id = manifest.journal();
        this.wiring = new EngineWiring(settings, manifest.binding().needsInput(), done);
        if (settings.listener() instanceof DurableFutures futures) {
            futures.found(done);
        }
        FrameEncoder.Stamps stamps = new FrameEncoder.Stamps(done.doneThrough(), found.latestTimeNs());
        this.log = new FrameLog(settings, fence, manifest, stamps, done.firstSequence() - 1);
        this.stage = new ResultStage<>(settings, codec, log, done);
        if (unfinished == Unfinished.LOSE) {
            try {
                stage.lose(done.firstSequence(), done.doneThrough());
            } catch (Throwable t) {
                log.close();
                throw t;
            }
        }
    }

    private static boolean hasOtherGroups(JournalRecovery found, List<JournalGroup> groups) {
        return !groups.isEmpty()
                && found.highestSequence() >= 0
                && !SubStreamIds.areSame(Timeline.of(found).newestGroups(), groups);
    }

    FrameLogSettings settings() {
        return settings;
    }

    Path dir() {
        return settings.dir();
    }

    RecordCodec<? super E> codec() {
        return codec;
    }

    /** Returns the journal's id, which never changes. */
    int id() {
        return id;
    }

    /** Returns how the journal was found, and what was done about it. */
    RecoveryReport recovery() {
        return recovery;
    }

    /** Returns the snapshots that were set aside when the journal was opened. */
    List<ForeignSnapshots.Foreign> foreignSnapshots() {
        return foreignSnapshots;
    }

    /** Tells whether a loss of power may have taken results that were acknowledged. */
    boolean mayLack() {
        return mayLack;
    }

    /** Tells whether the journal was copied by other means than a backup, and not written since. */
    boolean isCopied() {
        return isCopied;
    }

    /** Returns the places in the other one of a journal and its input journal that its runs before noted, the latest first. */
    List<PeerPlace> peers() {
        return peers;
    }

    /** Returns its own place at present, for the other one to note. */
    PeerPlace place() {
        return new PeerPlace(id, log.acknowledged());
    }

    /** Returns where the journal goes on: the sequences that have a result. */
    JournalResumePoint done() {
        return done;
    }

    /** Returns what an engine must agree on with the journal. */
    EngineWiring wiring() {
        return wiring;
    }

    /** Returns the frames on disk. */
    FrameLog log() {
        return log;
    }

    /** Returns the results that are to be written next. */
    ResultStage<E> stage() {
        return stage;
    }

    /**
     * To be called before anything is published or deleted in the journal's folder.
     *
     * @throws JournalException if what was written is not known to be good, or the folder is not this writer's any more; then nothing
     *                          more is acknowledged.
     */
    void look() {
        log.look();
    }

    /**
     * An engine starts to write. Where it has other groups than the run before, a frame without results says so: later runs know by
     * it that these groups followed on those, also where no result comes.
     */
    void begin() {
        if (hasOtherGroups) {
            log.write(log.lowWatermark());
        }
    }

    /** Makes {@link JournalRetention} keep all results from this sequence on, which a restart needs. */
    void need(long sequence) {
        updateManifest(manifest -> manifest.withNeeded(sequence));
    }

    /** Changes the manifest, if the journal is still this writer's. */
    Manifest updateManifest(UnaryOperator<Manifest> change) {
        return fence.update(change);
    }

    /** Binds the journal to its input journal, durably. */
    void bindInput(int inputJournal, Path inputDir) {
        updateManifest(manifest -> manifest.with(manifest.binding().withInput(inputJournal, dir(), inputDir)));
        log.inputIs(inputJournal);
    }

    /** Unbinds the journal from its input journal, durably. */
    void giveUpInput() {
        updateManifest(manifest -> manifest.with(manifest.binding().givenUp()));
        log.inputIs(Manifest.NO_JOURNAL);
        wiring.giveUpInput();
    }

    /** Seals the journal's last segment if that has ended in good order, and releases the files and the lock. */
    void close() {
        try {
            log.close();
        } finally {
            fence.close();
        }
    }
}
