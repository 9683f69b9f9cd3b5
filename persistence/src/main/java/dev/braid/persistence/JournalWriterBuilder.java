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

    private static final int LEAST_MAX_FRAME_LENGTH = 1024;

    final Path dir;
    final RecordCodec<? super E> codec;
    List<JournalGroup> groups = List.of();
    int maxFrameLength = DEFAULT_MAX_FRAME_LENGTH;
    EpochNanoClock clock = new OffsetEpochNanoClock();
    private boolean requireEmpty;

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
     * Takes the journal's lock, reads what is there, and begins a new segment. The folder is made if it does not exist.
     * This takes as long as reading the journal does. When it refuses a journal, no segment has been changed or begun; the
     * folder and the lock file may have been made.
     *
     * @return a writer that holds the lock until it is closed.
     * @throws JournalLockedException   if the journal has a writer, in this process or another.
     * @throws JournalNotEmptyException if the journal has results, and was required to have none.
     * @throws JournalException         if the folder is used for something else, the journal is damaged or from a newer
     *                                  version, sequences have no result because an engine halted or was killed, or the
     *                                  disk refuses.
     * @throws IllegalArgumentException if a value is out of range.
     */
    public JournalWriter<E> open() {
        if (maxFrameLength < LEAST_MAX_FRAME_LENGTH || maxFrameLength > FrameLayout.MAX_FRAME_LENGTH) {
            throw new IllegalArgumentException("maxFrameLength must be " + LEAST_MAX_FRAME_LENGTH + " to "
                    + FrameLayout.MAX_FRAME_LENGTH + ": " + maxFrameLength);
        }
        JournalFolder.prepare(dir);
        if (!JournalFolder.hasLockFile(dir)) {
            checkContinuable(); // Before the lock makes one.
        }
        JournalLock lock = JournalLock.take(dir);
        try {
            return new JournalWriter<>(this, lock, checkContinuable());
        } catch (Throwable t) {
            lock.close();
            throw t;
        }
    }

    private JournalDescription checkContinuable() {
        JournalDescription present = new JournalAudit(dir, ProblemListener.STRICT, false, (done, total) -> {}).run();
        if (requireEmpty && present.results() > 0) {
            throw new JournalNotEmptyException("journal " + dir + " holds " + present.results() + " results already");
        }
        if (present.missing() > 0) {
            throw new JournalException("journal " + dir + " cannot be continued: its low watermark is "
                    + present.lowWatermark() + " and its highest sequence " + present.lastSequence() + ", but "
                    + present.missing() + " sequences in between have no result, because the engine that wrote it"
                    + " halted or was killed");
        }
        return present;
    }
}
