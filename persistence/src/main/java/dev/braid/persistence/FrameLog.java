package dev.braid.persistence;

import dev.braid.engine.LatencyRecorder;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.CloseHelper;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * Frames on disk: one segment after the other, each begun before it is needed, and sealed once it has ended.
 * <pre>
 *  the engine's thread      append ─▶ segment n ─▶ end │ head ─▶ segment n + 1 …
 *  braid-journal-prepare    makes segment n + 1 when n is half full; watches the free space
 *  braid-journal-sync       at DISK forces and acknowledges; seals n: forces it, closes it, notes it in the manifest
 * </pre>
 * <b>Threads:</b> one at a time writes. {@link #close()} is for a
 * thread that knows that nobody writes. The rest is for any thread.
 */
final class FrameLog implements AutoCloseable {
    private static final int SPINS = 100;
    private static final int YIELDS = 20;
    private static final long MIN_PARK_NS = 1_000;
    private static final long MAX_PARK_NS = 500_000;
    private static final int CONTROL_FRAME_LENGTH = 1024;

    private final FrameLogSettings settings;
    private final int journal;
    private final WriterFence fence;
    private final JournalHealth health;
    private final Acknowledgement acknowledged;
    private final SegmentPreparer preparer;
    private final DurabilityNotifier notifier;
    private final SegmentSyncer syncer;
    private final JournalThread prepareThread;
    private final JournalThread syncThread;
    private final FrameEncoder encoder;
    private final FrameEncoder controls;
    private final FrameDecoder decoder = new FrameDecoder();
    private final AtomicLong lowWatermark;
    private final AtomicLong durable;

    private final Runnable wakeSyncer;
    /** Number of frames written. */
    private final AtomicLong frames = new AtomicLong();

    private final AtomicLong bytes = new AtomicLong();
    /** Threads that may have to be woken for a frame. */
    private volatile JournalThread[] followers;

    private OpenSegment current;
    private volatile boolean isClosed;

    /**
     * Begins a segment after all that is sealed.
     *
     * @param fence        fence of the writer.
     * @param manifest     manifest of the journal.
     * @param stamps       of its last frame.
     * @param lowWatermark low watermark of its last frame.
     */
    FrameLog(
            FrameLogSettings settings,
            WriterFence fence,
            Manifest manifest,
            FrameEncoder.Stamps stamps,
            long lowWatermark) {
        this.settings = settings;
        this.fence = fence;
        this.journal = manifest.journal();
        this.health = new JournalHealth(settings.dir());
        this.lowWatermark = new AtomicLong(lowWatermark);
        this.durable = new AtomicLong(lowWatermark);
        this.notifier = new DurabilityNotifier(settings, health, lowWatermark);
        // A full frame, and the payload that turns out not to fit: so it never grows while the engine runs.
        this.encoder = new FrameEncoder(2 * settings.maxFrameLength(), stamps);
        this.controls = new FrameEncoder(CONTROL_FRAME_LENGTH, stamps);
        this.preparer = new SegmentPreparer(settings, health, manifest.nextSegment(), fence, frames::get);
        Acknowledgement opened = null;
        try {
            opened = new Acknowledgement(settings, fence, manifest);
            this.acknowledged = opened;
            this.current = preparer.makeFirst();
            begin(current, manifest.chain());
            current.writer.force();
            current.forced = current.written.frames();
            acknowledged.moveTo(current.written);
            acknowledged.force();
        } catch (Throwable t) {
            CloseHelper.quietCloseAll(current == null ? null : current.writer, opened, encoder, controls);
            throw t instanceof JournalException e
                    ? e
                    : new JournalException("cannot begin a segment of journal " + settings.dir() + ": " + t, t);
        }
        SegmentSyncer.Written written = new SegmentSyncer.Written(this.lowWatermark, durable, notifier);
        this.syncer = new SegmentSyncer(settings, current, written, fence, acknowledged, health);
        this.prepareThread = startThread(preparer, null);
        this.syncThread = startThread(syncer, prepareThread);
        this.wakeSyncer = syncThread::wake;
        this.followers = new JournalThread[] {prepareThread, syncThread};
    }

    /** Starts a thread; where that fails, nothing of the journal stays open. */
    private JournalThread startThread(JournalAgent agent, JournalThread started) {
        try {
            return new JournalThread(agent, settings.threads(), health::fail);
        } catch (Throwable t) {
            CloseHelper.quietCloseAll(started, current.writer, acknowledged, encoder, controls);
            throw t;
        }
    }

    /** Returns how many frames were written. */
    long frames() {
        return frames.get();
    }

    /** Returns how many bytes were written, in frames of any kind. */
    long bytes() {
        return bytes.get();
    }

    /** Returns the times that forces took. */
    LatencyRecorder forces() {
        return syncer.forces();
    }

    synchronized void followedBy(JournalThread thread) {
        JournalThread[] more = Arrays.copyOf(followers, followers.length + 1);
        more[followers.length] = thread;
        followers = more;
    }

    /** @throws IllegalStateException if the calling thread is one that closing waits for. */
    void checkMayClose() {
        for (JournalThread thread : followers) {
            thread.checkMayClose(settings.dir());
        }
    }

    void wakesWhenDurable(Thread thread) {
        syncer.awaits(thread);
    }

    /** Notes the input journal in the mark, too, in case the manifest is lost. */
    void inputIs(int inputJournal) {
        try {
            acknowledged.inputIs(inputJournal);
        } catch (IOException e) {
            throw new JournalException("cannot force the mark of journal " + settings.dir() + ": " + e, e);
        }
    }

    /** Notes in the mark where the other one is of a journal and its input journal. */
    void peerIs(PeerPlace peer) {
        try {
            acknowledged.peerIs(peer);
        } catch (IOException e) {
            throw new JournalException("cannot force the mark of journal " + settings.dir() + ": " + e, e);
        }
    }

    /** Returns the encoder in which results are staged for the next frame. */
    FrameEncoder encoder() {
        return encoder;
    }

    JournalHealth health() {
        return health;
    }

    /** Returns the low watermark of what was written. */
    long lowWatermark() {
        return lowWatermark.get();
    }

    /** Returns the end of the last frame that is acknowledged. */
    FramePlace acknowledged() {
        return acknowledged.place();
    }

    /** Returns the last sequence that is acknowledged. */
    long durable() {
        return durable.get();
    }

    /** Waits until a sequence is acknowledged; {@code false} if it was not in time, or before the log was closed. */
    boolean awaitDurable(long sequence, long timeoutNs) throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeoutNs;
        IdleStrategy idle = new BackoffIdleStrategy(SPINS, YIELDS, MIN_PARK_NS, MAX_PARK_NS);
        while (durable.get() < sequence) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while sequence " + sequence + " was to be acknowledged");
            }
            if (!health.isOrderly() || sequence > lowWatermark.get()) {
                health.check();
            }
            if (isClosed || System.nanoTime() - deadlineNs >= 0) {
                return durable.get() >= sequence;
            }
            idle.idle();
        }
        return true;
    }

    /**
     * Writes what is staged, in the next segment if the present one is full. At {@link Durability#PROCESS} it is acknowledged
     * then; a listener that throws stops the journal, but what was written stays.
     *
     * @param lowWatermark every sequence at or below it has been staged.
     * @throws JournalException if it cannot be written; then it is not tried again.
     */
    void write(long lowWatermark) {
        try {
            checkFence();
            if (isFull()) {
                roll();
            }
            append(current, encoder, FrameLayout.TYPE_RESULTS, lowWatermark);
        } finally {
            encoder.reset();
        }
        if (current.tally.frameBytes() > settings.segmentSize() / 2
                || current.tally.frames() > FrameLayout.MAX_FRAMES / 2) {
            requestSegment();
        }
        if (settings.durability() == Durability.PROCESS) {
            acknowledgeWritten();
            this.lowWatermark.lazySet(lowWatermark);
            durable.lazySet(lowWatermark);
            notifier.acknowledge(decoder, lowWatermark);
        } else {
            notifier.written(decoder, wakeSyncer); // Before the low watermark covers them.
            this.lowWatermark.lazySet(lowWatermark);
        }
        wakeFollowers();
    }

    private void checkFence() {
        try {
            fence.lookAfterPause();
        } catch (Throwable t) {
            health.fail(t);
            throw t;
        }
    }

    /** Checks that what was written is known to be good, and, by a look, that the folder is still this writer's. For any thread. */
    void look() {
        Throwable cause = health.isOrderly() ? null : health.cause();
        if (cause != null) { // Which whoever closes the journal is told of.
            throw new JournalException("journal " + settings.dir() + " goes on no more: " + cause.getMessage(), cause);
        }
        try {
            fence.look();
        } catch (Throwable t) {
            health.fail(t);
            throw t;
        }
    }

    private void requestSegment() {
        if (preparer.request()) {
            prepareThread.wake();
        }
    }

    private void wakeFollowers() {
        frames.lazySet(frames.getPlain() + 1);
        VarHandle.fullFence(); // See WakeUp and Turns.
        for (JournalThread follower : followers) {
            follower.wroteFrame();
        }
    }

    /** Acknowledges what was written, unless another writer has taken over. */
    private void acknowledgeWritten() {
        try {
            acknowledged.moveTo(current.written);
        } catch (Throwable t) {
            health.fail(t);
            throw t;
        }
    }

    private boolean isFull() {
        SegmentTally tally = current.tally;
        return tally.results() > 0 && tally.frameBytes() + encoder.length() > settings.segmentSize()
                || tally.frames() >= FrameLayout.MAX_FRAMES - 1; // There is always its end to come.
    }

    /** Begins the next segment before this one is ended: so there always is one that can be ended. */
    private void roll() {
        OpenSegment full = current;
        requestSegment();
        OpenSegment next = preparer.take();
        try {
            begin(next, full.tally.hash());
        } catch (Throwable t) {
            next.writer.close();
            throw t;
        }
        appendEnd(full, SegmentEnd.ROLLED);
        current = next;
        full.next(next); // Before the end, which is what the thread that syncs looks at.
        full.end(full.tally.seal(SegmentEnd.ROLLED));
        syncThread.wake();
    }

    private void begin(OpenSegment segment, ChainHash.Value before) {
        segment.tally = new SegmentTally(journal, segment.number, before);
        controls.head(
                settings.durability(), before, fence.epoch(), settings.disk().bootId(), settings.groups());
        append(segment, controls, FrameLayout.TYPE_HEAD, lowWatermark.get());
    }

    private void appendEnd(OpenSegment segment, SegmentEnd end) {
        segment.writer.useReserve();
        controls.end(segment.tally.results(), end, segment.tally.hash());
        append(segment, controls, FrameLayout.TYPE_END, lowWatermark.get());
    }

    private void append(OpenSegment segment, FrameEncoder frame, int type, long lowWatermark) {
        SegmentTally tally = segment.tally;
        try {
            long timeNs = settings.clock().nanoTime();
            frame.finish(type, tally, acknowledged.position(), lowWatermark, timeNs);
            segment.writer.append(frame.bytes());
        } catch (StorageSpaceException e) {
            health.stop(e);
            throw e;
        } catch (Throwable t) {
            health.fail(t);
            throw t;
        }
        bytes.lazySet(bytes.getPlain() + frame.length());
        frame.written();
        decoder.wrap(frame.buffer(), 0);
        tally.add(decoder, frame.results(), segment.writer.end());
        segment.written.moveTo(segment.number, tally.frames(), segment.writer.end(), tally.frameChain());
    }

    /** Ends the last segment in good order, if what was written is known to be good. */
    void end() {
        if (health.isOrderly()) {
            appendEnd(current, SegmentEnd.CLOSED);
            if (settings.durability() == Durability.PROCESS) {
                acknowledgeWritten();
            }
            current.end(current.tally.seal(SegmentEnd.CLOSED));
            syncThread.wake();
        }
        if (settings.durability() == Durability.PROCESS) {
            notifier.end();
        }
    }

    /** Waits until all is forced and sealed that has ended, and lets go of the files. */
    @Override
    public void close() {
        CloseHelper.closeAll(
                prepareThread, syncThread, notifier::end, acknowledged, encoder, controls, () -> isClosed = true);
    }
}
