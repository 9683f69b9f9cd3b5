package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;

/** Reads the bytes of a data file that are damaged. */
final class DamagedStretch {
    private DamagedStretch() {}

    /**
     * Reads from a problem up to the next intact frame.
     *
     * @param limit bytes to be read at most.
     * @return the bytes, and how long all of the stretch is; empty if the problem is not at a place in a file.
     */
    static JournalFrames.Stretch read(Path dir, Manifest manifest, JournalProblem problem, int limit) {
        long start = problem.fileOffset().orElse(-1);
        Segment place = problem.place(dir);
        Path file = place == null || start < 0
                ? null
                : DataFileSelector.of(place, manifest.journal(), manifest.sealed(place.number()), other -> {});
        try (FileWindow window = file == null ? null : FileWindow.open(file)) {
            if (window == null) {
                return new JournalFrames.Stretch(0, new byte[0]);
            }
            long first = start + SegmentScanner.WORD_LENGTH;
            long next = new FrameFinder(window, manifest.journal(), (int) place.number()).search(first, Long.MAX_VALUE);
            long end = next == FrameFinder.NOT_FOUND
                    ? Math.max(start, window.fileSize())
                    : Math.max(first, next - SegmentScanner.WORD_LENGTH);
            byte[] bytes = new byte[(int) Math.min(limit, end - start)];
            window.buffer().getBytes(window.load(start, bytes.length), bytes);
            return new JournalFrames.Stretch(end - start, bytes);
        }
    }
}
