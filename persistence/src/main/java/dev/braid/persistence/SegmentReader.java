package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.agrona.CloseHelper;

/**
 * Reads the frames of one segment, and checks that they are what and where they should be: a head first, an end last, all
 * of this journal and segment, of a version that is known, as many as the manifest says, and with the hash that it says.
 */
final class SegmentReader implements AutoCloseable {
    private static final long NONE = -1;

    private final Segment segment;
    private final int journal;
    private final ProblemListener listener;
    private final FrameDecoder frame = new FrameDecoder();

    private SealedSegment sealed;
    private ChainHash.Value before;
    private Path file;
    private boolean beyondEnd;
    private boolean isThorough;
    private final FrameClaims claims = new FrameClaims();
    private SegmentScanner scanner;
    private ChainHash chain;
    private ChainHash.Value hash;
    /** Whether reading began after the first frame, or damage was found: then sums cannot be checked. */
    private boolean isPartial;

    private boolean isDamaged;
    private boolean isUnreadable;
    private boolean isComplete;
    private SegmentEnd end = SegmentEnd.NONE;
    private long frames;
    /** Value of {@link FrameChain} that the next frame must have. */
    private long nextChain;

    private boolean isChainUnknown;
    private long results;
    private long lowWatermark = NONE;
    private SegmentGroups groups = SegmentGroups.NONE;
    private SegmentHead head;

    /**
     * A reader that stands before the first frame.
     *
     * @param journal id of the journal.
     * @param sealed  what the manifest says of the segment, or {@code null}.
     * @param before  chain hash of the segment before, or {@code null} if that is not known.
     */
    SegmentReader(
            Segment segment, int journal, SealedSegment sealed, ChainHash.Value before, ProblemListener listener) {
        this.segment = segment;
        this.journal = journal;
        this.sealed = sealed;
        this.before = before;
        this.listener = listener;
    }

    /** Returns a reader of what a segment says, whatever the manifest says, that passes over damage without a word. */
    static SegmentReader probe(Segment segment, int journal) {
        return new SegmentReader(segment, journal, null, null, problem -> {});
    }

    /** Reads this data file of the segment; {@code null} to search for it. */
    SegmentReader reading(Path dataFile) {
        file = dataFile;
        return this;
    }

    /** Sets the sequence up to which all have their results in segments before: damage here does not concern them. */
    SegmentReader after(long watermark) {
        lowWatermark = watermark;
        return this;
    }

    /** Sets the segment before; {@code null} if it is not known. */
    SegmentReader goesOnFrom(SealedSegment segmentBefore) {
        if (segmentBefore != null) {
            claims.goOnFrom(segmentBefore);
        }
        return this;
    }

    /** Reads on after the segment's end, where there should be nothing. */
    SegmentReader beyondEnd() {
        beyondEnd = true;
        return this;
    }

    /** Validates every result: a frame that fails is reported, where otherwise reading its results throws. */
    SegmentReader thorough() {
        isThorough = true;
        return this;
    }

    /** Goes to a frame, over those between it and the head. */
    SegmentReader startAt(FrameSeeker.Place place) {
        if (place != null && place.ordinal() > 0 && next()) {
            scanner.startAt(place.offset(), place.ordinal());
            frames = place.ordinal();
            isChainUnknown = true;
            isPartial = true;
        }
        return this;
    }

    /** Sets the account of a segment that was sealed meanwhile. */
    void sealed(SealedSegment account) {
        sealed = account;
    }

    /** Goes to the next good frame; {@code false} if there is none now. */
    boolean next() {
        if (isOver() && !beyondEnd || isUnreadable) {
            frame.clear();
            return false;
        }
        if (openFile()) {
            while ((sealed == null || !isComplete || end != SegmentEnd.NONE) && scanner.next()) {
                frame.wrap(scanner.buffer(), scanner.frame());
                if (take()) {
                    return true;
                }
                if (isUnreadable) {
                    break;
                }
            }
        }
        frame.clear();
        checkComplete();
        return false;
    }

    private boolean openFile() {
        if (scanner == null) {
            file = file != null ? file : DataFileSelector.of(segment, journal, sealed, listener);
            FileWindow window = file == null ? null : FileWindow.open(file);
            if (window != null) {
                scanner = new SegmentScanner(segment, journal, window, this::onProblem);
            }
        }
        return scanner != null;
    }

