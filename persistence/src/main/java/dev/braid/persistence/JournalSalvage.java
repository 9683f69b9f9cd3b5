package dev.braid.persistence;

import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalFolder.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads all of a journal that is good, whatever lies in between, and hands it on. A frame is good if its checksum is right,
 * and it belongs to the journal and its segment.
 * <p>
 * Sequences that some good frame or the manifest declares as done, but whose result is nowhere, are lost: they are handed on
 * with the outcome LOST, so that in what is made of this, too, every sequence has exactly one outcome.
 */
final class JournalSalvage {
    static final long AS_MANY_AS_FIT = -1;

    /** Number of LOST sequences that is always allowed. */
    private static final long MIN_LOST = 1 << 20;

    private final JournalRecovery found;
    private final Manifest manifest;
    private final SalvageTarget target;
    private final ProgressListener progress;
    private final Set<JournalProblem> problems = new LinkedHashSet<>();
    private final List<SequenceRange> lost = new ArrayList<>();
    private final List<String> badSnapshots = new ArrayList<>();
    private final SequenceTracker sequences;
    private final long maxLost;
    private final BitSet accepted = new BitSet();
    private final SubStreamOrder order = new SubStreamOrder();
    private final long firstSequence;
    private long results;
    private long duplicates;
    private long lostCount;
    /** Results of sequences up to this one may have stood where the journal is damaged. */
    private long highestConcerned = -1;

    private int snapshots;
    private long doneBytes;
    private final ProgressSteps steps = new ProgressSteps(0);
    private long totalBytes;

    /**
     * @param manifest manifest of the journal, as good as it can be known: see {@link #manifestOf}.
     * @param maxLost  number of sequences that may be declared as LOST, {@link #AS_MANY_AS_FIT} for what the files could have held.
     */
    JournalSalvage(
            JournalRecovery found, Manifest manifest, SalvageTarget target, long maxLost, ProgressListener progress) {
        this.found = found;
        this.manifest = manifest;
        this.target = target;
        this.progress = progress;
        this.firstSequence = manifest.firstSequence();
        this.sequences = new SequenceTracker(firstSequence);
        this.maxLost = maxLost == AS_MANY_AS_FIT ? Math.max(MIN_LOST, fitting(found)) : maxLost;
    }

    /** Returns the most results that the files can hold. */
    private static long fitting(JournalRecovery found) {
        return JournalFolder.segments(found.dir()).stream()
                        .mapToLong(Segment::dataLength)
                        .sum()
                / FrameLayout.RESULT_HEADER_LENGTH;
    }

    /**
     * Returns the manifest that was found, with the first sequence that the first head says. Where it is another journal's, it counts as
     * lost. Where it is lost, and the first segments are not there, it cannot be told whether these
     * were deleted by retention: they are taken to be.
     */
    static Manifest manifestOf(JournalRecovery found) {
        Manifest manifest = found.manifest();
        if (isOfAnother(found.dir(), manifest.journal())) {
            manifest = ManifestFile.guess(found.dir());
        } else if (!found.isManifestLost()) {
            return FirstHead.believed(found.dir(), manifest);
        }
        if (manifest.firstSegment() == 0) {
            return manifest;
        }
        for (Segment segment : JournalFolder.segments(found.dir())) {
            try (SegmentReader reader = SegmentReader.probe(segment, manifest.journal())) {
                if (reader.next()) {
                    FrameDecoder frame = reader.frame();
                    boolean isHead = frame.type() == FrameLayout.TYPE_HEAD;
                    return manifest.from(isHead ? frame.lowWatermark() + 1 : 0, manifest.needed());
                }
            }
        }
        return manifest;
    }

    /** Tells whether all segments are of other journals than the manifest, which then does not belong to them. */
    private static boolean isOfAnother(Path dir, int journal) {
        int others = 0;
        for (Segment segment : JournalFolder.segments(dir)) {
            if (SegmentContent.isOfAnother(segment, journal)) {
                others++;
            } else if (segment.dataLength() > 0) {
                return false;
            }
        }
        return others > 0;
    }

