package dev.braid.persistence;

import dev.braid.engine.HandlerGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;

/**
 * Describes a journal's writer. All is checked by {@link #open()}, whose exceptions name the offending value. Not
 * thread-safe.
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

    private static final int LEAST_MAX_FRAME_LENGTH = 1024;
    private static final long LEAST_SEGMENT_SIZE = 64L << 10;
    private static final long GREATEST_SEGMENT_SIZE = 64L << 30;

    private final Path dir;
    private final RecordCodec<? super E> codec;
    private List<JournalGroup> groups = List.of();
    private Durability durability = Durability.PROCESS;
    private DurabilityListener listener = sequence -> {};
    private long segmentSize = DEFAULT_SEGMENT_SIZE;
    private long minFreeSpace = DEFAULT_MIN_FREE_SPACE;
    private int maxFrameLength = DEFAULT_MAX_FRAME_LENGTH;
    private EpochNanoClock clock = new OffsetEpochNanoClock();
    private ProgressListener progress = (done, total) -> {};
    private Disk disk = FileDisk.INSTANCE;
    private boolean requireEmpty;
    private Unfinished unfinished = Unfinished.REFUSE;
    private long firstSequence;

    JournalWriterBuilder(Path dir, RecordCodec<? super E> codec) {
        this.dir = Objects.requireNonNull(dir, "dir");
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    /**
     * The handler groups of the engine, to be recorded for readers. By default none are.
     *
     * @param groups in the order in which they are added to the engine, so that their sub-streams get the same ids.
     * @return this.
     */
    public JournalWriterBuilder<E> groups(List<? extends HandlerGroup<?>> groups) {
        List<JournalGroup> layout = new ArrayList<>();
        int firstSubStream = 0;
        for (HandlerGroup<?> group : groups) {
            layout.add(new JournalGroup(group.name(), group.weight(), firstSubStream, group.subStreams()));
            firstSubStream += group.subStreams();
        }
        this.groups = List.copyOf(layout);
        return this;
    }

    /**
     * What results survive once they are acknowledged.
     *
     * @param durability by default {@link Durability#PROCESS}.
     * @return this.
     */
    public JournalWriterBuilder<E> durability(Durability durability) {
        this.durability = Objects.requireNonNull(durability, "durability");
        return this;
    }

    /**
     * Who is told what is acknowledged.
     *
     * @param listener by default nobody is.
     * @return this.
     */
    public JournalWriterBuilder<E> onDurable(DurabilityListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * How much a segment holds before the next one is begun.
     *
     * @param bytes of frames, from 64 KiB to 64 GiB; by default {@value #DEFAULT_SEGMENT_SIZE}.
     * @return this.
     */
    public JournalWriterBuilder<E> segmentSize(long bytes) {
        this.segmentSize = bytes;
        return this;
    }

    /**
     * How much space on the disk is left alone. When there is less, by whatever cause, the journal stops in good order, and
     * the engine with it.
     *
     * @param bytes not negative; by default {@value #DEFAULT_MIN_FREE_SPACE}.
     * @return this.
     */
    public JournalWriterBuilder<E> minFreeSpace(long bytes) {
        this.minFreeSpace = bytes;
        return this;
    }

    /**
     * Who is told how far {@link #open()} is, where a journal's last segments have to be read.
     *
     * @param progress by default nobody is.
     * @return this.
     */
    public JournalWriterBuilder<E> progress(ProgressListener progress) {
        this.progress = Objects.requireNonNull(progress, "progress");
        return this;
    }

    /** The groups, unless there are some already. */
    JournalWriterBuilder<E> groupsOr(List<JournalGroup> others) {
        this.groups = groups.isEmpty() ? others : groups;
        return this;
    }

    /** The first sequence of a journal that is new. */
    JournalWriterBuilder<E> firstSequence(long sequence) {
        this.firstSequence = sequence;
        return this;
    }

    /** For tests, which let it fail. */
    JournalWriterBuilder<E> disk(Disk disk) {
        this.disk = disk;
        return this;
    }

    /**
     * How long a frame may become. A batch of results that does not fit is written as several frames; a single result
     * that does not fit is refused, and halts the engine.
     *
     * @param bytes from 1,024 to 8 MiB; by default {@value #DEFAULT_MAX_FRAME_LENGTH}.
     * @return this.
     */
    public JournalWriterBuilder<E> maxFrameLength(int bytes) {
        this.maxFrameLength = bytes;
        return this;
    }

    /**
     * The clock that stamps frames.
     *
     * @param clock read once per frame; by default the system's.
     * @return this.
     */
    public JournalWriterBuilder<E> clock(EpochNanoClock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Only a journal without results is to be opened. By default one that has results is continued.
     *
     * @return this.
     */
    public JournalWriterBuilder<E> requireEmpty() {
        this.requireEmpty = true;
        return this;
    }

    /**
     * What becomes of sequences that were in flight when the engine before halted or was killed.
     *
     * @param unfinished by default {@link Unfinished#REFUSE}.
     * @return this.
     */
    public JournalWriterBuilder<E> unfinished(Unfinished unfinished) {
        this.unfinished = Objects.requireNonNull(unfinished, "unfinished");
        return this;
    }

    /**
     * Takes the journal's lock, makes good what a writer left that was stopped, and begins a new segment. The folder is made
     * if it does not exist. Segments that are sealed are not read. When it refuses a journal, no segment has been changed or
     * begun; the folder and the lock file may have been made.
     *
     * @return a writer that holds the lock until it is closed.
     * @throws JournalLockedException   if the journal has a writer, in this process or another.
     * @throws JournalNotEmptyException if the journal has results, and was required to have none.
     * @throws JournalDamagedException  if the manifest, or what it does not cover, is damaged, or from a newer version.
     * @throws JournalException         if the folder is used for something else, sequences have no result and
     *                                  {@link #unfinished} is to refuse that, or the disk refuses.
     * @throws IllegalArgumentException if a value is out of range.
     */
    public JournalWriter<E> open() {
        check();
        JournalFolder.prepare(dir, disk);
        if (!JournalFolder.hasLockFile(dir)) {
            checkContinuable(); // Before the lock makes one.
        }
        FileLocks.Lock lock = JournalLock.take(dir);
        try {
            JournalRecovery found = checkContinuable();
            LogSettings settings = new LogSettings(
                    dir, disk, durability, segmentSize, maxFrameLength, minFreeSpace, groups, clock, listener);
            settings.checkSpace(); // Before anything is changed.
            return new JournalWriter<>(settings, codec, lock, found, unfinished, firstSequence);
        } catch (Throwable t) {
            lock.close();
            throw t;
        }
    }

    private void check() {
        if (maxFrameLength < LEAST_MAX_FRAME_LENGTH || maxFrameLength > FrameLayout.MAX_FRAME_LENGTH) {
            throw new IllegalArgumentException("maxFrameLength must be " + LEAST_MAX_FRAME_LENGTH + " to "
                    + FrameLayout.MAX_FRAME_LENGTH + ": " + maxFrameLength);
        }
        if (segmentSize < LEAST_SEGMENT_SIZE || segmentSize > GREATEST_SEGMENT_SIZE) {
            throw new IllegalArgumentException(
                    "segmentSize must be " + LEAST_SEGMENT_SIZE + " to " + GREATEST_SEGMENT_SIZE + ": " + segmentSize);
        }
        if (minFreeSpace < 0) {
            throw new IllegalArgumentException("minFreeSpace must not be negative: " + minFreeSpace);
        }
        long headLength = FrameEncoder.headLength(groups);
        if (headLength > FrameLayout.MAX_FRAME_LENGTH) {
            throw new IllegalArgumentException("the names of " + groups.size() + " groups take " + headLength
                    + " bytes, the most is " + FrameLayout.MAX_FRAME_LENGTH);
        }
    }

    private JournalRecovery checkContinuable() {
        JournalRecovery found = new JournalRecovery(dir, progress);
        if (requireEmpty && found.resultCount() > 0) {
            throw new JournalNotEmptyException("journal " + dir + " holds " + found.resultCount() + " results already");
        }
        found.check();
        if (found.missing() > 0 && unfinished == Unfinished.REFUSE) {
            throw new JournalException("journal " + dir + " cannot be continued: its low watermark is "
                    + (found.sequences().next() - 1) + " and its highest sequence " + found.highestSequence() + ", but "
                    + found.missing() + " sequences in between have no result, because the engine that wrote it"
                    + " halted or was killed: see unfinished");
        }
        return found;
    }
}