    private boolean take() {
        if (!FrameLayout.isKnown(frame.version())) {
            isUnreadable = true;
            return refuse(
                    ProblemKind.UNSUPPORTED,
                    "it is of version " + frame.version() + ", but the newest that can be read is "
                            + FrameLayout.VERSION);
        }
        if (frame.journal() != journal) {
            return refuse(ProblemKind.CORRUPT, "it belongs to another journal");
        }
        if (frame.segment() != (int) segment.number()) {
            return refuse(ProblemKind.CORRUPT, "it belongs to segment " + frame.segment());
        }
        if (end != SegmentEnd.NONE) {
            return refuse(ProblemKind.CORRUPT, "it stands after the end of the segment");
        }
        if (!frame.isWellFormed()
                || (frame.type() == FrameLayout.TYPE_HEAD) != (frame.ordinal() == 0)
                || isThorough && !frame.areResultsWellFormed()) {
            return refuse(ProblemKind.CORRUPT, "its checksum is right, but it contradicts itself");
        }
        checkClaims();
        checkTimeline();
        frames = frame.ordinal() + 1L;
        results += frame.resultCount();
        switch (frame.type()) {
            case FrameLayout.TYPE_HEAD -> takeHead();
            case FrameLayout.TYPE_END -> takeEnd();
            default -> addToChain();
        }
        lowWatermark = frame.lowWatermark();
        if (sealed != null && frames >= sealed.size().frames()) {
            isComplete = true;
            checkHash(sealed.atEnd().chain(), "the manifest");
        }
        return true;
    }

    /** Reports claims about earlier frames that cannot be; the frame's own results are good all the same. */
    private void checkClaims() {
        if (isThorough) {
            String contradiction = claims.contradiction(frame, frame.ordinal() == frames && !isChainUnknown);
            if (contradiction != null) {
                report(ProblemKind.CORRUPT, Optional.empty(), "its checksum is right, but " + contradiction);
            }
        }
    }

    /** Reports a frame that does not continue the one before it, as that one was when it was written. */
    private void checkTimeline() {
        if (frame.version() == FrameLayout.FIRST_VERSION) {
            return;
        }
        long expected = frame.type() == FrameLayout.TYPE_HEAD
                ? FrameChain.first(frame.head().chain())
                : nextChain;
        if (frame.frameChain() != expected && frame.ordinal() == frames && !isChainUnknown) {
            report(
                    ProblemKind.CORRUPT,
                    Optional.empty(),
                    "it does not go on from the frame before it, which another course of events has left");
        }
        nextChain = FrameChain.next(frame.frameChain(), frame.crc());
        isChainUnknown = false;
    }

    private void takeHead() {
        head = frame.head();
        groups = new SegmentGroups(segment.number(), head.groups());
        if (before == null) {
            before = head.chain();
        } else if (!before.equals(head.chain())) {
            report(ProblemKind.CORRUPT, Optional.empty(), "its chain hash is not that of the segment before");
        }
        chain = new ChainHash(before, journal, (int) segment.number());
        addToChain();
    }

    private void addToChain() {
        if (chain != null) {
            chain.add(frame.crc());
        }
    }

    private void takeEnd() {
        SegmentTrailer trailer = frame.trailer();
        end = trailer.end();
        checkHash(trailer.chain(), "its end");
        if (!isPartial && results != trailer.results()) {
            report(
                    ProblemKind.HOLE,
                    Optional.empty(),
                    trailer.results() + " results were written, but " + results + " are here");
        }
    }

    private void checkHash(ChainHash.Value expected, String whose) {
        if (!isPartial && chain != null && !hash().equals(expected)) {
            report(
                    ProblemKind.CORRUPT,
                    Optional.empty(),
                    "the segment's chain hash is not the one that " + whose + " says");
        }
    }

    /** Reports a sealed segment that lacks frames of the manifest. */
    private void checkComplete() {
        if (sealed == null || isComplete || isUnreadable) {
            return;
        }
        isComplete = true;
        if (frames < sealed.size().frames()) {
            String what = "the manifest says " + sealed.size().frames() + " frames, but ";
            onProblem(
                    scanner == null
                            ? JournalProblem.inSegment(
                                    ProblemKind.MISSING_SEGMENT, segment, what + "its data file is missing")
                            : JournalProblem.inFrame(
                                    ProblemKind.HOLE,
                                    segment,
                                    frames,
                                    scanner.position(),
                                    what + "after " + frames + " there is nothing"));
        }
    }

