package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out how a journal was left, and what has to be done before it can be written again; {@link JournalRepair} does it.
 * Sealed segments are not read: so recovery takes no longer for a longer journal.
 * <p>
 * The frames of the last segments are good up to the first one that is missing or damaged. If that frame was not
 * acknowledged, as far as the mark and all other frames tell, the segment is sealed with the frames before it, and its file is
 * left as it is. If it was acknowledged, a result is lost, and the journal is refused.
 */
final class JournalRecovery {
    private final Path dir;
    private final RecoveryFindings findings;
    private final UnsealedSegments unsealed;
    private final List<SegmentTail> tails;
    private final Manifest manifest;
    private final boolean isManifestLost;
    private final boolean isCopied;
    private final long startNs = System.nanoTime();
    private final List<ForeignSnapshots.Foreign> foreign;
    private SequenceTracker sequences;

    /** Finds out. Changes nothing. */
    JournalRecovery(Path dir, ProgressListener progress) {
        this.dir = dir;
        BackupTarget.checkComplete(dir); // Once more: a backup that comes into its place looks whether this was begun.
        ForeignSnapshots snapshots = new ForeignSnapshots(dir);
        JournalMark.Found mark = JournalMark.read(dir); // First, for a journal that is being written moves on.
        List<JournalProblem> ofManifest = new ArrayList<>();
        this.manifest = ManifestFile.readOrGuess(dir, ofManifest::add);
        this.isManifestLost = !ofManifest.isEmpty();
        this.isCopied = !isManifestLost && ManifestFile.isCopied(dir);
        this.findings = new RecoveryFindings(dir, manifest, isCopied, ofManifest);
        checkBeginning(ofManifest);
        checkSealed();
        boolean isMarked = mark != null && mark.journal() == manifest.journal();
        this.unsealed = new UnsealedSegments(dir, manifest, isManifestLost, isMarked ? mark : null, findings, progress);
        this.tails = unsealed.tails();
        checkClaims();
        checkAcknowledged();
        if (findings.isGood() && isCopied && endsInRoll()) {
            findings.refuse(JournalProblem.inJournal(
                    ProblemKind.MISSING_SEGMENT,
                    SequenceRange.from(unsealed.lowWatermark() + 1),
                    "its last segment goes on in another one"));
        }
        this.sequences = new SequenceTracker(unsealed.lowWatermark() + 1);
        if (findings.isGood() && highestSequence() > unsealed.lowWatermark()) {
            trackSequences();
        }
        checkDone();
        List<ForeignSnapshots.Foreign> ofOthers =
                findings.isGood() && !isNew() ? snapshots.find(Timeline.of(this)) : List.of();
        checkSnapshots(ofOthers);
        this.foreign = findings.isGood() ? ofOthers : List.of();
        for (ForeignSnapshots.Foreign snapshot : foreign) {
            findings.add(JournalProblem.inJournal(ProblemKind.FOREIGN_SNAPSHOT, snapshot.reason()));
        }
    }

    private void checkBeginning(List<JournalProblem> ofManifest) {
        if (isManifestLost) {
            checkGuess(ofManifest.get(0));
            return;
        }
        JournalProblem contradiction = FirstHead.contradiction(dir, manifest);
        if (contradiction != null) {
            findings.refuse(contradiction);
        }
    }

    private void checkGuess(JournalProblem lost) {
        if (lost.kind() == ProblemKind.UNSUPPORTED) {
            findings.refuse(lost);
        } else if (manifest.journal() == Manifest.NO_JOURNAL || manifest.firstSegment() > 0) {
            findings.refuse(JournalProblem.ofManifest("it cannot be made again from the segments that are there"));
        }
    }

    private void checkSealed() {
        for (SealedSegment sealed : manifest.sealed()) {
            Segment segment = JournalFolder.segment(dir, sealed.number());
            List<Path> files = segment.dataFiles();
            long length = Segment.longest(files);
            if (length < sealed.size().fileLength()) {
                String what = files.isEmpty()
                        ? "its data file is missing"
                        : "its data file has " + length + " bytes, but its frames took "
                                + sealed.size().fileLength();
                findings.refuseSealed(JournalProblem.inSegment(
                        length == 0 ? ProblemKind.MISSING_SEGMENT : ProblemKind.HOLE, segment, what));
            }
            if (files.size() > 1) {
                DataFileSelector.of(segment, manifest.journal(), sealed, findings::refuse);
            }
        }
    }

