package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment that its writer did not seal, as it is found: the frames that are good, from the first one on without a gap,
 * and what comes after them.
 */
final class SegmentTail {
    private final Segment segment;
    private final Path file;
    private final List<JournalProblem> problems = new ArrayList<>();
    private final List<LostWord> lostWords = new ArrayList<>();
    private SegmentTally tally;
    private SegmentEnd end = SegmentEnd.NONE;
    private boolean follows = true;
    private List<JournalGroup> groups = List.of();
    private long firstLowWatermark = -1;
    private final FrameEnds ends = new FrameEnds();
    private Acknowledged acknowledged = Acknowledged.NOTHING;
    private SegmentHead head;
    private long dropped;

    /** Chronicle's word before a frame that is good: a loss of power took it, but not the frame. */
    record LostWord(long frame, long fileOffset, int frameLength) {}

    /**
     * Reads the segment.
     *
     * @param manifest manifest of the journal.
     * @param previous the segment before, {@code null} if none is sealed or read.
     * @param progress receives the number of bytes read.
     */
    SegmentTail(Segment segment, Manifest manifest, SealedSegment previous, ProgressListener progress) {
        int journal = manifest.journal();
        ChainHash.Value before = previous == null
                ? manifest.beginning().before()
                : previous.atEnd().chain();
        long lowWatermark = previous == null
                ? manifest.firstSequence() - 1
                : previous.atEnd().lowWatermark();
        this.segment = segment;
        this.file = DataFileSelector.of(segment, journal, null, problems::add);
        long length = segment.dataLength();
        try (SegmentReader reader = new SegmentReader(segment, journal, null, before, problems::add)
                .reading(file)
                .after(lowWatermark)
                .goesOnFrom(previous)
                .thorough()) {
            while (reader.next()) {
                FrameDecoder frame = reader.frame();
                acknowledged = acknowledged.and(Acknowledged.of(frame.acknowledged()));
                if (frame.ordinal() != frames()) {
                    dropped++; // Something is missing before it.
                    continue;
                }
                if (tally == null) {
                    begin(frame, before);
                }
                tally.add(frame, reader.position());
                ends.add(frames(), reader.position());
                noteLostWord(reader.position() - frame.length() - SegmentScanner.WORD_LENGTH, frame.length());
                progress.onProgress(reader.position(), length);
            }
            if (dropped == 0) {
                end = reader.end();
            }
        }
    }

    /** Begins with the head of the segment. */
    private void begin(FrameDecoder frame, ChainHash.Value before) {
        SegmentHead first = frame.head();
        follows = before == null || before.equals(first.chain());
        tally = new SegmentTally(frame.journal(), segment.number(), before != null ? before : first.chain());
        groups = first.groups();
        firstLowWatermark = frame.lowWatermark();
        head = frame.version() == FrameLayout.FIRST_VERSION ? null : first;
    }

    private void noteLostWord(long offset, int frameLength) {
        JournalProblem last = problems.isEmpty() ? null : problems.get(problems.size() - 1);
        if (last != null
                && last.kind() == ProblemKind.BAD_HEADER
                && last.fileOffset().orElse(-1) == offset) {
            lostWords.add(new LostWord(frames() - 1, offset, frameLength));
        }
    }

    Segment segment() {
        return segment;
    }

    /** Returns the words lost before frames that are not known to be acknowledged: what is not forced may be lost, page by page. */
    List<LostWord> lostWords(Acknowledged known) {
        return lostWords.stream()
                .filter(word -> !known.covers(segment.number(), word.frame()))
                .toList();
    }

    /** Returns how far its frames say that the journal was acknowledged, including frames after a gap. */
    Acknowledged acknowledged() {
        return acknowledged;
    }

    /** Returns its head; {@code null} if it is empty, or of version 1. */
    SegmentHead head() {
        return head;
    }

    /** Returns the data file that was read, {@code null} if there was none. */
    Path file() {
        return file;
    }

    /** Returns the number of good frames. */
    long frames() {
        return tally == null ? 0 : tally.frames();
    }

    boolean isEmpty() {
        return tally == null;
    }

    /** Tells whether it continues the segment before. */
    boolean follows() {
        return follows;
    }

    /** Returns the number of intact frames after a gap. */
    long dropped() {
        return dropped;
    }

    /** Returns the offset in the file up to which all is known to be acknowledged. */
    long acknowledgedUntil(Acknowledged known) {
        return ends.upTo(known.framesOf(segment.number()));
    }

    /** Returns the low watermark of its head. */
    long firstLowWatermark() {
        return firstLowWatermark;
    }

    List<JournalGroup> groups() {
        return groups;
    }

    List<JournalProblem> problems() {
        return problems;
    }

    /** Tells whether it has no end: its writer was killed, or goes on. */
    boolean isOpen() {
        return end == SegmentEnd.NONE;
    }

    /** Returns its account as long as it is not sealed. It must not be empty. */
    SealedSegment account() {
        return tally.seal(end);
    }

    /** Returns its account once it is sealed. It must not be empty. */
    SealedSegment seal() {
        return tally.seal(end == SegmentEnd.NONE ? SegmentEnd.CUT : end);
    }

    /** Returns the damage with which it cannot be sealed; {@code null} if there is none. */
    JournalProblem damageWithin() {
        for (JournalProblem problem : problems) {
            boolean isWithin = problem.frame().orElse(-1) < frames(); // Or concerns all of it.
            if (problem.kind() == ProblemKind.UNSUPPORTED
                    || problem.kind().isDamage() && problem.kind() != ProblemKind.BAD_HEADER && isWithin) {
                return problem;
            }
        }
        return null;
    }

    /** Returns the damage after the good frames; {@code null} if there is none. */
    JournalProblem damageAfter() {
        for (JournalProblem problem : problems) {
            if (problem.kind().isDamage()
                    && problem.kind() != ProblemKind.BAD_HEADER
                    && problem.frame().orElse(-1) >= frames()) {
                return problem;
            }
        }
        return null;
    }
}
