package dev.braid.persistence;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;

/**
 * Makes segments before they are needed, and sees to it that the disk does not become full.
 * <p>
 * <b>Threads:</b> the agent's methods are for the journal's own thread, the others for the one that writes frames.
 */
final class SegmentPreparer implements Agent {
    /** A disk may be filled by others, and is not asked at every turn. */
    private static final long CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final LogSettings settings;
    private final JournalHealth health;
    private final AtomicReference<OpenSegment> prepared = new AtomicReference<>();
    private final WriterFence fence;
    private long nextNumber;
    private long lastCheckNs;
    private volatile boolean wanted;
    private volatile Thread thread;

    /**
     * @param nextNumber of the first segment to be made.
     * @param fence      of the writer.
     */
    SegmentPreparer(LogSettings settings, JournalHealth health, long nextNumber, WriterFence fence) {
        this.settings = settings;
        this.health = health;
        this.nextNumber = nextNumber;
        this.fence = fence;
    }

    /** The first segment, made by the calling thread. */
    OpenSegment makeFirst() {
        checkSpace();
        health.check();
        return make();
    }

    /** The next segment will be needed. */
    void request() {
        if (!wanted) {
            wanted = true;
            LockSupport.unpark(thread);
        }
    }

    /** The next segment; waits until it is made. */
    OpenSegment take() {
        request();
        OpenSegment segment = prepared.getAndSet(null);
        while (segment == null) {
            health.check();
            LockSupport.parkNanos(PAUSE_NS);
            segment = prepared.getAndSet(null);
        }
        wanted = false;
        return segment;
    }

    @Override
    public void onStart() {
        thread = Thread.currentThread();
    }

    @Override
    public int doWork() {
        if (!health.isGood()) {
            return 0;
        }
        try {
            fence.look();
        } catch (Throwable t) {
            health.fail(t);
            return 0;
        }
        long now = System.nanoTime();
        if (now - lastCheckNs >= CHECK_INTERVAL_NS) {
            lastCheckNs = now;
            checkSpace();
        }
        if (!wanted || prepared.get() != null || !health.isGood()) {
            return 0;
        }
        try {
            checkSpace();
            if (health.isGood()) {
                prepared.set(make());
            }
        } catch (Throwable t) {
            if (Forcing.isCauseOf(t)) {
                health.fail(t); // The folder would be forced again, were the present segment to be sealed.
            } else {
                health.stop(t);
            }
        }
        return 1;
    }

    /** First the segment is there, then it is begun, and then there may be frames in it: so one that is missing is missed. */
    private OpenSegment make() {
        long number = nextNumber;
        SegmentWriter writer = new SegmentWriter(
                JournalFolder.segment(settings.dir(), number).folder(), fence.epoch(), settings.disk());
        try {
            health.check(); // The journal's folder would be forced again, though that may have failed by now.
            fence.update(manifest -> manifest.withBegun(number));
        } catch (Throwable t) {
            writer.close();
            throw t;
        }
        nextNumber = number + 1;
        return new OpenSegment(number, writer);
    }

    private void checkSpace() {
        try {
            settings.checkSpace();
        } catch (JournalException e) {
            health.stop(e);
        }
    }

    /** Takes a segment back that was made in vain, and deletes it; the next start would do so, too. */
    @Override
    public void onClose() {
        OpenSegment vain = prepared.getAndSet(null);
        if (vain != null) {
            vain.writer.close();
            try {
                if (!health.isOrderly()) {
                    return; // Whether it can be taken back, nobody knows: the next start will see.
                }
                long last = vain.number - 1;
                fence.update(manifest -> manifest.withBegunOnly(last));
                SegmentContent.deleteUnused(JournalFolder.segment(settings.dir(), vain.number), settings.disk());
            } catch (IOException | RuntimeException e) {
                health.stop(new JournalException("cannot delete an unused segment of " + settings.dir() + ": " + e, e));
            }
        }
    }

    @Override
    public String roleName() {
        return "braid-journal-prepare";
    }
}
