package dev.braid.bench.peer;

import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Mapped files of frames, read in place. */
final class MappedFramesReading implements JournalReading {
    private final int payloadBytes;
    private final List<MappedByteBuffer> files = new ArrayList<>();

    MappedFramesReading(Path folder, int payloadBytes) {
        this.payloadBytes = payloadBytes;
        Path file;
        while (Files.exists(file = MappedFramesSink.file(folder, files.size()))) {
            files.add(IoUtil.mapExistingFile(file.toFile(), "frames"));
        }
    }

    @Override
    public Fold fold() {
        long count = 0;
        long sum = 0;
        UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
        for (MappedByteBuffer file : files) {
            buffer.wrap(file);
            int frame = 0;
            int frameLength;
            while ((frameLength = (int) buffer.getLongVolatile(frame)) > 0) {
                frame += MappedFramesSink.WORD;
                int at = MappedFramesSink.FRAME_HEADER;
                while (at < frameLength) {
                    at += MappedFramesSink.RESULT_HEADER;
                    sum += BenchRecordCodec.result(buffer, frame + at);
                    count++;
                    at += payloadBytes;
                }
                frame += frameLength;
            }
        }
        return new Fold(count, sum);
    }

    @Override
    public void close() {
        files.forEach(IoUtil::unmap);
    }
}
