package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;

/**
 * Compares the manifest with the head of a journal's first segment: both say which results came before it, and were deleted by
 * retention or are of another journal. If a wrong manifest were believed, results that are there would be passed over without a
 * word, or results that never were would be missed.
 */
final class FirstHead {
    private static final long UNKNOWN = -1;

    private FirstHead() {}

    /**
     * Returns how the two contradict each other; {@code null} if they do not, or the head is missing or damaged. A manifest that
     * another journal has left there is detected by the first and the last of the segments, which are not of its journal.
     */
    static JournalProblem contradiction(Path dir, Manifest manifest) {
        SealedSegment last = manifest.last();
        for (long number :
                new long[] {manifest.firstSegment(), last == null ? manifest.firstSegment() : last.number()}) {
            Segment segment = JournalFolder.segment(dir, number);
            if (segment.dataFiles().size() == 1 && SegmentContent.isOfAnother(segment, manifest.journal())) {
                return JournalProblem.inSegment(
                        ProblemKind.CORRUPT, segment, "it belongs to another journal than the manifest");
            }
        }
        long first = firstSequence(dir, manifest);
        if (first == UNKNOWN || first == manifest.firstSequence()) {
            return null;
        }
        return JournalProblem.ofManifest("it says that the journal begins with sequence " + manifest.firstSequence()
                + ", but by the head of " + JournalFolder.segmentName(manifest.firstSegment()) + " it is " + first);
    }

    /** Returns the manifest with the first sequence that the head declares, if there is a head. */
    static Manifest believed(Path dir, Manifest manifest) {
        long first = firstSequence(dir, manifest);
        return first == UNKNOWN ? manifest : manifest.from(first, manifest.needed());
    }

    private static long firstSequence(Path dir, Manifest manifest) {
        Segment segment = JournalFolder.segment(dir, manifest.firstSegment());
        try (SegmentReader reader = SegmentReader.probe(segment, manifest.journal())) {
            return reader.next() && reader.frame().type() == FrameLayout.TYPE_HEAD
                    ? reader.frame().highestSequence() + 1
                    : UNKNOWN;
        }
    }
}
