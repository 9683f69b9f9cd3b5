package dev.braid.bench.peer;

import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Mapped files, one after the other, written in frames of the size of those in Braid's journal: the limit of what memory and disk
 * accept of these bytes.
 * <p>
 * Less than Braid's journal: there is room for checksums, sequences and low watermarks, but nothing is in it.
 */
final class MappedFramesSink implements JournalSink {
    static final int FRAME_HEADER = 64;
    static final int RESULT_HEADER = 16;
    static final int WORD = Long.BYTES;
    private static final int MAX_STAGED = 1 << 20;

    private final Path folder;
    private final long resultsPerForce;
    private final BenchRecordCodec codec = new BenchRecordCodec();
    private final UnsafeBuffer staged = new UnsafeBuffer(new byte[MAX_STAGED]);
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
    private int files;
    private MappedByteBuffer mapped;
    private int length = FRAME_HEADER;
    private int position = JournalCandidate.FILE_SIZE;
    private int forcedTo;
    private long results;
    private long forces;

    /** @param resultsPerForce the number of results after which they are forced to disk. */
    MappedFramesSink(Path folder, long resultsPerForce) {
        this.folder = folder;
        this.resultsPerForce = resultsPerForce;
    }

    static Path file(Path folder, int number) {
        return folder.resolve("frames-" + number);
    }

    @Override
    public void onResult(BenchRecord record) {
        length += RESULT_HEADER + codec.encode(record, staged, length + RESULT_HEADER);
        results++;
    }

    @Override
    public void onBatchEnd() {
        if (position + WORD + length + WORD > JournalCandidate.FILE_SIZE) {
            nextFile();
        }
        target.putBytes(position + WORD, staged, 0, length);
        target.putLongRelease(position, length);
        position += WORD + length;
        length = FRAME_HEADER;
        if (results >= resultsPerForce) {
            force();
        }
    }

    private void force() {
        mapped.force(forcedTo, position - forcedTo);
        forcedTo = position;
        results = 0;
        forces++;
    }

    private void nextFile() {
        if (forces > 0) {
            mapped.force(forcedTo, position - forcedTo);
        }
        IoUtil.unmap(mapped);
        mapped = IoUtil.mapNewFile(file(folder, files++).toFile(), JournalCandidate.FILE_SIZE, false);
        target.wrap(mapped);
        position = 0;
        forcedTo = 0;
    }

    @Override
    public void awaitWritten() {
        if (resultsPerForce < Long.MAX_VALUE && position > forcedTo) {
            force();
        }
    }

    @Override
    public long forces() {
        return forces;
    }

    @Override
    public void release() {
        IoUtil.unmap(mapped);
    }
}
