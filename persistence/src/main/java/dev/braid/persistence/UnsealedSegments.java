package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The segments of a journal that are not sealed, as its last writer left them: which are kept, which hold nothing, and which are
 * kept aside. For one thread.
 */
final class UnsealedSegments {
    private final Path dir;
    private final Manifest manifest;
    private final boolean isManifestLost;
    /** The last mark; {@code null} if it is lost. */
    private final JournalMark.Found mark;

    private final boolean isMarkLost;
    private final RecoveryFindings findings;
    private final ProgressListener progress;
    private final List<SegmentTail> tails = new ArrayList<>();
    private final List<Segment> leftovers = new ArrayList<>();
    private final List<Segment> keptAside = new ArrayList<>();
    private Acknowledged acknowledged = Acknowledged.NOTHING;
    /** Head of the last segment that is good so far. */
    private SegmentHead head;

    /**
     * Reads them, and judges what is kept. Changes nothing.
     *
     * @param found    mark of the journal, read before the manifest; {@code null} if there is none.
     * @param findings receives what is found, and refuses the journal where it must.
     */
    UnsealedSegments(
            Path dir,
            Manifest manifest,
            boolean isManifestLost,
            JournalMark.Found found,
            RecoveryFindings findings,
            ProgressListener progress) {
        this.dir = dir;
        this.manifest = manifest;
        this.isManifestLost = isManifestLost;
        this.findings = findings;
        this.progress = progress;
        sortOut();
        List<SegmentTail> all = read();
        this.mark = isLast(found, all) ? found : null;
        // A writer that has just come makes one, and goes on to write: what it has acknowledged since is not asked for.
        this.isMarkLost = mark == null && !isLast(JournalMark.read(dir, manifest.journal()), all);
        this.acknowledged = mark == null ? acknowledged : acknowledged.and(mark.acknowledged());
        judge(all);
    }

    /** Tells whether a mark is there, and no head proves that another one came after it. */
    private static boolean isLast(JournalMark.Found mark, List<SegmentTail> all) {
        return mark != null && all.stream().noneMatch(tail -> mark.isBefore(tail.head()));
    }

    /** Finds segments that can be deleted or kept aside, and refuses those that must not exist. */
    private void sortOut() {
        for (Segment segment : JournalFolder.unfinished(dir)) {
            (SegmentContent.of(segment).isNothing() ? leftovers : keptAside).add(segment);
        }
        for (Segment segment : JournalFolder.segments(dir)) {
            if (segment.number() < manifest.firstSegment()) {
                boolean isOfAnother = SegmentContent.isOfAnother(segment, manifest.journal());
                addLeftover(segment, isOfAnother ? "frames of another journal" : SegmentContent.foreign(segment));
            } else if (segment.number() > manifest.begun()) {
                SegmentContent content = SegmentContent.of(segment);
                if (content.results() == null) {
                    addLeftover(segment, content.foreign());
                } else if (!isBegunSince(segment)) {
                    findings.refuse(JournalProblem.inSegment(
                            ProblemKind.UNKNOWN_SEGMENT,
                            segment,
                            "the journal never began a segment of this number, but it has " + content.results()));
                }
            }
        }
    }

    /** Reads all segments that were begun and not sealed, and what they say was acknowledged. */
    private List<SegmentTail> read() {
        List<SegmentTail> all = new ArrayList<>();
        SealedSegment previous = manifest.last();
        long expected = manifest.nextSegment();
        boolean isWhole = true;
        for (Segment segment : JournalFolder.segments(dir, expected, manifest.begun())) {
            SegmentTail tail = new SegmentTail(segment, manifest, previous, progress);
            all.add(tail);
            acknowledged = acknowledged.and(tail.acknowledged());
            isWhole &= segment.number() == expected++ && !tail.isEmpty() && (all.size() == 1 || tail.follows());
            if (isWhole) {
                previous = tail.account();
                head = tail.head();
            }
        }
        return all;
    }

    /** Decides which of the segments are kept. */
    private void judge(List<SegmentTail> all) {
        long gap = Long.MAX_VALUE; // The first segment that is missing, or does not go on where the one before ends.
        long expected = manifest.nextSegment();
        for (SegmentTail tail : all) {
            Segment segment = tail.segment();
            long number = segment.number();
            if (number > expected) {
                gap = Math.min(gap, expected);
                if (!isNeverBegun(expected)) {
                    return;
                }
            }
            expected = number + 1;
            if (gap > number && (tail.isEmpty() || !tails.isEmpty() && !tail.follows())) {
                gap = number;
            }
            if (tail.isEmpty()) {
                if (!isNothing(tail, number)) {
                    return;
                }
                continue;
            } else if (gap <= number && isNothingAcknowledgedFrom(gap)) {
                keepAside(segment, "it got to the disk, and something before it did not");
                continue;
            } else if (gap < number) {
                findings.refuse(JournalProblem.inSegment(
                        ProblemKind.MISSING_SEGMENT, segment, "a segment before it is missing or holds no frame"));
                return;
            }
            tails.add(tail);
            findings.addAll(tail.problems());
            if (tail.damageWithin() != null) {
                findings.refuse(tail.damageWithin());
                return;
            }
        }
        if (expected <= manifest.begun()) {
            isNeverBegun(expected);
        }
    }