    void run() {
        found.report().problems().forEach(this::onProblem);
        TreeMap<Long, Segment> segments = segments();
        totalBytes = segments.values().stream().mapToLong(Segment::dataLength).sum();
        beginLikeAny(segments.values());
        segments.values().forEach(this::read);
        SealedSegment last = manifest.last();
        if (last != null && last.atEnd().lowWatermark() >= sequences.next()) {
            if (isBelieved(last.atEnd().lowWatermark(), 0)) {
                declare(last.atEnd().lowWatermark());
            } else {
                onProblem(JournalProblem.ofManifest(cannotBe(last.atEnd().lowWatermark())));
            }
        }
        target.seal();
        Timeline timeline = Timeline.ofDamaged(found.dir(), manifest);
        SnapshotFile.newestFirst(found.dir()).forEach(file -> copySnapshot(file, timeline));
        progress.onProgress(totalBytes, totalBytes);
    }

    /**
     * What is part of a snapshot is good even where its result is lost; if the frame that it goes up to is there, for in that
     * journal nothing else can have come in the place of what was lost.
     */
    private void copySnapshot(Path file, Timeline timeline) {
        SnapshotHeader header;
        try {
            header = SnapshotFile.check(file);
            String why = header.place() == null
                    ? "it is of version 1, which does not prove of which course of the journal's events it is"
                    : ForeignSnapshots.whyNot(header, timeline);
            if (why == null && header.highestCovered() > target.lowWatermark()) {
                why = "it is ahead of what could be copied, which ends at sequence " + target.lowWatermark();
            }
            if (why != null) {
                throw new IOException(why);
            }
        } catch (IOException e) {
            badSnapshots.add(file.getFileName() + ": " + e.getMessage());
            return;
        }
        target.addSnapshot(file, header);
        snapshots++;
    }

    /** Returns the segments that are there, and those that should be. */
    private TreeMap<Long, Segment> segments() {
        TreeMap<Long, Segment> segments = new TreeMap<>();
        for (Segment segment : JournalFolder.segments(found.dir())) {
            if (segment.number() >= manifest.firstSegment()) {
                segments.put(segment.number(), segment);
            }
        }
        for (SealedSegment sealed : manifest.sealed()) {
            segments.putIfAbsent(sealed.number(), JournalFolder.segment(found.dir(), sealed.number()));
        }
        return segments;
    }

    /** Begins with the groups of the first head that is good, in case the first head is lost. */
    private void beginLikeAny(Collection<Segment> segments) {
        for (Segment segment : segments) {
            try (SegmentReader reader = SegmentReader.probe(segment, manifest.journal())) {
                if (reader.next() && reader.frame().type() == FrameLayout.TYPE_HEAD) {
                    target.begin(reader.frame().head());
                    return;
                }
            }
        }
    }

    private void read(Segment segment) {
        SealedSegment sealed = manifest.sealed(segment.number());
        try (SegmentReader reader = new SegmentReader(segment, manifest.journal(), sealed, null, this::onProblem)
                .after(sequences.next() - 1)
                .thorough()) {
            while (reader.next()) {
                FrameDecoder frame = reader.frame();
                target.time(frame.timeNs());
                if (frame.type() == FrameLayout.TYPE_HEAD) {
                    target.begin(frame.head());
                } else if (frame.type() == FrameLayout.TYPE_RESULTS) {
                    take(reader);
                    if (accepted.isEmpty() && Timeline.isOfEngine(frame)) {
                        target.hasEngine();
                    }
                }
                declare(reader);
                report(doneBytes + reader.position());
            }
            if (sealed != null && hasResultsOfEngine(sealed) && !reader.groups().isEmpty()) {
                target.hasEngine(); // Even if none of its results is good.
            }
        }
        doneBytes += segment.dataLength();
    }

    private static boolean hasResultsOfEngine(SealedSegment sealed) {
        return sealed.contents().results() > sealed.contents().outcomes().lost();
    }

