package dev.braid.bench.peer;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads a Chronicle Queue without a copy, as its documentation recommends for speed. */
final class ExcerptReading implements JournalReading {
    private final SingleChronicleQueue queue;
    private final ExcerptTailer tailer;

    ExcerptReading(Path folder) {
        queue = ExcerptSink.queue(folder).readOnly(true).build();
        tailer = queue.createTailer();
    }

    @Override
    public Fold fold() {
        return fold(tailer);
    }

    static Fold fold(ExcerptTailer tailer) {
        long count = 0;
        long sum = 0;
        UnsafeBuffer source = new UnsafeBuffer(0, 0);
        while (true) {
            try (DocumentContext document = tailer.readingDocument()) {
                if (!document.isPresent()) {
                    return new Fold(count, sum);
                }
                Bytes<?> bytes = document.wire().bytes();
                source.wrap(bytes.addressForRead(bytes.readPosition()), (int) bytes.readRemaining());
                sum += BenchRecordCodec.result(source, 0);
                count++;
            }
        }
    }

    @Override
    public void close() {
        tailer.close();
        queue.close();
        ExcerptSink.unmap();
    }
}