    /** Tells whether a segment without a frame that could be kept is no loss. */
    private boolean isNothing(SegmentTail tail, long number) {
        Segment segment = tail.segment();
        if (segment.dataFiles().isEmpty() && !isNeverBegun(number)) {
            return false;
        }
        SegmentContent content = SegmentContent.of(segment);
        if (content.results() == null) {
            addLeftover(segment, content.foreign());
        } else if (hasHead(segment)) {
            return true; // Written since it was looked for: the journal has a writer, and this one only reads.
        } else if (isNothingAcknowledgedFrom(number) && !SegmentContent.beginsElsewhere(segment, manifest.journal())) {
            keepAside(segment, "it has " + content.results() + ", none acknowledged, but no intact head");
        } else {
            findings.addAll(tail.problems());
            JournalProblem damage = tail.damageAfter();
            findings.refuse(
                    damage != null
                            ? damage
                            : JournalProblem.inSegment(
                                    ProblemKind.CORRUPT,
                                    segment,
                                    "its head is missing or damaged, and it has " + content.results()));
            return false;
        }
        return true;
    }

    /** Tells whether a writer has begun the segment since the manifest was read. */
    private boolean isBegunSince(Segment segment) {
        return segment.number() <= ManifestFile.readOrGuess(dir, problem -> {}).begun() && !isManifestLost;
    }

    private boolean hasHead(Segment segment) {
        try (SegmentReader reader =
                SegmentReader.probe(segment, manifest.journal()).thorough()) {
            return reader.next() && reader.frame().ordinal() == 0;
        }
    }

    /** Tells whether a missing segment was taken back, or only announced, as by a writer of version 1. */
    private boolean isNeverBegun(long number) {
        Segment segment = JournalFolder.segment(dir, number);
        if (JournalFolder.isKeptAside(dir, number)
                || !ManifestFile.readAgain(dir, manifest, problem -> {}).isBegun(number)) {
            return true;
        }
        findings.refuse(JournalProblem.inSegment(
                        ProblemKind.MISSING_SEGMENT, segment, "it is missing, but the manifest says that it was begun")
                .among(SequenceRange.from(lowWatermark() + 1)));
        return false;
    }

    /** @param foreign something in it that is not Braid's, and is left where it is; or {@code null}. */
    private void addLeftover(Segment segment, String foreign) {
        if (foreign == null) {
            leftovers.add(segment);
        } else {
            keptAside.add(segment);
        }
    }

    private void keepAside(Segment segment, String why) {
        keptAside.add(segment);
        findings.add(JournalProblem.inSegment(ProblemKind.TORN_TAIL, segment, why + "; it is kept aside"));
    }

    /** Tells whether it is known that nothing in this segment or after it was acknowledged. */
    private boolean isNothingAcknowledgedFrom(long segment) {
        return mark != null && acknowledged.position() <= FramePlace.position(segment, 0) || isPowerLoss();
    }

    /** Tells whether acknowledged results may be missing because of a loss of power, as far as mark and segments agree on it. */
    boolean isPowerLoss() {
        boolean isMarked = mark != null && mark.isPowerLoss();
        return head == null ? isMarked : head.isPowerLoss() && (mark == null || isMarked);
    }

    /**
     * Tells whether nothing says how far the last writer acknowledged but frames without an end, or a segment that was begun and has
     * none: then any may be missing.
     */
    boolean isEndUnknown() {
        boolean isOpen = tails.isEmpty()
                ? !isManifestLost && manifest.isBegun(manifest.nextSegment())
                : tails.get(tails.size() - 1).isOpen();
        return isMarkLost && isOpen;
    }

    boolean isMarkLost() {
        return isMarkLost;
    }

    /** Returns the last segment that is not empty, {@code null} if there is none. */
    SealedSegment last() {
        return tails.isEmpty() ? manifest.last() : tails.get(tails.size() - 1).seal();
    }

    /** Returns the low watermark that the last frame declares. */
    long lowWatermark() {
        return last() == null ? manifest.firstSequence() - 1 : last().atEnd().lowWatermark();
    }

    /** Returns how far the journal is known to be acknowledged, by the mark and by all frames that are not sealed. */
    Acknowledged acknowledged() {
        return acknowledged;
    }

    /** Returns the segments that are kept, none of them empty. */
    List<SegmentTail> tails() {
        return tails;
    }

    /** Returns the segments to be deleted. */
    List<Segment> leftovers() {
        return leftovers;
    }

    /** Returns the segments to be kept under another name. */
    List<Segment> keptAside() {
        return keptAside;
    }
}
