package dev.braid.bench.peer;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A Chronicle Queue with an excerpt for each result, written directly into its mapped memory, as its documentation recommends for
 * speed.
 * <p>
 * Less than Braid's journal: no checksums, no sequences and no low watermark.
 */
final class ExcerptSink implements ReadableSink {
    private static final int BLOCK_SIZE = 64 << 20;

    private final SingleChronicleQueue queue;
    private final BenchRecordCodec codec = new BenchRecordCodec();
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
    private ExcerptAppender appender;

    ExcerptSink(Path folder) {
        queue = queue(folder).build();
    }

    static SingleChronicleQueueBuilder queue(Path folder) {
        return SingleChronicleQueueBuilder.binary(folder)
                .rollCycle(LargeRollCycles.LARGE_DAILY)
                .blockSize(BLOCK_SIZE);
    }

    @Override
    public void onStart() {
        appender = queue.createAppender(); // It belongs to the thread that appends.
    }

    @Override
    public void onResult(BenchRecord record) {
        int length = BenchRecordCodec.length(record);
        try (DocumentContext document = appender.writingDocument()) {
            Bytes<?> bytes = document.wire().bytes();
            target.wrap(bytes.addressForWrite(bytes.writePosition()), length);
            codec.encode(record, target, 0);
            bytes.writeSkip(length);
        }
    }

    @Override
    public void close() {
        appender.close();
    }

    @Override
    public Fold readBack() {
        try (ExcerptTailer tailer = queue.createTailer()) {
            return ExcerptReading.fold(tailer);
        }
    }

    @Override
    public void release() {
        queue.close();
        unmap();
    }

    /** Unmaps the files of closed queues now; otherwise a thread of Chronicle's does so, some time later. */
    static void unmap() {
        BackgroundResourceReleaser.releasePendingResources();
    }
}
