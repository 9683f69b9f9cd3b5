package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * One finding about a journal, and where it is.
 *
 * @param kind          what is wrong.
 * @param segment       name of the segment's folder, empty if it concerns the whole journal.
 * @param frame         which frame of the segment, from 0, or -1 if it is not one frame's.
 * @param fileOffset    in bytes, in the segment's data file, or -1 if there is no such place.
 * @param firstSequence the first sequence that may be concerned, or -1 if none is known to be.
 * @param lastSequence  the last sequence that may be concerned, or -1 if that is unknown.
 * @param message       all of this in one sentence.
 */
public record JournalProblem(
        ProblemKind kind,
        String segment,
        long frame,
        long fileOffset,
        long firstSequence,
        long lastSequence,
        String message) {
    private static final long NONE = -1;

    /** Names of segments are as long as each other; problems of the whole journal come last. */
    private static final Comparator<JournalProblem> PLACES = Comparator.comparing(
                    (JournalProblem problem) -> problem.segment().isEmpty())
            .thenComparing(JournalProblem::segment)
            .thenComparing(JournalProblem::fileOffset);

    static JournalProblem inFrame(ProblemKind kind, Segment segment, long frame, long fileOffset, String what) {
        return inFrame(kind, segment, frame, fileOffset, NONE, NONE, what);
    }

    static JournalProblem inFrame(
            ProblemKind kind, Segment segment, long frame, long fileOffset, long first, long last, String what) {
        String place = segment.name() + ", frame " + frame + " at offset " + fileOffset;
        return new JournalProblem(
                kind, segment.name(), frame, fileOffset, first, last, kind + " in " + place + ": " + what);
    }

    static JournalProblem inSegment(ProblemKind kind, Segment segment, String what) {
        return new JournalProblem(
                kind, segment.name(), NONE, NONE, NONE, NONE, kind + " in " + segment.name() + ": " + what);
    }

    static JournalProblem inJournal(ProblemKind kind, String what) {
        return inJournal(kind, NONE, NONE, what);
    }

    static JournalProblem ofManifest(String what) {
        return inJournal(ProblemKind.BAD_MANIFEST, "of the manifest: " + what);
    }

    static JournalProblem inJournal(ProblemKind kind, long first, long last, String what) {
        return new JournalProblem(kind, "", NONE, NONE, first, last, kind + ": " + what);
    }

    /** The same, concerning results among these sequences. */
    JournalProblem among(long first, long last) {
        String sequences = last == NONE
                ? "sequences from " + first + " on"
                : first == last ? "sequence " + first : "sequences " + first + " to " + last;
        return new JournalProblem(
                kind, segment, frame, fileOffset, first, last, message + "; this concerns " + sequences);
    }

    /** The segment that it is in, {@code null} if it concerns the whole journal. */
    Segment place(Path dir) {
        return segment.isEmpty() ? null : JournalFolder.segment(dir, segment);
    }

    /** Whether its place comes before that of another one. */
    boolean isBefore(JournalProblem other) {
        return PLACES.compare(this, other) < 0;
    }

    /** The same, in a journal that is a copy. */
    JournalProblem inCopy() {
        String what =
                ": this is a copy that was made while the journal was written, or was damaged since: make it by journal"
                        + " backup instead, or salvage what is good of it; ";
        return new JournalProblem(
                ProblemKind.COPIED_IN_MOTION,
                segment,
                frame,
                fileOffset,
                firstSequence,
                lastSequence,
                ProblemKind.COPIED_IN_MOTION + what + message.replaceFirst("^[A-Z_]+(:)? ", ""));
    }

    /** The same, where it is not clear which journal is meant. */
    JournalProblem of(Path dir) {
        return new JournalProblem(
                kind, segment, frame, fileOffset, firstSequence, lastSequence, "journal " + dir + ": " + message);
    }
}
