package dev.braid.bench.peer;

import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Mapped files, one after the other, of results preceded by their length: the limit of what a page cache accepts.
 * <p>
 * Less than Braid's journal: no checksums, no sequences, no low watermark, and no format that other tools read.
 */
final class MappedFileSink implements ReadableSink {
    private static final int FILE_SIZE = 256 << 20;
    private static final int ALIGNMENT = Long.BYTES;

    private final Path folder;
    private final BenchRecordCodec codec = new BenchRecordCodec();
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
    private final List<Path> files = new ArrayList<>();
    private MappedByteBuffer mapped;
    private int position = FILE_SIZE;

    MappedFileSink(Path folder) {
        this.folder = folder;
    }

    @Override
    public void onResult(BenchRecord record) {
        int length = BenchRecordCodec.length(record);
        if (position + ALIGNMENT + length + ALIGNMENT > FILE_SIZE) { // The last length is always zero.
            nextFile();
        }
        codec.encode(record, target, position + ALIGNMENT);
        target.putLongRelease(position, length); // Last, so that a reader that sees the length sees the result.
        position += ALIGNMENT + length;
    }

    private void nextFile() {
        IoUtil.unmap(mapped);
        Path file = folder.resolve("results-" + files.size());
        files.add(file);
        mapped = IoUtil.mapNewFile(file.toFile(), FILE_SIZE, false);
        target.wrap(mapped);
        position = 0;
    }

    @Override
    public Fold readBack() {
        long count = 0;
        long sum = 0;
        for (Path file : files) {
            MappedByteBuffer source = IoUtil.mapExistingFile(file.toFile(), "results");
            UnsafeBuffer buffer = new UnsafeBuffer(source);
            int at = 0;
            int length;
            while ((length = (int) buffer.getLongVolatile(at)) > 0) {
                sum += BenchRecordCodec.result(buffer, at + ALIGNMENT);
                count++;
                at += ALIGNMENT + length;
            }
            IoUtil.unmap(source);
        }
        return new Fold(count, sum);
    }

    @Override
    public void release() {
        IoUtil.unmap(mapped);
    }
}
