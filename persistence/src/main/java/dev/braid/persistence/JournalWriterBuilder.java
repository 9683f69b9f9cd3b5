package dev.braid.persistence;

import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Outcome;
import dev.braid.engine.ThreadRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.BitUtil;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Configures a journal's writer. {@link #open()} validates every setting and names the offending value. Not thread-safe.
 *
 * @param <E> type of the records.
 */
public final class JournalWriterBuilder<E> {
    /** Default of {@link #maxFrameLength(int)}, in bytes. */
    public static final int DEFAULT_MAX_FRAME_LENGTH = 128 * 1024;

    /** Default of {@link #segmentSize(long)}, in bytes. */
    public static final long DEFAULT_SEGMENT_SIZE = 1L << 30;

    /** Default of {@link #minFreeSpace(long)}, in bytes. */
    public static final long DEFAULT_MIN_FREE_SPACE = 64L << 20;

    /** Maximum of {@link #recentOutcomes(int)}. */
    public static final int MAX_RECENT_OUTCOMES = 1 << 24;

    private static final int SMALLEST_MAX_FRAME_LENGTH = 1024;
    private static final long MIN_SEGMENT_SIZE = 64L << 10;
    private static final long MAX_SEGMENT_SIZE = 64L << 30;

    private final Path dir;
    private final RecordCodec<? super E> codec;
    private List<JournalGroup> groups = List.of();
    private Durability durability = Durability.PROCESS;
    private boolean forcesMark;
    private DurabilityListener listener = sequence -> {};
    private int recentOutcomes;
    private long segmentSize = DEFAULT_SEGMENT_SIZE;
    private long minFreeSpace = DEFAULT_MIN_FREE_SPACE;
    private int maxFrameLength = DEFAULT_MAX_FRAME_LENGTH;
    private EpochNanoClock clock = new OffsetEpochNanoClock();
    private ProgressListener progress = ProgressListener.NONE;
    private Disk disk = FileDisk.INSTANCE;
    private NanoClock fenceClock = SystemNanoClock.INSTANCE;
    private JournalThreads threads = JournalThreads.DEFAULT;
    private boolean requireEmpty;
    private Unfinished unfinished = Unfinished.REFUSE;
    private long firstSequence;
    private Path inputJournal;
    private boolean giveUpInput;

