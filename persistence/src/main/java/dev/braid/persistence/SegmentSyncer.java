package dev.braid.persistence;

import dev.braid.engine.LatencyRecorder;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Forces what was written, acknowledges it, and seals segments that have ended. What is written while a force is under way waits
 * for the next one: frames that arrive during one force share the next.
 * <p>
 * A force that failed is not tried again, for the operating system may have dropped what it could not write, and would
 * call the next one a success.
 * <p>
 * <b>Threads:</b> the agent's methods are for the journal's own thread.
 */
final class SegmentSyncer implements JournalAgent {
    private static final int FORCES_DIGITS = 2;

    private final FrameLogSettings settings;
    private final Written written;
    private final WriterFence fence;
    private final Acknowledgement acknowledged;
    private final MovingPlace beingForced = new MovingPlace();
    private final JournalHealth health;
    private final LatencyRecorder forces = new LatencyRecorder(FORCES_DIGITS, SystemNanoClock.INSTANCE);
    private OpenSegment oldest;
    private boolean isSealed;
    private volatile Thread awaiting;

    /**
     * What the thread that writes has written, and what becomes of it.
     *
     * @param lowWatermark low watermark of the frames that were written: never ahead of them.
     * @param durable      the same of what is forced, is moved at {@link Durability#DISK}.
     * @param notifier     knows the results, and tells of them at {@link Durability#DISK}.
     */
    record Written(AtomicLong lowWatermark, AtomicLong durable, DurabilityNotifier notifier) {}

    /**
     * @param oldest       segment that is not sealed.
     * @param acknowledged is moved, at {@link Durability#DISK}.
     */
    SegmentSyncer(
            FrameLogSettings settings,
            OpenSegment oldest,
            Written written,
            WriterFence fence,
            Acknowledgement acknowledged,
            JournalHealth health) {
        this.settings = settings;
        this.oldest = oldest;
        this.written = written;
        this.fence = fence;
        this.acknowledged = acknowledged;
        this.health = health;
    }

    /** Returns the times that forces took. For any thread to read. */
    LatencyRecorder forces() {
        return forces;
    }

    private void force(OpenSegment segment) throws IOException {
        long startNs = System.nanoTime();
        segment.writer.force();
        forces.record(System.nanoTime() - startNs);
    }

    /** Thread that is unparked when something is acknowledged. */
    void awaits(Thread engine) {
        awaiting = engine;
    }

    @Override
    public void onStart() {
        health.isNoticedBy(Thread.currentThread());
    }

    @Override
    public boolean isWokenByFrames() {
        return settings.durability() == Durability.DISK;
    }

    @Override
    public long mostSleepNs() {
        return UNLIMITED_NS;
    }

    @Override
    public int doWork() {
        if (!health.isOrderly()) {
            endAtDisk();
            return 0;
        }
        try {
            return (settings.durability() == Durability.DISK ? acknowledge() : 0) + seal();
        } catch (Throwable t) {
            health.fail(t);
            return 0;
        }
    }

    /** At {@link Durability#PROCESS} the thread that writes may still be telling. */
    private void endAtDisk() {
        if (settings.durability() == Durability.DISK) {
            written.notifier().end();
        }
    }

    private int acknowledge() throws IOException {
        // First of all: what it covers has been written by now. Then the results, which are at least those that it
        // covers.
        long lowWatermark = written.lowWatermark().get();
        long results = written.notifier().written();
        int work = 0;
        for (OpenSegment segment = oldest; segment != null; ) {
            // Before this one is forced: where there is a next one, this one is whole.
            OpenSegment next = segment.next();
            if (segment.written.frames() > segment.forced) {
                beingForced.moveTo(segment.written);
                force(segment);
                segment.forced = beingForced.frames();
                acknowledged.moveTo(beingForced);
                work++;
            }
            segment = next;
        }
        if (work > 0 && settings.forcesMark()) {
            acknowledged.force();
        }
        if (lowWatermark > written.durable().get()) {
            written.durable().set(lowWatermark);
            LockSupport.unpark(awaiting);
        }
        written.notifier().acknowledge(results, lowWatermark);
        return work;
    }

    private int seal() throws IOException {
        int sealed = 0;
        while (!isSealed && oldest.ended() != null && health.isOrderly()) {
            int frames = oldest.written.frames();
            if (oldest.forced < frames) {
                force(oldest);
                oldest.forced = frames;
            }
            oldest.writer.finish();
            oldest.writer.close();
            SealedSegment account = oldest.ended();
            fence.update(manifest -> manifest.withSealed(account));
            sealed++;
            if (oldest.next() == null) {
                isSealed = true; // The journal has ended.
                endAtDisk();
            } else {
                oldest = oldest.next();
            }
        }
        return sealed;
    }

    /** Seals what has ended, and closes the rest. */
    @Override
    public void onClose() {
        doWork();
        endAtDisk();
        for (OpenSegment segment = oldest; segment != null; segment = segment.next()) {
            segment.writer.close();
        }
    }

    @Override
    public String roleName() {
        return JournalDuty.SYNC;
    }
}