    /** Takes the results of a frame, after the sequences found to be lost, which were written before them. */
    private void take(SegmentReader reader) {
        FrameDecoder frame = reader.frame();
        boolean isBelieved = isBelieved(frame.lowWatermark(), frame.resultCount());
        accepted.clear();
        for (int i = 0; frame.nextResult(); i++) {
            accepted.set(i, accept(reader, frame.sequence(), isBelieved));
        }
        if (isBelieved) {
            sequences.giveUpTo(frame.lowWatermark(), this::lose);
        }
        frame.rewind();
        for (int i = 0; frame.nextResult(); i++) {
            if (accepted.get(i)) {
                target.add(frame, subStream(reader));
            }
        }
        results += accepted.cardinality();
    }

    /**
     * That of the present result, unless it comes after a later one of the sub-stream: then one of the two belongs to another
     * sub-stream. The result is kept, and belongs to none, for no state can be rebuilt from it.
     */
    private int subStream(SegmentReader reader) {
        int subStream = reader.frame().subStream();
        long sequence = reader.frame().sequence();
        if (subStream < 0) {
            return subStream;
        }
        long last = order.add(reader.groups(), subStream, sequence);
        if (last >= 0) {
            reader.report(
                    ProblemKind.OUT_OF_ORDER,
                    new SequenceRange(sequence, last),
                    "sequence " + sequence + " of sub-stream " + subStream + " comes after " + last
                            + "; it is kept, of no sub-stream");
            return -1;
        }
        return subStream;
    }

    private boolean accept(SegmentReader reader, long sequence, boolean isBelieved) {
        if (sequence < firstSequence) {
            return false; // Given up with the segments before.
        }
        boolean isNearWatermark = isBelieved && sequence - reader.frame().lowWatermark() <= SequenceTracker.MAX_AHEAD;
        if (sequences.isTooFar(sequence) && !isNearWatermark) {
            reader.report(ProblemKind.CORRUPT, SequenceRange.of(sequence), "sequence " + sequence + " cannot be");
            return false;
        }
        boolean isNew = sequences.add(sequence);
        duplicates += isNew ? 0 : 1;
        return isNew;
    }

    /** Believes what a frame declares as done, unless it cannot be. */
    private void declare(SegmentReader reader) {
        long lowWatermark = reader.frame().lowWatermark();
        if (isBelieved(lowWatermark, 0)) {
            declare(lowWatermark);
        } else {
            SequenceRange range = new SequenceRange(sequences.next(), lowWatermark);
            reader.report(ProblemKind.CORRUPT, range, cannotBe(lowWatermark));
        }
    }

    /** @param more results that are not counted yet. */
    private boolean isBelieved(long lowWatermark, int more) {
        return lowWatermark - sequences.next() - sequences.ahead() - more < maxLost - lostCount;
    }

    private String cannotBe(long lowWatermark) {
        return "it declares all up to sequence " + lowWatermark + " as done, but no more than " + maxLost
                + " sequences are taken for LOST: see maxLost, if they were there";
    }

    /** Declares all sequences up to one as done: those that were not seen are lost. */
    private void declare(long lowWatermark) {
        sequences.giveUpTo(lowWatermark, this::lose);
        target.write(lowWatermark);
    }

    private void lose(SequenceRange range) {
        lostCount += range.count();
        if (lost.size() < SalvageReport.MAX_RANGES) {
            lost.add(range);
        }
        for (long sequence = range.first(); sequence <= range.last(); sequence++) {
            target.add(sequence, -1, Outcome.LOST.code());
        }
    }

    private void onProblem(JournalProblem problem) {
        if (problem.kind().isLoss()) {
            problem.sequences().ifPresent(range -> highestConcerned = Math.max(highestConcerned, range.last()));
        }
        if (problems.size() < VerifyReport.MAX_PROBLEMS) {
            problems.add(problem);
        }
    }

    private void report(long bytes) {
        if (steps.isDue(bytes)) {
            progress.onProgress(bytes, totalBytes);
        }
    }

    SalvageReport report() {
        return new SalvageReport(
                results,
                duplicates,
                new SalvageReport.Lost(
                        lostCount,
                        List.copyOf(lost),
                        highestConcerned < sequences.next() ? OptionalLong.empty() : OptionalLong.of(sequences.next())),
                sequences.missing(),
                new SalvageReport.Snapshots(snapshots, List.copyOf(badSnapshots)),
                List.copyOf(problems));
    }
}
