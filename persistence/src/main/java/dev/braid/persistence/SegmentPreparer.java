package dev.braid.persistence;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Makes segments before they are needed, and stops the journal before the disk becomes full.
 * <p>
 * <b>Threads:</b> the agent's methods are for the journal's own thread, the others for the one that writes frames.
 */
final class SegmentPreparer implements JournalAgent {
    /** Interval between checks of the disk, which others may fill, and of the lock file, while frames are written. */
    private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Interval while no frames are written: nothing can be lost then, but an engine that cannot go on should eventually say so. */
    private static final long REST_NS = TimeUnit.SECONDS.toNanos(30);

    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final FrameLogSettings settings;
    private final JournalHealth health;
    private final AtomicReference<OpenSegment> prepared = new AtomicReference<>();
    private final WriterFence fence;
    private long nextNumber;
    private final Turns turns;
    private volatile boolean wanted;

    /**
     * @param nextNumber number of the first segment to be made.
     * @param fence      fence of the writer.
     * @param frames     number of frames written so far.
     */
    SegmentPreparer(
            FrameLogSettings settings, JournalHealth health, long nextNumber, WriterFence fence, LongSupplier frames) {
        this.settings = settings;
        this.health = health;
        this.nextNumber = nextNumber;
        this.fence = fence;
        this.turns = new Turns(frames, LOOK_EVERY_NS, REST_NS);
    }

    /** Makes the first segment on the calling thread. */
    OpenSegment makeFirst() {
        checkSpace();
        health.check();
        return make();
    }

    /** The next segment will be needed. Returns whether that is news to the thread, which is to be woken then. */
    boolean request() {
        boolean isNews = !wanted;
        wanted = true;
        return isNews;
    }

    /** Returns the next segment, which was requested; waits until it is made. An interrupt does not end the wait. */
    OpenSegment take() {
        OpenSegment[] segment = {null};
        Uninterrupted.await(
                () -> {
                    segment[0] = prepared.getAndSet(null);
                    if (segment[0] == null) {
                        health.check();
                    }
                    return segment[0] != null;
                },
                PAUSE_NS);
        wanted = false;
        return segment[0];
    }

    @Override
    public int doWork() {
        if (!health.isGood()) {
            return 0;
        }
        if (turns.begin()) {
            try {
                fence.look();
            } catch (Throwable t) {
                health.fail(t);
                return 0;
            }
            checkSpace();
            turns.end(true);
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
            if (Fsync.isCauseOf(t) || t instanceof JournalLockedException) {
                health.fail(
                        t); // The folder would be forced again, or be another's, were the present segment to be sealed.
            } else {
                health.stop(t);
            }
        }
        return 1;
    }

    /**
     * First the segment is there, then it is begun, and then there may be frames in it: so one that is missing is missed. What makes
     * it begun makes sure as well that the file that was opened is this journal's.
     */
    private OpenSegment make() {
        long number = nextNumber;
        fence.look();
        SegmentWriter writer =
                new SegmentWriter(JournalFolder.segment(settings.dir(), number).folder(), settings.disk(), fence::look);
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

    /** Deletes a segment that was made and is not needed; the next start would also delete it. */
    @Override
    public void onClose() {
        OpenSegment unused = prepared.getAndSet(null);
        if (unused != null) {
            unused.writer.close();
            try {
                if (!health.isOrderly()) {
                    return; // It is not known whether it can be deleted: the next start decides.
                }
                long last = unused.number - 1;
                fence.update(manifest -> manifest.withBegunOnly(last));
                SegmentContent.deleteUnused(JournalFolder.segment(settings.dir(), unused.number), settings.disk());
            } catch (IOException | RuntimeException e) {
                health.stop(new JournalException("cannot delete an unused segment of " + settings.dir() + ": " + e, e));
            }
        }
    }

    @Override
    public boolean isWokenByFrames() {
        return turns.isResting();
    }

    @Override
    public long mostSleepNs() {
        return health.isGood() ? turns.leftNs() : UNLIMITED_NS;
    }

    @Override
    public String roleName() {
        return JournalDuty.PREPARE;
    }
}
