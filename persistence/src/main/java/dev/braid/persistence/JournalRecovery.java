package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out how a journal was left, and what has to be done before it can be written again; {@link JournalRepair} does it.
 * What is sealed is not read: so it takes no longer for a longer journal.
 * <p>
 * The frames of the last segments are good up to the first one that is missing or damaged. If that one was not
 * acknowledged, as far as the mark and all frames that are there can tell, the segment is sealed with those before it, and its file is left as it is. If it was,
 * something is lost that must not be, and the journal is refused.
 */
final class JournalRecovery {
    private final Path dir;
    private final ProgressListener progress;
    private final List<JournalProblem> problems = new ArrayList<>();
    private final List<JournalProblem> problemsOfSealed = new ArrayList<>();
    private final List<SegmentTail> tails = new ArrayList<>();
    private final List<Segment> leftovers = new ArrayList<>();
    private final List<Segment> keptAside = new ArrayList<>();
    private final Manifest manifest;
    private final boolean isManifestLost;
    private final boolean isCopied;
    private final JournalMark.Found mark;
    private Acknowledged acknowledged;
    /** Of the last segment that is good so far. */
    private SegmentTail.Head head;

    private final long startNs = System.nanoTime();
    private final List<ForeignSnapshots.Foreign> foreign;
    private JournalProblem refusal;
    private SequenceTracker sequences;

    /** Finds out. Changes nothing. */
    JournalRecovery(Path dir, ProgressListener progress) {
        this.dir = dir;
        this.progress = progress;
        BackupTarget.checkComplete(dir); // Once more: a backup that comes into its place looks whether this was begun.
        ForeignSnapshots snapshots = new ForeignSnapshots(dir);
        JournalMark.Found marked = JournalMark.read(dir); // First, for a journal that is being written moves on.
        this.manifest = ManifestFile.readOrGuess(dir, problems::add);
        this.isManifestLost = !problems.isEmpty();
        this.isCopied = !isManifestLost && ManifestFile.isCopied(dir);
        this.mark = marked != null && marked.journal() == manifest.journal() ? marked : null;
        this.acknowledged = mark == null ? Acknowledged.NOTHING : mark.acknowledged();
        checkBeginning();
        checkFolders();
        judgeTails(readTails());
        checkClaims();
        checkAcknowledged();
        if (refusal == null && isCopied && endsInRoll()) {
            refuse(JournalProblem.inJournal(
                    ProblemKind.MISSING_SEGMENT,
                    SequenceRange.from(lowWatermark() + 1),
                    "its last segment goes on in another one"));
        }
        this.sequences = new SequenceTracker(lowWatermark() + 1);
        if (refusal == null && highestSequence() > lowWatermark()) {
            trackSequences();
        }
        checkDone();
        List<ForeignSnapshots.Foreign> ofOthers =
                refusal == null && !isNew() ? snapshots.find(Timeline.of(this)) : List.of();
        checkSnapshots(ofOthers);
        this.foreign = refusal == null ? ofOthers : List.of();
        for (ForeignSnapshots.Foreign snapshot : foreign) {
            problems.add(JournalProblem.inJournal(ProblemKind.FOREIGN_SNAPSHOT, snapshot.reason()));
        }
    }

    private void checkBeginning() {
        if (isManifestLost) {
            checkGuess();
            return;
        }
        JournalProblem contradiction = FirstHead.contradiction(dir, manifest);
        if (contradiction != null) {
            refuse(contradiction);
        }
    }

    private void checkGuess() {
        JournalProblem lost = problems.get(0);
        if (lost.kind() == ProblemKind.UNSUPPORTED) {
            refuse(lost);
        } else if (manifest.journal() == Manifest.NO_JOURNAL || manifest.firstSegment() > 0) {
            refuse(JournalProblem.ofManifest("it cannot be made again from the segments that are there"));
        }
    }