    JournalWriterBuilder(Path dir, RecordCodec<? super E> codec) {
        this.dir = Objects.requireNonNull(dir, "dir");
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    /**
     * Sets the handler groups of the engine, to be recorded for readers. By default none are.
     *
     * @param groups handler groups in the order in which they are added to the engine, so that their sub-streams get the same ids.
     * @return this.
     */
    public JournalWriterBuilder<E> groups(List<? extends HandlerGroup<?>> groups) {
        this.groups = JournalGroup.layout(groups);
        return this;
    }

    /**
     * Sets what acknowledged results survive.
     *
     * @param durability level; by default {@link Durability#PROCESS}.
     * @return this.
     */
    public JournalWriterBuilder<E> durability(Durability durability) {
        this.durability = Objects.requireNonNull(durability, "durability");
        return this;
    }

    /**
     * Forces the journal's mark after each force of results at {@link Durability#DISK}, before they are acknowledged. Frames
     * carry what was acknowledged when they were written; what the very last force before a loss of power acknowledged is
     * known from the files only with this, at the price of a second force each time. Without it, damage to just these frames
     * looks like a torn end.
     *
     * @return this.
     */
    public JournalWriterBuilder<E> forceMark() {
        this.forcesMark = true;
        return this;
    }

    /**
     * Receives what is acknowledged.
     *
     * @param listener receiver; by default none.
     * @return this.
     */
    public JournalWriterBuilder<E> onDurable(DurabilityListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Receives each result that is acknowledged. Replaces a listener that was set before.
     *
     * @param listener receiver; by default none.
     * @return this.
     */
    public JournalWriterBuilder<E> onDurable(DurableResultListener listener) {
        return onDurable((DurabilityListener) listener);
    }

    /**
     * Enables {@link JournalWriter#whenDurable}, and sets how many of the latest outcomes it keeps in memory.
     *
     * @param count 0, the default, for none: then it cannot be asked; otherwise a power of two up to {@value
     *              #MAX_RECENT_OUTCOMES}. Each takes 8 bytes.
     * @return this.
     */
    public JournalWriterBuilder<E> recentOutcomes(int count) {
        this.recentOutcomes = count;
        return this;
    }

    /**
     * Sets how much a segment holds before the next one is begun.
     *
     * @param bytes length of frames, from 64 KiB to 64 GiB; by default {@value #DEFAULT_SEGMENT_SIZE}.
     * @return this.
     */
    public JournalWriterBuilder<E> segmentSize(long bytes) {
        this.segmentSize = bytes;
        return this;
    }

    /**
     * Sets how much space on the disk is left free. When there is less, for whatever cause, the journal stops in good order,
     * and the engine with it.
     *
     * @param bytes not negative; by default {@value #DEFAULT_MIN_FREE_SPACE}.
     * @return this.
     */
    public JournalWriterBuilder<E> minFreeSpace(long bytes) {
        this.minFreeSpace = bytes;
        return this;
    }

    /**
     * Receives the progress of {@link #open()}, when a journal's last segments have to be read.
     *
     * @param progress receiver of the progress; by default none.
     * @return this.
     */
    public JournalWriterBuilder<E> onProgress(ProgressListener progress) {
        this.progress = Objects.requireNonNull(progress, "progress");
        return this;
    }

    /**
     * Sets where the input journal is, which {@link InputJournal#open} opens next.
     *
     * @param dir folder of the input journal; by default the place in which it was, as seen from this journal's folder.
     * @return this.
     */
    public JournalWriterBuilder<E> inputJournal(Path dir) {
        this.inputJournal = Objects.requireNonNull(dir, "dir");
        return this;
    }

    /**
     * Gives up the journal's input journal permanently, for instance when it cannot be found. Every sequence up to the last one
     * that is known to have been accepted, and has no result, gets the outcome {@link Outcome#LOST}: these are those of the
     * input journal, if it is there, and else those that were in flight below the highest one with a result. Of what a missing
     * input journal had accepted above that, nothing is known.
     *
     * @return this.
     */
    public JournalWriterBuilder<E> giveUpInputJournal() {
        this.giveUpInput = true;
        return this;
    }

    /**
     * Checks that the input journal to be opened next is not the one that is to be given up: that would be refused only after
     * records had been lost.
     *
     * @throws IllegalStateException if it is.
     */
    void checkNotGivenUp(Path input) {
        if (giveUpInput && Journals.isJournal(input) && Journals.isJournal(dir) && isInputOfThis(input)) {
            throw new IllegalStateException(
                    "the input journal at " + input + " is to be used and to be given up: use it"
                            + " to lose nothing, or give it up first, without an input journal or with one at another place");
        }
    }

    private boolean isInputOfThis(Path input) {
        Manifest manifest = ManifestFile.readOrGuess(dir, problem -> {});
        return manifest.binding().needsInput() && InputCheck.identity(dir, manifest, input) == null;
    }

    /** Sets the first sequence of a new journal. */
    JournalWriterBuilder<E> firstSequence(long sequence) {
        this.firstSequence = sequence;
        return this;
    }

    /** Sets the disk, for tests that let it fail. */
    JournalWriterBuilder<E> disk(Disk disk) {
        this.disk = disk;
        return this;
    }

    /** Sets the clock by which the writer's fence knows that the writer was idle, for tests. */
    JournalWriterBuilder<E> fenceClock(NanoClock clock) {
        this.fenceClock = clock;
        return this;
    }

    /**
     * Limits the length of a frame. A batch of results that does not fit is written as several frames; a single result
     * that does not fit is refused, and halts the engine.
     *
     * @param bytes length, from 1,024 to 8 MiB; by default {@value #DEFAULT_MAX_FRAME_LENGTH}.
     * @return this.
     */
    public JournalWriterBuilder<E> maxFrameLength(int bytes) {
        this.maxFrameLength = bytes;
        return this;
    }

    /**
     * Sets the clock that stamps frames.
     *
     * @param clock read once per frame; by default the system's.
     * @return this.
     */
    public JournalWriterBuilder<E> clock(EpochNanoClock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Sets the name of the engine that uses this, which becomes a part of the names of the journal's threads.
     *
     * @param engineName not blank; by default {@value ThreadRole#DEFAULT_ENGINE_NAME}.
     * @return this.
     */
    public JournalWriterBuilder<E> engineName(String engineName) {
        this.threads = threads.withEngineName(Objects.requireNonNull(engineName, "engineName"));
        return this;
    }

    /**
     * Sets how the journal's threads idle, including those of an {@link InputJournal} and of {@link HandlerStates}. By default
     * each has a {@link dev.braid.engine.WakeableIdleStrategy}: it sleeps until it is woken.
     *
     * @param idleStrategy makes one for each thread, for the duties in {@link JournalDuty}.
     * @return this.
     */
    public JournalWriterBuilder<E> idleStrategy(Function<? super ThreadRole, ? extends IdleStrategy> idleStrategy) {
        this.threads = threads.withIdleStrategy(Objects.requireNonNull(idleStrategy, "idleStrategy"));
        return this;
    }

    /**
     * Sets the factory of these threads. By default they are daemons, called {@link ThreadRole#threadName()}, as in
     * {@code braid-journal-sync}. They end when the journal is closed.
     *
     * @param threadFactory makes a thread for a role that will run a task, and does not start it.
     * @return this.
     */
    public JournalWriterBuilder<E> threadFactory(
            BiFunction<? super ThreadRole, ? super Runnable, ? extends Thread> threadFactory) {
        this.threads = threads.withThreadFactory(Objects.requireNonNull(threadFactory, "threadFactory"));
        return this;
    }

    /**
     * Refuses a journal that has results. By default such a journal is continued.
     *
     * @return this.
     */
    public JournalWriterBuilder<E> requireEmpty() {
        this.requireEmpty = true;
        return this;
    }

    /**
     * Sets the fate of sequences that were in flight when the engine before halted or was killed.
     *
     * @param unfinished policy; by default {@link Unfinished#REFUSE}.
     * @return this.
     */
    public JournalWriterBuilder<E> unfinished(Unfinished unfinished) {
        this.unfinished = Objects.requireNonNull(unfinished, "unfinished");
        return this;
    }

    /**
     * Takes the journal's lock, makes good what a writer left that was stopped, and begins a new segment. The folder is made
     * if it does not exist. Segments that are sealed are not read. When it refuses a journal, no segment has been changed or
     * begun, but the folder may have been made. What can be refused by reading alone is refused before anything else; then the
     * journal's epoch, in the lock file and in the manifest, is raised, which stops a writer that has lost its lock, and what
     * is there is read once more.
     *
     * @return a writer that holds the lock until it is closed.
     * @throws JournalLockedException   if the journal has a writer, in this process or another.
     * @throws JournalNotEmptyException if the journal has results, and was required to have none.
     * @throws JournalDamagedException  if the manifest, or what it does not cover, is damaged, or from a newer version, or if
     *                                  its input journal is missing or another one's, and is not given up.
     * @throws JournalException         if the folder is used for something else, sequences have no result and
     *                                  {@link #unfinished} is to refuse that, or the disk refuses.
     * @throws IllegalArgumentException if a value is out of range.
     */
    public JournalWriter<E> open() {
        return open(groups, firstSequence, null);
    }

    /**
     * Opens the journal as the input journal of another one: it begins with the first sequence that has no result there, and has
     * the groups of that one unless it was given some.
     *
     * @param check looks at what was found and at the groups, and throws if it is not the input journal of those results.
     */
    JournalWriter<E> openAsInput(OpenJournal<?> results, BiConsumer<JournalRecovery, List<JournalGroup>> check) {
        if (JournalFolder.real(dir).equals(JournalFolder.real(results.dir()))) {
            throw new IllegalArgumentException(
                    "the input journal of " + results.dir() + " must be in a folder of its own, not in " + dir);
        }
        List<JournalGroup> ofEngine = groups.isEmpty() ? results.settings().groups() : groups;
        return open(ofEngine, results.stage().nextSequence(), found -> check.accept(found, ofEngine));
    }

    private JournalWriter<E> open(List<JournalGroup> ofEngine, long first, Consumer<JournalRecovery> inputCheck) {
        check(ofEngine);
        FrameLogSettings settings = freeze(ofEngine);
        JournalContinuation continuation =
                new JournalContinuation(dir, progress, requireEmpty, unfinished, inputJournal, giveUpInput, inputCheck);
        JournalFolder.prepare(dir, disk);
        if (!JournalLock.isHeld(dir)) {
            continuation.find(); // Before anything is changed: what is refused must not cost a writer its journal.
        }
        JournalFolder.segments(dir).forEach(JournalFolder.Segment::ownFiles); // Of which none is odd.
        settings.checkSpace(); // Before anything is changed.
        WriterFence fence = WriterFence.take(dir, disk, fenceClock);
        try {
            JournalRecovery found = continuation.find();
            long acceptedThrough = continuation.givenUpThrough(found);
            JournalWriter<E> writer =
                    new JournalWriter<>(new OpenJournal<>(settings, codec, fence, found, continuation.policy(), first));
            continuation.giveUpInput(writer, acceptedThrough);
            return writer;
        } catch (Throwable t) {
            fence.close();
            throw t;
        }
    }

    private FrameLogSettings freeze(List<JournalGroup> ofEngine) {
        return new FrameLogSettings(
                new FrameLogSettings.Storage(dir, disk, minFreeSpace),
                new FrameLogSettings.Sizes(segmentSize, maxFrameLength),
                new FrameLogSettings.Acknowledging(
                        durability,
                        forcesMark,
                        recentOutcomes == 0 ? listener : new DurableFutures(dir, recentOutcomes, listener)),
                ofEngine,
                clock,
                threads);
    }

    private void check(List<JournalGroup> ofEngine) {
        if (maxFrameLength < SMALLEST_MAX_FRAME_LENGTH || maxFrameLength > FrameLayout.MAX_FRAME_LENGTH) {
            throw new IllegalArgumentException("maxFrameLength must be " + SMALLEST_MAX_FRAME_LENGTH + " to "
                    + FrameLayout.MAX_FRAME_LENGTH + ": " + maxFrameLength);
        }
        if (segmentSize < MIN_SEGMENT_SIZE || segmentSize > MAX_SEGMENT_SIZE) {
            throw new IllegalArgumentException(
                    "segmentSize must be " + MIN_SEGMENT_SIZE + " to " + MAX_SEGMENT_SIZE + ": " + segmentSize);
        }
        if (recentOutcomes < 0
                || recentOutcomes > MAX_RECENT_OUTCOMES
                || recentOutcomes > 0 && !BitUtil.isPowerOfTwo(recentOutcomes)) {
            throw new IllegalArgumentException(
                    "recentOutcomes must be 0 or a power of two up to " + MAX_RECENT_OUTCOMES + ": " + recentOutcomes);
        }
        if (threads.engineName().isBlank()) {
            throw new IllegalArgumentException("engineName must not be blank: '" + threads.engineName() + "'");
        }
        if (minFreeSpace < 0) {
            throw new IllegalArgumentException("minFreeSpace must not be negative: " + minFreeSpace);
        }
        long headLength = FrameEncoder.headLength(ofEngine);
        if (headLength > FrameLayout.MAX_FRAME_LENGTH) {
            throw new IllegalArgumentException("the names of " + ofEngine.size() + " groups take " + headLength
                    + " bytes, the most is " + FrameLayout.MAX_FRAME_LENGTH);
        }
    }
}
