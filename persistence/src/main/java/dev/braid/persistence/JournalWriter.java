package dev.braid.persistence;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.MergeHandler;
import dev.braid.engine.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Writes the results of one run of an engine to a journal: a folder of segments, each of them a Chronicle Queue whose
 * excerpts are frames of results, with a checksum each.
 * <pre>{@code
 * try (JournalWriter<Order> journal = JournalWriter.builder(dir, codec).groups(groups).open();
 *         BraidEngine<Order> engine = builder.merge(journal).firstSequence(journal.nextSequence()).start()) {
 *     …
 * }
 * }</pre>
 * What is ready is written at once, as a frame: an idle engine writes frames of one result, a loaded one of hundreds. When
 * {@link #onBatchEnd} returns, the results survive the end of the process in whatever way, but not that of the machine.
 * <p>
 * <b>Threads:</b> the merge handler's methods are for the engine. {@link #close()} is for the owner, once the engine is
 * closed. The rest is for any thread.
 * <p>
 * <b>Errors:</b> what cannot be written is a {@link JournalException}, and what the codec throws passes through; either
 * halts the engine, and nothing more is taken. What was staged before, if it was not the write itself that failed, is
 * still written when the engine shuts down, but the segment is left without its end, as after a crash.
 * <p>
 * Chronicle Queue in its usual form reports usage to its maker; the part that does is not among this library's
 * dependencies, and is told not to should the user's bring it.
 *
 * @param <E> type of the records.
 */
public final class JournalWriter<E> implements MergeHandler<E>, AutoCloseable {
    private static final int MAX_REASON_LENGTH = 1024;

    private enum State {
        OPENED,
        RUNNING,
        ENDED
    }

    private final Path dir;
    private final RecordCodec<? super E> codec;
    private final EpochNanoClock clock;
    private final int maxFrameLength;
    private final int maxPayloadLength;
    private final JournalLock lock;
    private final long segmentNumber;
    private final SegmentWriter segment;
    private final FrameEncoder encoder;
    private final long nextSequence;
    private final AtomicLong lowWatermark;

    private volatile State state = State.OPENED;
    private Throwable failure;
    private long declared;
    private long frames;
    private long results;

    JournalWriter(JournalWriterBuilder<E> settings, JournalLock lock, JournalDescription present) {
        this.dir = settings.dir;
        this.codec = settings.codec;
        this.clock = settings.clock;
        this.maxFrameLength = settings.maxFrameLength;
        this.maxPayloadLength = maxFrameLength - FrameLayout.HEADER_LENGTH - FrameLayout.RESULT_HEADER_LENGTH;
        this.lock = lock;
        this.nextSequence = present.lastSequence() + 1;
        this.declared = present.lastSequence();
        this.lowWatermark = new AtomicLong(declared);
        // A full frame, and the payload that turns out not to fit: so it never grows while the engine runs.
        this.encoder = new FrameEncoder(2 * maxFrameLength);
        encoder.head(nextSequence, settings.groups);
        if (encoder.length() > FrameLayout.MAX_FRAME_LENGTH) {
            throw new IllegalArgumentException("the names of " + settings.groups.size() + " groups take "
                    + encoder.length() + " bytes, the most is " + FrameLayout.MAX_FRAME_LENGTH);
        }
        List<SegmentDescription> segments = present.segments();
        this.segmentNumber =
                segments.isEmpty() ? 0 : segments.get(segments.size() - 1).number() + 1;
        this.segment =
                new SegmentWriter(JournalFolder.segment(dir, segmentNumber).folder());
        try {
            segment.attach();
            write(FrameLayout.TYPE_HEAD);
            segment.detach();
        } catch (Throwable t) {
            segment.close();
            throw t;
        }
    }

    /**
     * Begins to describe a writer.
     *
     * @param dir   of the journal; made if absent.
     * @param codec makes bytes of records, on the engine's thread.
     * @param <E>   type of the records.
     * @return a builder.
     */
    public static <E> JournalWriterBuilder<E> builder(Path dir, RecordCodec<? super E> codec) {
        return new JournalWriterBuilder<>(dir, codec);
    }

    /**
     * The first sequence of this run, for {@link EngineBuilder#firstSequence(long)}.
     *
     * @return the highest sequence in the journal when it was opened, plus 1; 0 if it was empty.
     */
    public long nextSequence() {
        return nextSequence;
    }

    /**
     * The low watermark as written: every sequence at or below it has its result in a frame that readers can see.
     * It never lags behind {@link BraidEngine#lowWatermark()}.
     *
     * @return a sequence, {@code nextSequence() - 1} at first.
     */
    public long lowWatermark() {
        return lowWatermark.get();
    }

    /** Called by the engine. */
    @Override
    public void onStart() {
        if (state != State.OPENED) {
            throw new IllegalStateException("journal " + dir + " was opened for one run of an engine: open it again");
        }
        state = State.RUNNING;
        try {
            segment.attach();
        } catch (Throwable t) {
            failure = t;
            throw t;
        }
    }

    /**
     * Called by the engine: stages a result, and writes those before it if the frame is full.
     *
     * @param record    as its handler left it.
     * @param sequence  place in ingest order.
     * @param subStream that the partitioner chose, or -1.
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
            failure = t;
            throw t;
        }
    }

    private void stage(E record, long sequence, int subStream, Outcome outcome, Throwable cause) {
        if (sequence < nextSequence) {
            throw new JournalException("journal " + dir + " has sequence " + sequence
                    + " already: the engine's first sequence must be nextSequence(), " + nextSequence);
        }
        int payloadOffset = encoder.payloadOffset();
        int payloadLength = 0;
        if (outcome == Outcome.PROCESSED) {
            payloadLength = codec.encode(record, encoder.buffer(), payloadOffset);
        } else if (outcome == Outcome.FAILED && cause != null) {
            payloadLength = encodeReason(cause, payloadOffset);
        }
        if (payloadLength < 0 || payloadLength > maxPayloadLength) {
            throw new JournalException("the record of sequence " + sequence + " takes " + payloadLength
                    + " bytes, but a frame has room for 0 to " + maxPayloadLength + ": see maxFrameLength");
        }
        if (encoder.length() + FrameLayout.resultLength(payloadLength) > maxFrameLength) {
            write(FrameLayout.TYPE_RESULTS);
            encoder.keep(payloadOffset, payloadLength);
        }
        encoder.add(sequence, subStream, outcome.code(), payloadLength);
        results++;
    }

    private int encodeReason(Throwable cause, int offset) {
        String message = cause.getMessage();
        String reason = message == null || message.isBlank() ? cause.getClass().getName() : message;
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, Math.min(MAX_REASON_LENGTH, maxPayloadLength));
        while (length > 0 && length < bytes.length && (bytes[length] & 0xC0) == 0x80) {
            length--; // Not in the middle of a character.
        }
        encoder.buffer().putBytes(offset, bytes, 0, length);
        return length;
    }

    /**
     * Called by the engine: writes what is staged.
     *
     * @param lowWatermark every sequence at or below it has been staged.
     * @throws JournalException if it cannot be written.
     */
    @Override
    public void onBatchEnd(long lowWatermark) {
        checkWritable();
        if (lowWatermark - nextSequence >= results) {
            JournalException e = new JournalException("the engine declares all up to " + lowWatermark
                    + " as done, but handed over " + results + " results from " + nextSequence
                    + " on: its first sequence must be nextSequence()");
            failure = e;
            throw e;
        }
        declared = lowWatermark;
        if (encoder.count() > 0 || lowWatermark > this.lowWatermark.get()) {
            write(FrameLayout.TYPE_RESULTS);
        }
    }

    /** Called by the engine: writes what is staged, and the segment's end unless something went wrong before. */
    @Override
    public void onShutdown() {
        if (state != State.RUNNING) {
            return;
        }
        try {
            if (encoder.count() > 0) {
                write(FrameLayout.TYPE_RESULTS);
            }
            if (failure == null) {
                encoder.end(results);
                write(FrameLayout.TYPE_END);
            }
        } finally {
            try {
                segment.detach();
            } finally {
                state = State.ENDED;
            }
        }
    }

    private void write(int type) {
        try {
            encoder.finish(type, segmentNumber, frames, declared, clock.nanoTime());
            segment.append(encoder.buffer(), encoder.length());
        } catch (Throwable t) {
            failure = t;
            throw t;
        } finally {
            encoder.reset(); // A frame that could not be written is not tried again.
        }
        frames++;
        lowWatermark.lazySet(declared);
    }

    private void checkWritable() {
        if (state != State.RUNNING) {
            throw new JournalException("journal " + dir + " is not being written");
        }
        if (failure != null) {
            throw new JournalException(
                    "journal " + dir + " takes nothing more, for something went wrong before", failure);
        }
    }

    /**
     * Lets go of the journal. Close the engine first: as long as it can write, the lock must be kept. Does no harm if the
     * engine was never started. Calls after the first do nothing.
     *
     * @throws IllegalStateException if an engine is still running on this journal.
     */
    @Override
    public void close() {
        if (state == State.RUNNING) {
            throw new IllegalStateException("close the engine before its journal " + dir);
        }
        try {
            if (state == State.OPENED) {
                onStart();
                onShutdown();
            }
        } finally {
            try {
                segment.close();
            } finally {
                lock.close();
            }
        }
    }
}
