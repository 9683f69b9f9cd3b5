package dev.braid.persistence;

import dev.braid.engine.Outcome;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells the listener of a journal what is acknowledged.
 * <pre>
 *  PROCESS   the thread that writes  ─ frame written, fence checked ─▶ listener
 *  DISK      the thread that writes  ─ frame written ─▶ {@link WrittenResults} ─┐
 *            the thread that forces  ─ frames forced, fence checked ────────────┴▶ listener
 * </pre>
 * A listener that throws stops the journal, and is told of nothing more but the end.
 * <p>
 * <b>Threads:</b> one at a time tells; at {@link Durability#DISK} another adds. {@link #end} is for any.
 */
final class DurabilityNotifier {
    private static final DurableResultListener NOBODY = (sequence, subStream, outcome) -> {};

    private final Path dir;
    private final JournalHealth health;
    private final DurabilityListener listener;
    private final DurableResultListener results;
    private final boolean isDisk;
    private final WrittenResults written;
    private final AtomicBoolean isEnded = new AtomicBoolean();
    private long lowWatermark;
    private boolean hasThrown;

    /** @param lowWatermark acknowledged before. */
    DurabilityNotifier(FrameLogSettings settings, JournalHealth health, long lowWatermark) {
        this.dir = settings.dir();
        this.health = health;
        this.listener = settings.listener();
        this.results = listener instanceof DurableResultListener wantsResults ? wantsResults : NOBODY;
        this.isDisk = settings.durability() == Durability.DISK;
        this.written = new WrittenResults(isDisk && results != NOBODY ? WrittenResults.CAPACITY : 1, health);
        this.lowWatermark = lowWatermark;
    }

    /**
     * A frame of results was written, which is to be told of once it is forced. For the thread that writes, at
     * {@link Durability#DISK}.
     *
     * @param wake has the thread that forces do so.
     * @throws JournalException if the journal failed while this waited for room.
     */
    void written(FrameDecoder frame, Runnable wake) {
        if (results != NOBODY) {
            written.add(frame, wake);
        }
    }

    /** Returns how many results were handed to {@link #written} so far. */
    long written() {
        return written.added();
    }

    /** Tells of a frame that was written, at {@link Durability#PROCESS}. */
    void acknowledge(FrameDecoder frame, long newLowWatermark) {
        if (results != NOBODY) {
            frame.rewind();
            while (!hasThrown && frame.nextResult()) {
                tell(frame.sequence(), frame.subStream(), frame.outcome());
            }
        }
        tell(newLowWatermark);
    }

    /** Tells of as many results as were {@link #written()} before the force, at {@link Durability#DISK}. */
    void acknowledge(long count, long newLowWatermark) {
        for (long i = written.taken(); i < count && !hasThrown; i++) {
            tell(written.sequence(i), written.subStream(i), Outcome.ofCode(written.outcomeCode(i)));
            written.take(i + 1);
        }
        written.take(count);
        tell(newLowWatermark);
    }

    private void tell(long sequence, int subStream, Outcome outcome) {
        try {
            results.onResult(sequence, subStream, outcome);
        } catch (Throwable t) {
            stop(sequence, t);
        }
    }

    private void tell(long newLowWatermark) {
        if (newLowWatermark <= lowWatermark || hasThrown) {
            return;
        }
        lowWatermark = newLowWatermark;
        try {
            listener.onDurable(newLowWatermark);
        } catch (Throwable t) {
            stop(newLowWatermark, t);
        }
    }

    private void stop(long sequence, Throwable t) {
        hasThrown = true;
        health.stop(new JournalException(
                "the listener of journal " + dir + " threw at sequence " + sequence + ": " + t, t));
    }

    /** Tells that nothing more will be acknowledged. Calls after the first do nothing. */
    void end() {
        if (isEnded.compareAndSet(false, true)) {
            try {
                results.onEnd(health.cause());
            } catch (Throwable t) {
                health.stop(new JournalException("the listener of journal " + dir + " threw at the end: " + t, t));
            }
        }
    }
}