    /** Checks low watermark and highest sequence of the last frames: they are claims, and there must be results for them. */
    private void checkClaims() {
        long first = firstSequence();
        long results = manifest.sealed().stream()
                .mapToLong(segment -> segment.contents().results())
                .sum();
        for (SegmentTail tail : tails) {
            SealedSegment account = tail.account();
            results += account.contents().results();
            if (account.atEnd().lowWatermark() >= first + results) {
                findings.refuse(JournalProblem.inSegment(
                        ProblemKind.CORRUPT,
                        tail.segment(),
                        "its low watermark cannot be " + account.atEnd().lowWatermark() + ", when up to here there are "
                                + results + " results from sequence " + first + " on"));
            }
        }
        if (highestSequence() - unsealed.lowWatermark() > SequenceTracker.MAX_AHEAD) {
            findings.refuse(JournalProblem.inJournal(
                    ProblemKind.CORRUPT,
                    "its highest sequence cannot be " + highestSequence() + ", when " + (unsealed.lowWatermark() + 1)
                            + " has no result"));
        }
        String contradiction = findings.isGood() && !isNew() ? ManifestClaims.contradiction(repaired(manifest)) : null;
        if (contradiction != null) {
            findings.refuse(JournalProblem.inJournal(
                    ProblemKind.CORRUPT, "its frames contradict what is sealed: " + contradiction));
        }
    }

    /** Returns the first sequence; without a manifest, as the first frame declares it. */
    private long firstSequence() {
        return isManifestLost && !tails.isEmpty() ? tails.get(0).firstLowWatermark() + 1 : manifest.firstSequence();
    }

    /** Returns the manifest after a repair, except for the epoch: all that is kept is sealed. */
    Manifest repaired(Manifest present) {
        Manifest result = isManifestLost ? present.from(firstSequence(), present.needed()) : present;
        if (unsealed.isPowerLoss()) {
            result = result.with(result.binding().lacking());
        }
        for (SegmentTail tail : tails) {
            result = result.withSealed(tail.seal());
        }
        return result.withBegunOnly(result.nextSegment() - 1);
    }

    /** Tells whether a loss of power may have taken acknowledged results, now or earlier, that were not made good yet. */
    boolean mayLack() {
        return unsealed.isPowerLoss() || manifest.binding().mayLack();
    }

    /** Checks that what was acknowledged is there. */
    private void checkAcknowledged() {
        Acknowledged acknowledged = unsealed.acknowledged();
        SegmentTail last = tails.isEmpty() ? null : tails.get(tails.size() - 1);
        long lastNumber = last != null ? last.segment().number() : manifest.nextSegment() - 1;
        long frames = last != null
                ? last.frames()
                : manifest.last() != null ? manifest.last().size().frames() : 0;
        JournalProblem damage = last == null ? null : last.damageAfter();
        boolean isLost = acknowledged.position() > FramePlace.position(lastNumber + 1, 0)
                || last != null && acknowledged.framesOf(lastNumber) > frames;
        String what = acknowledged.describe() + ", but "
                + (frames == 0 ? "" : "after frame " + (frames - 1) + " of segment " + lastNumber + " ")
                + "there is nothing";
        if (unsealed.isMarkLost() && !isLost) {
            isLost = damage != null || endsInRoll() || unsealed.isEndUnknown();
            what = "it ends in the middle, and how far it was acknowledged is not known";
        }
        if (!isLost) {
            if (damage != null) {
                findings.replaceDamage(
                        last.segment(),
                        frames,
                        JournalProblem.inFrame(
                                ProblemKind.TORN_TAIL,
                                last.segment(),
                                frames,
                                damage.fileOffset().orElseThrow(),
                                "it and what follows was not acknowledged, and did not all get to the disk"));
            }
        } else if (unsealed.isPowerLoss()) {
            findings.add(JournalProblem.inJournal(ProblemKind.POWER_LOSS, what));
        } else if (damage != null) {
            findings.refuse(damage);
        } else {
            ProblemKind kind = last == null ? ProblemKind.MISSING_SEGMENT : ProblemKind.HOLE;
            findings.refuse(JournalProblem.inJournal(kind, SequenceRange.from(unsealed.lowWatermark() + 1), what));
        }
    }

    /**
     * Checks that a copy has the snapshots it needs: some may have come after snapshots were copied, and retention may then have
     * deleted the results from which their state would be rebuilt.
     */
    private void checkSnapshots(List<ForeignSnapshots.Foreign> ofOthers) {
        boolean keepsState = manifest.needed() != Manifest.NOTHING_NEEDED
                && !manifest.binding().isOfInput();
        if (findings.isGood() && isCopied && keepsState && manifest.firstSequence() > 0) {
            List<String> unused =
                    ofOthers.stream().map(ForeignSnapshots.Foreign::name).toList();
            boolean isCovered = SnapshotFile.newestFirst(dir).stream()
                    .filter(file -> !unused.contains(file.getFileName().toString()))
                    .anyMatch(file -> SnapshotFile.coveredBy(file) + 1 >= manifest.firstSequence());
            if (!isCovered) {
                findings.refuse(JournalProblem.inJournal(
                        ProblemKind.COPIED_IN_MOTION,
                        "the state of handlers cannot be rebuilt: results before sequence " + manifest.firstSequence()
                                + " were given up, and no snapshot covers them"));
            }
        }
    }

    /** Tells whether a segment must follow the last one that is good. */
    boolean endsInRoll() {
        SealedSegment last = unsealed.last();
        return last != null && last.end() == SegmentEnd.ROLLED;
    }

