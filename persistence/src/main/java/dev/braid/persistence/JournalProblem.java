package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One finding about a journal, and where it is.
 *
 * @param kind       what is wrong.
 * @param segment    name of the segment's folder, empty if the whole journal is concerned.
 * @param frame      which frame of the segment, from 0; empty if it is not one frame's.
 * @param fileOffset in bytes, in the segment's data file; empty if there is no such place.
 * @param sequences  those that may be concerned, with an open end where the last one is not known; empty if none is known.
 * @param message    all of this in one sentence.
 */
public record JournalProblem(
        ProblemKind kind,
        Optional<String> segment,
        OptionalLong frame,
        OptionalLong fileOffset,
        Optional<SequenceRange> sequences,
        String message) {

    /** Order by place; names of segments have one length, and problems of the whole journal come last. */
    private static final Comparator<JournalProblem> PLACES = Comparator.comparing(
                    (JournalProblem problem) -> problem.segment().isEmpty())
            .thenComparing(problem -> problem.segment().orElse(""))
            .thenComparing(problem -> problem.fileOffset().orElse(-1));

    static JournalProblem inFrame(ProblemKind kind, Segment segment, long frame, long fileOffset, String what) {
        return inFrame(kind, segment, frame, fileOffset, Optional.empty(), what);
    }

    static JournalProblem inFrame(
            ProblemKind kind,
            Segment segment,
            long frame,
            long fileOffset,
            Optional<SequenceRange> sequences,
            String what) {
        String place = segment.name() + ", frame " + frame + " at offset " + fileOffset;
        return new JournalProblem(
                kind,
                Optional.of(segment.name()),
                OptionalLong.of(frame),
                OptionalLong.of(fileOffset),
                sequences,
                kind + " in " + place + ": " + what);
    }

    static JournalProblem inSegment(ProblemKind kind, Segment segment, String what) {
        return new JournalProblem(
                kind,
                Optional.of(segment.name()),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                kind + " in " + segment.name() + ": " + what);
    }

    static JournalProblem inJournal(ProblemKind kind, String what) {
        return inJournal(kind, Optional.empty(), what);
    }

    static JournalProblem ofManifest(String what) {
        return inJournal(ProblemKind.BAD_MANIFEST, "of the manifest: " + what);
    }

    static JournalProblem inJournal(ProblemKind kind, SequenceRange sequences, String what) {
        return inJournal(kind, Optional.of(sequences), what);
    }

    private static JournalProblem inJournal(ProblemKind kind, Optional<SequenceRange> sequences, String what) {
        return new JournalProblem(
                kind, Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), sequences, kind + ": " + what);
    }

    /** This problem, concerning results among some sequences. */
    JournalProblem among(SequenceRange range) {
        return new JournalProblem(
                kind, segment, frame, fileOffset, Optional.of(range), message + "; this concerns " + range);
    }

    /** Returns the segment in which the problem is, {@code null} if it concerns the whole journal. */
    Segment place(Path dir) {
        return segment.map(name -> JournalFolder.segment(dir, name)).orElse(null);
    }

    boolean isIn(Segment other) {
        return segment.isPresent() && segment.get().equals(other.name());
    }

    /** Tells whether its place comes before that of another one. */
    boolean isBefore(JournalProblem other) {
        return PLACES.compare(this, other) < 0;
    }

    /** This problem, in a journal that is a copy. */
    JournalProblem inCopy() {
        String what =
                ": this is a copy that was made while the journal was written, or was damaged since: make it by journal"
                        + " backup instead, or salvage what is good of it; ";
        return new JournalProblem(
                ProblemKind.COPIED_IN_MOTION,
                segment,
                frame,
                fileOffset,
                sequences,
                ProblemKind.COPIED_IN_MOTION + what + message.replaceFirst("^[A-Z_]+(:)? ", ""));
    }

    /** This problem, where it is not clear which journal is meant. */
    JournalProblem of(Path dir) {
        return new JournalProblem(kind, segment, frame, fileOffset, sequences, "journal " + dir + ": " + message);
    }
}