    /** Reports that more was acknowledged than is here, unless damage was reported before. */
    void reportLost(JournalMark.Found mark) {
        if (isDamaged) {
            return;
        }
        String what = mark.acknowledged().describe() + ", but "
                + (scanner == null ? "its data file is missing" : "after " + frames + " frames there is nothing");
        ProblemKind kind = mark.isPowerLoss()
                ? ProblemKind.POWER_LOSS
                : scanner == null ? ProblemKind.MISSING_SEGMENT : ProblemKind.HOLE;
        onProblem(
                scanner == null
                        ? JournalProblem.inSegment(kind, segment, what)
                        : JournalProblem.inFrame(kind, segment, frames, scanner.position(), what));
    }

    /** Adds the sequences that may be lost to a problem by which results are lost. */
    private void onProblem(JournalProblem problem) {
        if (!problem.kind().isDamage()) {
            listener.onProblem(problem);
            return;
        }
        isDamaged = true;
        isPartial |= problem.kind() != ProblemKind.BAD_HEADER;
        boolean isLoss = problem.kind().isLoss();
        long first = lowWatermark + 1;
        long last = isLoss ? LostSequences.highest(scanner, problem.fileOffset().orElse(NONE), sealed) : NONE;
        Optional<SequenceRange> lost =
                isLoss && (last == NONE || last >= first) ? SequenceRange.between(first, last) : Optional.empty();
        listener.onProblem(lost.map(problem::among).orElse(problem));
    }

    private boolean refuse(ProblemKind kind, String what) {
        report(kind, Optional.empty(), what);
        return false;
    }

    /** Reports a problem with the present frame that concerns some sequences. */
    void report(ProblemKind kind, SequenceRange sequences, String what) {
        report(kind, Optional.of(sequences), what);
    }

    void report(ProblemKind kind, Optional<SequenceRange> sequences, String what) {
        isPartial = true;
        isDamaged = true;
        listener.onProblem(
                JournalProblem.inFrame(kind, segment, frame.ordinal(), scanner.frameOffset(), sequences, what));
    }

    /** Returns the present frame, before its first result; it stands on none if {@link #next()} returned {@code false}. */
    FrameDecoder frame() {
        return frame;
    }

    Segment segment() {
        return segment;
    }

    /** Returns the file that is read, once there is a frame. */
    Path dataFile() {
        return file;
    }

    /** Returns the offset of the present frame in the data file. */
    long frameOffset() {
        return scanner.frameOffset();
    }

    /** Returns the position in the data file: after {@link #next()}, the end of the frame. */
    long position() {
        return scanner == null ? 0 : scanner.position();
    }

    /** Tells whether nothing more will come. */
    boolean isOver() {
        return isComplete || end != SegmentEnd.NONE;
    }

    /** Returns how the segment ended, as far as it was read: NONE, CLOSED or ROLLED. */
    SegmentEnd end() {
        return end;
    }

    /** Tells whether the segment was read from its first frame on, and without damage. */
    boolean isIntact() {
        return !isPartial;
    }

    /** Returns the number of frames before the position of the reader. */
    long frames() {
        return frames;
    }

    /** Returns the low watermark of the last frame that was read. */
    long lowWatermark() {
        return lowWatermark;
    }

    /** Returns the chain hash of a segment read completely, {@code null} otherwise. Nothing can be read afterwards. */
    ChainHash.Value hash() {
        if (hash == null && chain != null && !isPartial) {
            hash = chain.end();
        }
        return hash;
    }

    List<JournalGroup> groups() {
        return groups.groups();
    }

    /** Returns the groups as of this segment; they are the same object for all its frames. */
    SegmentGroups segmentGroups() {
        return groups;
    }

    /** Returns its head; {@code null} as long as that was not read. */
    SegmentHead head() {
        return head;
    }

    @Override
    public void close() {
        isUnreadable = true;
        frame.clear();
        CloseHelper.close(scanner);
    }
}
