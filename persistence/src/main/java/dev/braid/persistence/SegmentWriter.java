package dev.braid.persistence;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends frames to a new Chronicle Queue: the only class that knows how Chronicle writes.
 * <p>
 * The queue's clock stands still, so that it has one file and never rolls, and the roll cycle, whose file names and
 * indexes readers of Chronicle Queue need to know, is given instead of being left to Chronicle's default.
 * <p>
 * An appender belongs to one thread: a thread that appends calls {@link #attach()} first, and {@link #detach()} before
 * another one may. {@link #close()} is for a thread that knows that nobody appends.
 */
final class SegmentWriter implements AutoCloseable {
    /** Of this, Chronicle Queue maps a quarter more than it needs: so much is always there in one piece. */
    private static final int BLOCK_SIZE = 8 * FrameLayout.MAX_FRAME_LENGTH;

    static {
        // The jar that phones home is not among our dependencies. Should another one bring it: say no, unless asked to.
        disable("chronicle.analytics.disable");
        disable("chronicle.announcer.disable");
        disable("chronicle.disk.monitor.disable");
    }

    private final Path folder;
    private final SingleChronicleQueue queue;
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
    private ExcerptAppender appender;

    /** Makes an empty queue. */
    SegmentWriter(Path folder) {
        this.folder = folder;
        this.queue = SingleChronicleQueueBuilder.binary(folder)
                .rollCycle(LargeRollCycles.LARGE_DAILY)
                .timeProvider(() -> 0L)
                .blockSize(BLOCK_SIZE)
                .build();
    }

    private static void disable(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }

    /** The calling thread is the one that appends from now on. */
    void attach() {
        appender = queue.createAppender();
    }

    /** The calling thread, which is the one that appends, does so no more. */
    void detach() {
        CloseHelper.close(appender);
        appender = null;
    }

    /** Appends a frame. Once this returns, readers see it, and it survives the end of the process. */
    void append(DirectBuffer frame, int length) {
        boolean complete = false;
        try (DocumentContext document = appender.writingDocument()) {
            try {
                Bytes<?> bytes = document.wire().bytes();
                target.wrap(bytes.addressForWrite(bytes.writePosition()), length);
                target.putBytes(0, frame, 0, length);
                bytes.writeSkip(length);
                complete = true;
            } finally {
                target.wrap(0, 0);
                if (!complete) {
                    document.rollbackOnClose();
                }
            }
        } catch (Throwable t) {
            throw new JournalException("cannot append a frame of " + length + " bytes to " + folder + ": " + t, t);
        }
    }

    @Override
    public void close() {
        queue.close();
    }
}
