package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;

/**
 * Reads all results of a journal, once, and keeps account of its sequences. What can be seen without that, how the last
 * segments were left and what should be there, {@link JournalRecovery} has found before.
 */
final class JournalAudit {

    private final Path dir;
    private final JournalRecovery found;
    private final ProblemListener listener;
    private final ProgressListener progress;

    private final SequenceTracker sequences;
    private final SubStreamOrder order = new SubStreamOrder();
    private final long firstSequence;
    private long results;
    private long frames;
    private long doneBytes;
    private final ProgressSteps steps = new ProgressSteps(0);
    private long totalBytes;

    JournalAudit(JournalRecovery found, ProblemListener listener, ProgressListener progress) {
        this.dir = found.dir();
        this.found = found;
        this.listener = listener;
        this.progress = progress;
        this.firstSequence = found.manifest().firstSequence();
        this.sequences = new SequenceTracker(firstSequence);
    }

    void run() {
        Manifest manifest = found.manifest();
        totalBytes = manifest.sealed().stream()
                        .mapToLong(segment -> segment.size().fileLength())
                        .sum()
                + found.tails().stream()
                        .mapToLong(tail -> tail.seal().size().fileLength())
                        .sum();
        SealedSegment before = null;
        for (SealedSegment sealed : manifest.sealed()) {
            read(JournalFolder.segment(dir, sealed.number()), null, sealed, before);
            before = sealed;
        }
        for (SegmentTail tail : found.tails()) {
            read(tail.segment(), tail.file(), tail.seal(), before);
            before = tail.seal();
        }
        if (sequences.missing() > 0) {
            listener.onProblem(JournalProblem.inJournal(
                    ProblemKind.UNFINISHED,
                    new SequenceRange(sequences.next(), sequences.highest()),
                    sequences.missing() + " sequences from " + sequences.next() + " on have no result yet, though "
                            + sequences.highest() + " has one"));
        }
        progress.onProgress(totalBytes, totalBytes);
    }

    /** @param file to be read; {@code null} for the one that is the segment's. */
    private void read(Segment segment, Path file, SealedSegment sealed, SealedSegment before) {
        ChainHash.Value chain = before == null
                ? found.manifest().beginning().before()
                : before.atEnd().chain();
        try (SegmentReader reader = new SegmentReader(segment, found.manifest().journal(), sealed, chain, listener)
                .reading(file)
                .goesOnFrom(before)
                .after(sequences.next() - 1)
                .beyondEnd()
                .thorough()) {
            SegmentTally tally = new SegmentTally(found.manifest().journal(), segment.number(), ChainHash.Value.NONE);
            while (reader.next()) {
                tally.add(reader.frame(), reader.position());
                reader.frame().rewind();
                readFrame(reader);
                report(doneBytes + reader.position());
            }
            if (reader.isIntact()) {
                checkAccount(segment, sealed, tally);
            }
            results += tally.results();
            frames += tally.frames();
        }
        doneBytes += sealed.size().fileLength();
    }

    /** Checks the rest of what the manifest says of a segment that has the right frames. */
    private void checkAccount(Segment segment, SealedSegment sealed, SegmentTally tally) {
        SealedSegment account = tally.seal(sealed.end());
        boolean isRight = account.size().frames() == sealed.size().frames()
                && account.contents().results() == sealed.contents().results()
                && account.contents().outcomes().equals(sealed.contents().outcomes())
                && account.size().fileLength() == sealed.size().fileLength()
                && account.size().frameBytes() == sealed.size().frameBytes()
                && account.contents().lowestSequence() == sealed.contents().lowestSequence()
                && account.contents().highestResult() == sealed.contents().highestResult()
                && account.atEnd().lowWatermark() == sealed.atEnd().lowWatermark()
                && account.atEnd().highestSequence() == sealed.atEnd().highestSequence();
        if (!isRight) {
            listener.onProblem(
                    JournalProblem.inSegment(ProblemKind.BAD_MANIFEST, segment, "it is not what the manifest says"));
        }
    }

    private void readFrame(SegmentReader reader) {
        FrameDecoder frame = reader.frame();
        while (frame.nextResult()) {
            long sequence = frame.sequence();
            if (sequence < firstSequence) {
                continue; // Given up with the segments before.
            }
            if (sequences.isTooFar(sequence)) {
                reader.report(
                        ProblemKind.CORRUPT,
                        SequenceRange.of(sequence),
                        "sequence " + sequence + " cannot be, when " + sequences.next() + " has no result yet");
                continue;
            }
            if (!sequences.add(sequence)) {
                reader.report(
                        ProblemKind.DUPLICATE,
                        SequenceRange.of(sequence),
                        "sequence " + sequence + " has a result before, or was declared as done");
            }
            checkSubStream(reader, frame.subStream(), sequence);
        }
        long lowWatermark = frame.lowWatermark();
        if (lowWatermark >= sequences.next()) {
            sequences.giveUpTo(
                    lowWatermark,
                    range -> reader.report(
                            ProblemKind.GAP,
                            range,
                            range.have() + " no result, though all up to " + lowWatermark + " should have one by now"));
        }
    }

    private void checkSubStream(SegmentReader reader, int subStream, long sequence) {
        if (subStream < 0) {
            return;
        }
        long last = order.add(reader.groups(), subStream, sequence);
        if (last >= 0) {
            reader.report(
                    ProblemKind.OUT_OF_ORDER,
                    new SequenceRange(sequence, last),
                    "sequence " + sequence + " of sub-stream " + subStream + " comes after " + last);
        }
    }

    private void report(long bytes) {
        if (steps.isDue(bytes)) {
            progress.onProgress(Math.min(bytes, totalBytes), totalBytes);
        }
    }

    /** Returns how many results could be read. */
    long results() {
        return results;
    }

    /** Returns how many frames could be read. */
    long frames() {
        return frames;
    }
}