    /** Finds the sequences above the low watermark that have results. */
    private void trackSequences() {
        RecoveredResults.Handler track = (groups, result) -> {
            if (!sequences.isTooFar(result.sequence())) {
                sequences.add(result.sequence());
            }
        };
        results().from(unsealed.lowWatermark() + 1, track, findings::refuseDamage, ProgressListener.NONE);
        if (findings.isGood() && sequences.highest() != highestSequence()) {
            findings.refuse(JournalProblem.inJournal(
                    ProblemKind.CORRUPT,
                    "its highest sequence cannot be " + highestSequence() + ", when that of its results is "
                            + sequences.highest()));
        }
    }

    /**
     * Checks that there are enough results for what is declared as done, not counting those above it: otherwise some sequence would
     * silently have none. Only a reader of all results can tell which one.
     */
    private void checkDone() {
        long done = sequences.next() - firstSequence();
        if (findings.isGood() && !isNew() && done > resultCount() - sequences.ahead()) {
            findings.refuse(JournalProblem.inJournal(
                    ProblemKind.GAP,
                    "all from sequence " + firstSequence() + " to " + (sequences.next() - 1)
                            + " should have a result, but there are " + resultCount() + ", " + sequences.ahead()
                            + " of them of higher sequences"));
        }
    }

    /** Returns the results that a repair keeps. */
    RecoveredResults results() {
        return new RecoveredResults(dir, manifest, tails, unsealed.acknowledged());
    }

    /** Returns a problem under its final name, see {@link RecoveryFindings#named}. */
    JournalProblem named(JournalProblem problem) {
        return findings.named(problem);
    }

    /** Tells whether the journal would be accepted. */
    boolean isGood() {
        return findings.isGood();
    }

    /** Throws if the journal is damaged. */
    void check() {
        if (!findings.isGood()) {
            throw new JournalDamagedException(findings.named(findings.refusal()));
        }
    }

    /** Throws unless it has frames that this version can read. */
    void checkReadable() {
        if (!findings.isGood() && findings.refusal().kind() == ProblemKind.UNSUPPORTED) {
            check();
        }
        if (manifest.journal() == Manifest.NO_JOURNAL) {
            throw new JournalException("journal " + dir + " has no frame that is intact");
        }
    }

    /** Tells whether there is no journal yet. */
    boolean isNew() {
        return manifest.journal() == Manifest.NO_JOURNAL;
    }

    long highestSequence() {
        return unsealed.last() == null
                ? manifest.firstSequence() - 1
                : unsealed.last().atEnd().highestSequence();
    }

    long latestTimeNs() {
        return unsealed.last() == null ? 0 : unsealed.last().atEnd().latestTimeNs();
    }

    /** Returns how many sequences below the highest have no result. */
    long missing() {
        return sequences.missing();
    }

    /** Returns the sequences that have results. */
    SequenceTracker sequences() {
        return sequences;
    }

    long resultCount() {
        long results = 0;
        for (SealedSegment sealed : manifest.sealed()) {
            results += sealed.contents().results();
        }
        for (SegmentTail tail : tails) {
            results += tail.seal().contents().results();
        }
        return results;
    }

    Manifest manifest() {
        return manifest;
    }

    /** Returns how far the journal is known to be acknowledged, by the mark and by all frames that are not sealed. */
    Acknowledged acknowledged() {
        return unsealed.acknowledged();
    }

    /** Returns the places in the other one of a journal and its input journal that its last runs noted, the latest first. */
    List<PeerPlace> peers() {
        return JournalMark.peers(dir, manifest.journal());
    }

    /** Tells whether the journal was copied by other means than a backup, and not written since. */
    boolean isCopied() {
        return isCopied;
    }

    /** Returns what was found, except for sealed segments that are missing or too short. */
    List<JournalProblem> problems() {
        return findings.problems();
    }

    boolean isManifestLost() {
        return isManifestLost;
    }

    /** Returns the segments that are not sealed, none of them empty. */
    List<SegmentTail> tails() {
        return tails;
    }

    /** Returns the segments to be deleted. */
    List<Segment> leftovers() {
        return unsealed.leftovers();
    }

    /** Returns the segments to be kept under another name. */
    List<Segment> keptAside() {
        return unsealed.keptAside();
    }

    /** Returns the snapshots to be set aside: none if the journal is refused. */
    List<ForeignSnapshots.Foreign> foreignSnapshots() {
        return foreign;
    }

    Path dir() {
        return dir;
    }

    /** Returns what was found, and what {@link JournalRepair} would do about it. */
    RecoveryReport report() {
        return new RecoveryReport(
                dir,
                Optional.ofNullable(findings.refusal()).map(findings::named),
                isManifestLost,
                new RecoveryReport.Segments(
                        tails.stream().map(RecoveryReport.Kept::of).toList(),
                        unsealed.leftovers().stream().map(Segment::name).toList(),
                        unsealed.keptAside().stream().map(Segment::name).toList()),
                new RecoveryReport.Sequences(sequences.next() - 1, highestSequence() + 1, missing()),
                findings.all(),
                System.nanoTime() - startNs);
    }
}
