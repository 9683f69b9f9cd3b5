package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.agrona.CloseHelper;

/**
 * Data files from which payloads that are held back will be read again. Counts them by segment, and so tells the oldest segment
 * that is still needed. For one thread at a time.
 */
final class HeldBackFiles implements AutoCloseable {
    /** No segment is needed. */
    static final long NONE = Long.MAX_VALUE;

    /** Most files that are open at once: a journal may have any number of segments, and a process may not. */
    private static final int MAX_OPEN = 16;

    private final TreeMap<Long, DataFile> files = new TreeMap<>();
    private final Deque<DataFile> open = new ArrayDeque<>();
    private final LongConsumer onOldest;
    private DataFile last;

    private static final class DataFile {
        private final Segment segment;
        private final Path path;
        private long held;
        private FileWindow window;

        DataFile(Segment segment, Path path) {
            this.segment = segment;
            this.path = path;
        }
    }

    /** @param onOldest receives the oldest segment that is needed, {@link #NONE} for none, whenever it changes. */
    HeldBackFiles(LongConsumer onOldest) {
        this.onOldest = onOldest;
    }

    /** Notes that another payload in a segment is held back. */
    void hold(Segment segment, Path path) {
        if (last == null || last.segment.number() != segment.number()) {
            last = files.computeIfAbsent(segment.number(), number -> new DataFile(segment, path));
            onOldest.accept(files.firstKey());
        }
        last.held++;
    }

    /** Reads a payload that is held back, and returns the file. */
    Path read(long segment, long offset, byte[] bytes, int length) {
        DataFile file = files.get(segment);
        window(file).readFully(offset, bytes, length);
        return file.path;
    }

    private FileWindow window(DataFile file) {
        if (file.window == null) {
            if (open.size() == MAX_OPEN) {
                closeWindow(open.removeFirst());
            }
            file.window = FileWindow.open(file.path);
            if (file.window == null) {
                throw new JournalException(file.segment.name() + " was deleted while " + file.held
                        + " of its results were held back: " + file.path);
            }
            open.addLast(file);
        }
        return file.window;
    }

    /** Notes that a payload in a segment is no longer held back. */
    void release(long segment) {
        DataFile file = files.get(segment);
        file.held--;
        if (file.held == 0) {
            files.remove(segment);
            open.remove(file);
            closeWindow(file);
            last = last == file ? null : last;
            onOldest.accept(files.isEmpty() ? NONE : files.firstKey());
        }
    }

    private static void closeWindow(DataFile file) {
        CloseHelper.close(file.window);
        file.window = null;
    }

    @Override
    public void close() {
        open.forEach(HeldBackFiles::closeWindow);
        open.clear();
        files.clear();
    }
}
