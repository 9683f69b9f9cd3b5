package dev.braid.persistence;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Configures a reader of a journal. {@link #open()} validates every setting and names the offending value. Not thread-safe.
 */
public final class JournalReaderBuilder {
    /** Default of {@link #reorderWindow(int)}, in results. */
    public static final int DEFAULT_REORDER_WINDOW = 1 << 24;

    /** Default of {@link #reorderBytes(long)}: 64 MiB. */
    public static final long DEFAULT_REORDER_BYTES = 64L << 20;

    private final Path dir;
    private ReadOrder order = ReadOrder.SEQUENCE;
    private long fromSequence;
    private long toSequence = Long.MAX_VALUE;
    private Instant fromTime;
    private String group;
    private Integer subStream;
    private boolean follow;
    private boolean durableOnly;
    private double pace;
    private int reorderWindow = DEFAULT_REORDER_WINDOW;
    private long reorderBytes = DEFAULT_REORDER_BYTES;
    private boolean lease = true;
    private ProblemListener listener = ProblemListener.STRICT;
    private ProgressListener progress = ProgressListener.NONE;
    private NanoClock clock = SystemNanoClock.INSTANCE;
    private EpochNanoClock epochClock = new SystemEpochNanoClock();

    JournalReaderBuilder(Path dir) {
        this.dir = Objects.requireNonNull(dir, "dir");
    }

    /**
     * Sets the order in which results are delivered.
     *
     * @param order order of results; by default {@link ReadOrder#SEQUENCE}.
     * @return this.
     */
    public JournalReaderBuilder order(ReadOrder order) {
        this.order = Objects.requireNonNull(order, "order");
        return this;
    }

    /**
     * Starts at a sequence, which is found without reading what comes before it.
     *
     * @param sequence the lowest to be delivered; by default all are.
     * @return this.
     */
    public JournalReaderBuilder fromSequence(long sequence) {
        this.fromSequence = sequence;
        return this;
    }

    /**
     * Starts at a time, which is found without reading what comes before it: in {@link ReadOrder#JOURNAL} order with the
     * first frame that was written then or later, in {@link ReadOrder#SEQUENCE} order with the lowest sequence that had no
     * result before.
     * <p>
     * Frames have the time that their writer's clock said. Where that was set back, the first time counts: results may come
     * too many, and not too few. Times that have not come yet are of a clock that was ahead, and do not count, unless the one
     * that is looked for has not come yet either. The {@linkplain #onProblem listener} is told of both, as
     * {@link ProblemKind#CLOCK}.
     *
     * @param time time of writing.
     * @return this.
     */
    public JournalReaderBuilder fromTime(Instant time) {
        this.fromTime = Objects.requireNonNull(time, "time");
        return this;
    }

    /**
     * Ends after a sequence.
     *
     * @param sequence the highest to be delivered; by default there is no end.
     * @return this.
     */
    public JournalReaderBuilder toSequence(long sequence) {
        this.toSequence = sequence;
        return this;
    }

    /**
     * Delivers results of one handler group only.
     *
     * @param name name of the group, as the segment in which a result is has it.
     * @return this.
     */
    public JournalReaderBuilder group(String name) {
        this.group = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Delivers results of one sub-stream only.
     *
     * @param id id of the sub-stream, or {@link dev.braid.engine.Partitioner#NO_SUB_STREAM} for results that have none.
     * @return this.
     */
    public JournalReaderBuilder subStream(int id) {
        this.subStream = id;
        return this;
    }

    /**
     * Follows the journal over any number of runs of its writer. In {@link ReadOrder#SEQUENCE} order a missing result is
     * waited for, as a later run may write it; without this, the reader goes on after it once nobody writes the journal.
     *
     * @return this.
     */
    public JournalReaderBuilder follow() {
        this.follow = true;
        return this;
    }

    /**
     * Delivers only what its writer has acknowledged, see {@link Durability}. By default all that is written, the newest of
     * which a loss of power could still take.
     *
     * @return this.
     */
    public JournalReaderBuilder durableOnly() {
        this.durableOnly = true;
        return this;
    }

    /**
     * Delivers results at the pace at which they were written: {@link JournalReader#poll} holds back what is not due yet.
     * The first result is due at once.
     *
     * @param multiple factor by which results are due earlier; by default all are due at once.
     * @return this.
     */
    public JournalReaderBuilder pace(double multiple) {
        this.pace = multiple;
        if (!(multiple > 0) || Double.isInfinite(multiple)) {
            throw new IllegalArgumentException("pace must be positive: " + multiple);
        }
        return this;
    }

    /**
     * Limits how many results are held back in {@link ReadOrder#SEQUENCE} order, waiting for one that was overtaken. The
     * reader throws an exception when the limit is reached. Memory is allocated as needed.
     *
     * @param results number of results, from 1 to 67,108,864; by default {@value #DEFAULT_REORDER_WINDOW}.
     * @return this.
     */
    public JournalReaderBuilder reorderWindow(int results) {
        this.reorderWindow = results;
        return this;
    }

    /**
     * Limits the bytes of payloads that are kept of results that are held back, see {@link #reorderWindow(int)}. Of further ones
     * only the place is noted: they are read again from the journal's files when their turn comes, each by a read of its own, and
     * until then their segments are not deleted.
     *
     * @param bytes 0 or more; by default {@value #DEFAULT_REORDER_BYTES}.
     * @return this.
     */
    public JournalReaderBuilder reorderBytes(long bytes) {
        this.reorderBytes = bytes;
        return this;
    }

    /**
     * Goes on after damage, where that can be done. By default damage is a {@link JournalDamagedException}.
     *
     * @param listener receives what is wrong, on the thread that polls; also what is only information, such as
     *                 {@linkplain ProblemKind#UNFINISHED sequences} after which the reader goes on in
     *                 {@link ReadOrder#SEQUENCE} order.
     * @return this.
     */
    public JournalReaderBuilder onProblem(ProblemListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Receives the reader's progress.
     *
     * @param listener receiver on the thread that polls, counting from where reading begins; by default none.
     * @return this.
     */
    public JournalReaderBuilder onProgress(ProgressListener listener) {
        this.progress = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Leaves no trace in the journal's folder: then segments may be deleted while they are read, which is an exception. By
     * default the reader keeps a file there that prevents it, and where it cannot, says so once:
     * {@link ProblemKind#NO_LEASE}.
     *
     * @return this.
     */
    public JournalReaderBuilder withoutLease() {
        this.lease = false;
        return this;
    }

    /**
     * Sets the clock for {@link #pace(double)}.
     *
     * @param clock source of time; by default the system's.
     * @return this.
     */
    public JournalReaderBuilder clock(NanoClock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /** Sets the clock that tells the present time, for tests. */
    JournalReaderBuilder epochClock(EpochNanoClock clock) {
        this.epochClock = clock;
        return this;
    }

    /**
     * Opens the reader.
     *
     * @return a reader that stands before the first result.
     * @throws JournalDamagedException  if the manifest is damaged, or a segment on the way to where reading begins.
     * @throws JournalException         if there is no journal, or it cannot be read.
     * @throws IllegalArgumentException if a value is out of range.
     */
    public JournalReader open() {
        if (fromSequence < 0) {
            throw new IllegalArgumentException("fromSequence must not be negative: " + fromSequence);
        }
        if (toSequence < fromSequence) {
            throw new IllegalArgumentException(
                    "toSequence " + toSequence + " must not be below fromSequence " + fromSequence);
        }
        if (fromSequence > 0 && fromTime != null) {
            throw new IllegalArgumentException(
                    "fromSequence " + fromSequence + " and fromTime " + fromTime + " exclude each other");
        }
        if (reorderWindow < 1 || reorderWindow > ReorderWindow.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "reorderWindow must be 1 to " + ReorderWindow.MAX_LENGTH + ": " + reorderWindow);
        }
        if (reorderBytes < 0) {
            throw new IllegalArgumentException("reorderBytes must not be negative: " + reorderBytes);
        }
        JournalFolder.checkJournal(dir);
        return new JournalReader(freeze());
    }

    private JournalReaderConfig freeze() {
        long fromTimeNs =
                fromTime == null ? 0 : TimeUnit.SECONDS.toNanos(fromTime.getEpochSecond()) + fromTime.getNano();
        return new JournalReaderConfig(
                new FrameCursor.Access(dir, listener, durableOnly, lease),
                new JournalReaderConfig.Range(fromSequence, fromTime != null, fromTimeNs, toSequence),
                new JournalReaderConfig.Filter(group, subStream),
                new JournalReaderConfig.Delivery(order, follow, reorderWindow, reorderBytes),
                new JournalReaderConfig.Pacing(pace, clock, epochClock),
                progress);
    }
}