    private void checkFolders() {
        for (SealedSegment sealed : manifest.sealed()) {
            Segment segment = JournalFolder.segment(dir, sealed.number());
            List<Path> files = segment.dataFiles();
            long length = Segment.longest(files);
            if (length < sealed.fileLength()) {
                String what = files.isEmpty()
                        ? "its data file is missing"
                        : "its data file has " + length + " bytes, but its frames took " + sealed.fileLength();
                problemsOfSealed.add(JournalProblem.inSegment(
                        length == 0 ? ProblemKind.MISSING_SEGMENT : ProblemKind.HOLE, segment, what));
                refusal = refusal == null ? problemsOfSealed.get(0) : refusal;
            }
            if (files.size() > 1) {
                DataFileSelector.of(segment, manifest.journal(), sealed, this::refuse);
            }
        }
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
                    refuse(JournalProblem.inSegment(
                            ProblemKind.UNKNOWN_SEGMENT,
                            segment,
                            "the journal never began a segment of this number, but it has " + content.results()));
                }
            }
        }
    }

    /** All that was begun and is not sealed, and from it and the mark how far is acknowledged. */
    private List<SegmentTail> readTails() {
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

    private void judgeTails(List<SegmentTail> all) {
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
                refuse(JournalProblem.inSegment(
                        ProblemKind.MISSING_SEGMENT, segment, "a segment before it is missing or holds no frame"));
                return;
            }
            tails.add(tail);
            problems.addAll(tail.problems());
            if (tail.damageWithin() != null) {
                refuse(tail.damageWithin());
                return;
            }
        }
        if (expected <= manifest.begun()) {
            isNeverBegun(expected);
        }
    }

    /** What the last frames declare as done, and how far they are ahead of it, are claims: there must be results for it. */
    private void checkClaims() {
        long first = firstSequence();
        long results =
                manifest.sealed().stream().mapToLong(SealedSegment::results).sum();
        for (SegmentTail tail : tails) {
            SealedSegment account = tail.account();
            results += account.results();
            if (account.lowWatermark() >= first + results) {
                refuse(JournalProblem.inSegment(
                        ProblemKind.CORRUPT,
                        tail.segment(),
                        "its low watermark cannot be " + account.lowWatermark() + ", when up to here there are "
                                + results + " results from sequence " + first + " on"));
            }
        }
        if (highestSequence() - lowWatermark() > SequenceTracker.MAX_AHEAD) {
            refuse(JournalProblem.inJournal(
                    ProblemKind.CORRUPT,
                    "its highest sequence cannot be " + highestSequence() + ", when " + (lowWatermark() + 1)
                            + " has no result"));
        }
        String contradiction = refusal == null && !isNew() ? ManifestClaims.contradiction(repaired(manifest)) : null;
        if (contradiction != null) {
            refuse(JournalProblem.inJournal(
                    ProblemKind.CORRUPT, "its frames contradict what is sealed: " + contradiction));
        }
    }

    /** Without a manifest, as the first frame declares it. */
    private long firstSequence() {
        return isManifestLost && !tails.isEmpty() ? tails.get(0).firstLowWatermark() + 1 : manifest.firstSequence();
    }

    /** What a repair makes of the present manifest, but for the epoch: all that is kept is sealed. */
    Manifest repaired(Manifest present) {
        Manifest result = isManifestLost ? present.from(firstSequence(), present.needed()) : present;
        if (isPowerLoss()) {
            result = result.with(result.binding().lacking());
        }
        for (SegmentTail tail : tails) {
            result = result.withSealed(tail.seal());
        }
        return result.withBegunOnly(result.nextSegment() - 1);
    }

    /** Whether a segment without a frame that could be kept is no loss. */
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
        } else if (isNothingAcknowledgedFrom(number)) {
            keepAside(segment, "it has " + content.results() + ", none acknowledged, but no intact head");
        } else {
            problems.addAll(tail.problems());
            JournalProblem damage = tail.damageAfter();
            refuse(
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

    /** Whether a writer has begun it since the manifest was read. */
    private boolean isBegunSince(Segment segment) {
        return segment.number() <= ManifestFile.readOrGuess(dir, problem -> {}).begun() && !isManifestLost;
    }

    private boolean hasHead(Segment segment) {
        try (SegmentReader reader =
                new SegmentReader(segment, manifest.journal(), null, null, problem -> {}).thorough()) {
            return reader.next() && reader.frame().ordinal() == 0;
        }
    }

    /** Whether a segment that is not there was taken back, or only announced, as by a writer of version 1. */
    private boolean isNeverBegun(long number) {
        Segment segment = JournalFolder.segment(dir, number);
        if (JournalFolder.isKeptAside(dir, number)
                || !ManifestFile.readAgain(dir, manifest, problem -> {}).isBegun(number)) {
            return true;
        }
        refuse(JournalProblem.inSegment(
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
        problems.add(JournalProblem.inSegment(ProblemKind.TORN_TAIL, segment, why + "; it is kept aside"));
    }

    /** Whether nothing in this segment or after it was, where that can be told. */
    private boolean isNothingAcknowledgedFrom(long segment) {
        return mark != null && acknowledged.position() <= FramePlace.position(segment, 0) || isPowerLoss();
    }

    /** Whether a loss of power may have taken what was acknowledged, now or before, and that was not made good yet. */
    boolean mayLack() {
        return isPowerLoss() || manifest.binding().mayLack();
    }

    /** What was acknowledged need not be there then. The mark and the segments have to agree on it. */
    boolean isPowerLoss() {
        boolean isMarked = mark != null && mark.isPowerLoss();
        return head == null ? isMarked : head.isPowerLoss() && (mark == null || isMarked);
    }

    /** What was acknowledged must be there. */
    private void checkAcknowledged() {
        SegmentTail last = tails.isEmpty() ? null : tails.get(tails.size() - 1);
        long lastNumber = last != null ? last.segment().number() : manifest.nextSegment() - 1;
        long frames = last != null
                ? last.frames()
                : manifest.last() != null ? manifest.last().frames() : 0;
        JournalProblem damage = last == null ? null : last.damageAfter();
        boolean isLost = acknowledged.position() > FramePlace.position(lastNumber + 1, 0)
                || last != null && acknowledged.framesOf(lastNumber) > frames;
        String what = acknowledged.describe() + ", but "
                + (frames == 0 ? "" : "after frame " + (frames - 1) + " of segment " + lastNumber + " ")
                + "there is nothing";
        if (mark == null && !isLost) {
            isLost = damage != null || endsInRoll();
            what = "it ends in the middle, and how far it was acknowledged is not known";
        }
        if (!isLost) {
            if (damage != null) {
                problems.removeIf(problem -> problem.isIn(last.segment())
                        && problem.frame().orElse(-1) >= frames
                        && problem.kind().isDamage());
                problems.add(JournalProblem.inFrame(
                        ProblemKind.TORN_TAIL,
                        last.segment(),
                        frames,
                        damage.fileOffset().orElseThrow(),
                        "it and what follows was not acknowledged, and did not all get to the disk"));
            }
        } else if (isPowerLoss()) {
            problems.add(JournalProblem.inJournal(ProblemKind.POWER_LOSS, what));
        } else if (damage != null) {
            refuse(damage);
        } else {
            ProblemKind kind = last == null ? ProblemKind.MISSING_SEGMENT : ProblemKind.HOLE;
            refuse(JournalProblem.inJournal(kind, SequenceRange.from(lowWatermark() + 1), what));
        }
    }

    /**
     * In a copy, snapshots may be missing that came after those had been copied, and for which retention then gave up what the
     * state would be rebuilt from.
     */
    private void checkSnapshots(List<ForeignSnapshots.Foreign> ofOthers) {
        boolean keepsState = manifest.needed() != Manifest.NOTHING_NEEDED
                && !manifest.binding().isOfInput();
        if (refusal == null && isCopied && keepsState && manifest.firstSequence() > 0) {
            List<String> unused =
                    ofOthers.stream().map(ForeignSnapshots.Foreign::name).toList();
            boolean isCovered = SnapshotFile.newestFirst(dir).stream()
                    .filter(file -> !unused.contains(file.getFileName().toString()))
                    .anyMatch(file -> SnapshotFile.coveredBy(file) + 1 >= manifest.firstSequence());
            if (!isCovered) {
                refuse(JournalProblem.inJournal(
                        ProblemKind.COPIED_IN_MOTION,
                        "the state of handlers cannot be rebuilt: results before sequence " + manifest.firstSequence()
                                + " were given up, and no snapshot covers them"));
            }
        }
    }

    /** Whether another segment has to follow the last one that is good. */
    boolean endsInRoll() {
        SealedSegment last = last();
        return last != null && last.end() == SegmentEnd.ROLLED;
    }

    private void refuse(JournalProblem problem) {
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
        if (refusal == null) {
            refusal = problem;
        }
    }

    /** Which sequences above the low watermark have results. */
    private void trackSequences() {
        RecoveredResults.Handler track = result -> {
            if (!sequences.isTooFar(result.sequence())) {
                sequences.add(result.sequence());
            }
        };
        results().from(lowWatermark() + 1, track, this::refuseDamage, ProgressListener.NONE);
        if (refusal == null && sequences.highest() != highestSequence()) {
            refuse(JournalProblem.inJournal(
                    ProblemKind.CORRUPT,
                    "its highest sequence cannot be " + highestSequence() + ", when that of its results is "
                            + sequences.highest()));
        }
    }

    /**
     * What is declared as done has results, of which those do not count that are beyond it: were there fewer, some sequence
     * would have none for good, without a word. Which one, only those tell who read all.
     */
    private void checkDone() {
        long done = sequences.next() - firstSequence();
        if (refusal == null && !isNew() && done > resultCount() - sequences.ahead()) {
            refuse(JournalProblem.inJournal(
                    ProblemKind.GAP,
                    "all from sequence " + firstSequence() + " to " + (sequences.next() - 1)
                            + " should have a result, but there are " + resultCount() + ", " + sequences.ahead()
                            + " of them of higher sequences"));
        }
    }

    /** What a repair keeps. */
    RecoveredResults results() {
        return new RecoveredResults(dir, manifest, tails);
    }

    private void refuseDamage(JournalProblem problem) {
        if (problem.kind().isDamage()) {
            refuse(problem);
        }
    }

    /**
     * What a problem is called. In a copy, what does not fit together at its end need not be damage: it is what a copy lacks
     * whose files were copied one after the other, while the journal was written. Nobody can tell it from damage after that.
     */
    JournalProblem named(JournalProblem problem) {
        boolean isOfMotion =
                switch (problem.kind()) {
                    case HOLE, GAP, MISSING_SEGMENT, UNKNOWN_SEGMENT, COPIED_IN_MOTION -> true;
                    case CORRUPT, BAD_HEADER -> isUnsealed(problem);
                    default -> false;
                };
        return isCopied && isOfMotion ? problem.inCopy() : problem;
    }

    private boolean isUnsealed(JournalProblem problem) {
        Segment segment = problem.place(dir);
        return segment != null && manifest.sealed(segment.number()) == null;
    }

    /** Whether it would not be refused. */
    boolean isGood() {
        return refusal == null;
    }

    /** Throws if the journal is damaged. */
    void check() {
        if (refusal != null) {
            throw new JournalDamagedException(named(refusal));
        }
    }

    /** Throws unless it has frames that this version can read. */
    void checkReadable() {
        if (refusal != null && refusal.kind() == ProblemKind.UNSUPPORTED) {
            check();
        }
        if (manifest.journal() == Manifest.NO_JOURNAL) {
            throw new JournalException("journal " + dir + " has no frame that is intact");
        }
    }

    /** Whether there is no journal yet. */
    boolean isNew() {
        return manifest.journal() == Manifest.NO_JOURNAL;
    }

    /** The last segment that is not empty, {@code null} if there is none. */
    private SealedSegment last() {
        return tails.isEmpty() ? manifest.last() : tails.get(tails.size() - 1).seal();
    }

    /** As declared by the last frame. */
    private long lowWatermark() {
        return last() == null ? manifest.firstSequence() - 1 : last().lowWatermark();
    }

    long highestSequence() {
        return last() == null ? manifest.firstSequence() - 1 : last().highestSequence();
    }

    long latestTimeNs() {
        return last() == null ? 0 : last().latestTimeNs();
    }

    /** How many sequences below the highest have no result. */
    long missing() {
        return sequences.missing();
    }

    /** Which sequences have results. */
    SequenceTracker sequences() {
        return sequences;
    }

    long resultCount() {
        long results = 0;
        for (SealedSegment sealed : manifest.sealed()) {
            results += sealed.results();
        }
        for (SegmentTail tail : tails) {
            results += tail.seal().results();
        }
        return results;
    }

    Manifest manifest() {
        return manifest;
    }

    /** How far it is known to be, by the mark and by all frames that are not sealed. */
    Acknowledged acknowledged() {
        return acknowledged;
    }

    /** Whether it was copied by other means than a backup, and not written since. */
    boolean isCopied() {
        return isCopied;
    }

    /** What was found, but for sealed segments that are missing or too short. */
    List<JournalProblem> problems() {
        return problems.stream().map(this::named).toList();
    }

    boolean isManifestLost() {
        return isManifestLost;
    }

    /** Segments that are not sealed, and not empty. */
    List<SegmentTail> tails() {
        return tails;
    }

    /** Segments to be deleted. */
    List<Segment> leftovers() {
        return leftovers;
    }

    /** Segments to be kept under another name. */
    List<Segment> keptAside() {
        return keptAside;
    }

    /** Snapshots to be set aside: none where the journal is refused. */
    List<ForeignSnapshots.Foreign> foreignSnapshots() {
        return foreign;
    }

    Path dir() {
        return dir;
    }

    /** What was found, and what {@link JournalRepair} would do about it. */
    RecoveryReport report() {
        List<JournalProblem> all = new ArrayList<>(problemsOfSealed);
        all.addAll(problems);
        return new RecoveryReport(
                dir,
                Optional.ofNullable(refusal).map(this::named),
                isManifestLost,
                tails.stream().map(RecoveryReport.Kept::of).toList(),
                leftovers.stream().map(Segment::name).toList(),
                keptAside.stream().map(Segment::name).toList(),
                sequences.next() - 1,
                highestSequence() + 1,
                missing(),
                all.stream().map(this::named).toList(),
                System.nanoTime() - startNs);
    }
}
