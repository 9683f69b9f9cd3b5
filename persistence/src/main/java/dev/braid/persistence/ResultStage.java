package dev.braid.persistence;

import dev.braid.engine.Outcome;
import dev.braid.engine.Partitioner;
import java.nio.file.Path;

/**
 * Stages results for the next frame of a journal, and writes that frame when it is full or a batch ends. Refuses a result that the
 * journal already has, and one that does not fit into a frame.
 * <p>
 * <b>Threads:</b> for the thread that writes the journal; before an engine runs, that is the thread that opens it.
 *
 * @param <E> type of the records.
 */
final class ResultStage<E> {
    private final Path dir;
    private final RecordCodec<? super E> codec;
    private final RefusedEncoder<E> refused;
    private final int maxFrameLength;
    private final int maxPayloadLength;
    private final FrameLog log;
    private final FrameEncoder encoder;
    private final JournalResumePoint done;
    private long nextSequence;
    private long lost;
    private long results;

    /** @param done the sequences that have a result in the journal. */
    ResultStage(FrameLogSettings settings, RecordCodec<? super E> codec, FrameLog log, JournalResumePoint done) {
        this.dir = settings.dir();
        this.codec = codec;
        this.maxFrameLength = settings.maxFrameLength();
        this.maxPayloadLength = maxFrameLength - FrameLayout.HEADER_LENGTH - FrameLayout.RESULT_HEADER_LENGTH;
        this.refused = new RefusedEncoder<>(codec, maxPayloadLength);
        this.log = log;
        this.encoder = log.encoder();
        this.done = done;
        this.nextSequence = done.firstSequence();
    }

    /** Returns the first sequence that had no result before the engine ran. */
    long nextSequence() {
        return nextSequence;
    }

    /** Returns how many sequences were declared as LOST. */
    long lost() {
        return lost;
    }

    /** Writes the outcome LOST for all of these sequences that have no result. Only before an engine runs. */
    void lose(long from, long to) {
        for (long sequence = Math.max(from, nextSequence); sequence <= to; sequence++) {
            if (!done.add(sequence)) {
                continue;
            }
            makeRoom(0);
            encoder.add(sequence, Partitioner.NO_SUB_STREAM, Outcome.LOST.code(), 0);
            lost++;
        }
        if (encoder.count() > 0) {
            log.write(done.firstSequence() - 1);
            nextSequence = done.firstSequence();
            log.health().check(); // The listener may have thrown.
        }
    }

    /** Throws if the journal has a result of this sequence. */
    void checkIsNew(long sequence) {
        if (sequence < nextSequence || sequence <= done.doneThrough() && done.isDone(sequence)) {
            throw new JournalException("journal " + dir + " has sequence " + sequence
                    + " already: the engine must resume at " + nextSequence
                    + "; a merge handler around a journal has to forward resumePoint(), as one does by andThen");
        }
    }

    /** Stages a result, and writes those before it if it does not fit into their frame. */
    void add(E record, long sequence, int subStream, Outcome outcome, Throwable cause) {
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
        if (makeRoom(payloadLength)) {
            encoder.keep(payloadOffset, payloadLength);
        }
        encoder.add(sequence, subStream, outcomeCode, payloadLength);
        results++;
    }

    /** Writes what is staged if a result does not fit into the frame after it; returns whether it did. */
    private boolean makeRoom(int payloadLength) {
        if (encoder.length() + FrameLayout.resultLength(payloadLength) <= maxFrameLength) {
            return false;
        }
        log.write(log.lowWatermark());
        return true;
    }

    /**
     * Writes what is staged.
     *
     * @param lowWatermark every sequence at or below it has been staged.
     */
    void write(long lowWatermark) {
        if (lowWatermark - nextSequence >= results + done.ahead()) {
            throw new JournalException("the engine declares all up to " + lowWatermark + " as done, but handed over "
                    + results + " results from " + nextSequence + " on: it must resume at resumePoint()");
        }
        if (encoder.count() > 0 || lowWatermark > log.lowWatermark()) {
            log.write(lowWatermark);
            log.health().check(); // The listener may have thrown.
        }
    }

    /**
     * Writes what is staged when the engine stops, unless the journal has failed. If it does not fit on the disk, what was written
     * before it is still durable, and nothing else was acknowledged.
     */
    void writeRest() {
        if (encoder.count() == 0 || !log.health().isOrderly()) {
            return;
        }
        try {
            log.write(log.lowWatermark());
        } catch (StorageSpaceException e) {
            log.health().stop(e);
        }
    }
}
