package dev.braid.persistence;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.braid.persistence.JournalFolder.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Content of a segment's folder: tells whether it provably holds no result, so that it may be deleted. It holds none if its data
 * file has nothing that an empty queue does not have. A frame that is damaged or half-written counts as a result.
 *
 * @param results what could be a result's, {@code null} if there is nothing.
 * @param foreign a file that is not Braid's, {@code null} if there is none.
 */
record SegmentContent(String results, String foreign) {
    /** Between the name of a segment and a number. */
    static final String KEPT = ".kept-";

    /** Looks into a segment's folder, which need not exist. */
    static SegmentContent of(Segment segment) {
        String results = null;
        for (Path file : segment.ownFiles()) {
            try (FileWindow window = FileWindow.open(file)) {
                if (window != null && results == null) {
                    results = describe(file, window, segment.isDataFile(file));
                }
            }
        }
        return new SegmentContent(results, foreign(segment));
    }

    /** Returns a file in a segment's folder that is not Braid's, {@code null} if there is none. */
    static String foreign(Segment segment) {
        List<Path> own = segment.ownFiles();
        return JournalFiles.list(segment.folder(), "*", false).stream()
                .filter(path -> !own.contains(path))
                .map(path -> path.getFileName().toString())
                .findFirst()
                .orElse(null);
    }

    /** Tells whether a data file begins with a frame of another journal: then it is not deleted, whatever a manifest says. */
    static boolean isOfAnother(Segment segment, int journal) {
        for (Path file : segment.dataFiles()) {
            try (FileWindow window = FileWindow.open(file)) {
                int of = window == null ? Manifest.NO_JOURNAL : FrameFinder.journalOf(window);
                if (of != Manifest.NO_JOURNAL && of != journal) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Tells whether the first intact frame in a data file belongs to another segment or journal. No crash leaves that: the file was
     * put there.
     */
    static boolean beginsElsewhere(Segment segment, int journal) {
        for (Path file : segment.dataFiles()) {
            try (FileWindow window = FileWindow.open(file)) {
                long first = window == null
                        ? FrameFinder.NOT_FOUND
                        : anyFrame(window).search(0, Long.MAX_VALUE);
                if (first != FrameFinder.NOT_FOUND
                        && new FrameFinder(window, journal, (int) segment.number()).search(first, first + 1)
                                == FrameFinder.NOT_FOUND) {
                    return true;
                }
            }
        }
        return false;
    }

    private static FrameFinder anyFrame(FileWindow window) {
        return new FrameFinder(window, Manifest.NO_JOURNAL, 0);
    }

    /** Tells whether the segment may be deleted, with its folder. */
    boolean isNothing() {
        return results == null && foreign == null;
    }

    private static String describe(Path file, FileWindow window, boolean isData) {
        FrameFinder finder = anyFrame(window);
        long frame = finder.search(0, Long.MAX_VALUE);
        if (frame != FrameFinder.NOT_FOUND) {
            return count(finder, frame) + " in " + file.getFileName() + ", the first at " + frame;
        }
        long trace = isData ? EmptyQueue.firstOther(window) : firstMagic(window);
        return trace == FrameFinder.NOT_FOUND
                ? null
                : "bytes at " + trace + " of " + file.getFileName() + " that may be a frame's";
    }

    private static String count(FrameFinder finder, long first) {
        int frames = 0;
        for (long next = first; next != FrameFinder.NOT_FOUND; frames++) {
            next = finder.search(next + finder.intactLength(next), Long.MAX_VALUE);
        }
        return frames == 1 ? "an intact frame" : frames + " intact frames";
    }

    private static long firstMagic(FileWindow window) {
        for (long offset = 0; offset < window.fileSize(); offset += Integer.BYTES) {
            if ((word(window, offset) & FrameLayout.MAGIC_MASK) == FrameLayout.MAGIC) {
                return offset;
            }
        }
        return FrameFinder.NOT_FOUND;
    }

    private static int word(FileWindow window, long offset) {
        return window.buffer().getInt(window.load(offset, Integer.BYTES), LITTLE_ENDIAN);
    }

    /** Deletes a segment to which nothing was written; one to which somebody else did is kept aside. */
    static void deleteUnused(Segment segment, Disk disk) throws IOException {
        if (of(segment).results() == null) {
            delete(segment, disk);
        } else {
            keepAside(segment, disk);
        }
    }

    /** Deletes a segment of a journal, but for what is not Braid's in its folder; one of another journal is kept aside. */
    static void delete(Segment segment, int journal, Disk disk) throws IOException {
        if (isOfAnother(segment, journal)) {
            keepAside(segment, disk);
        } else {
            delete(segment, disk);
        }
    }

    /**
     * Deletes segments that a journal has given up, as far as the manifest says so that is in place right before: another journal,
     * or an older copy of this one, may have been put in the place of it.
     *
     * @param journal id of the journal.
     * @param look    throws if the folder is not the caller's any more.
     */
    static void deleteGivenUp(Path dir, int journal, Runnable look, Disk disk) throws IOException {
        for (Segment segment : JournalFolder.segments(dir)) {
            Manifest manifest = ManifestFile.readUnlessLost(dir);
            if (manifest == null || manifest.journal() != journal || segment.number() >= manifest.firstSegment()) {
                return;
            }
            look.run();
            delete(segment, journal, disk);
        }
    }

    /** Deletes what is Braid's in a segment's folder, and the folder if nothing else is in it. */
    static void delete(Segment segment, Disk disk) throws IOException {
        for (Path file : segment.ownFiles()) {
            disk.delete(file);
        }
        if (foreign(segment) == null) {
            disk.delete(segment.folder());
        } else {
            keepAside(segment, disk);
        }
    }

    /** Gives a segment's folder a name that nobody takes for a segment's. */
    static void keepAside(Segment segment, Disk disk) throws IOException {
        int count = 1;
        Path aside;
        do {
            aside = segment.folder().resolveSibling(segment.name() + KEPT + count++);
        } while (JournalFiles.exists(aside));
        disk.replace(aside, segment.folder());
    }
}
