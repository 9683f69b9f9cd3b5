package dev.braid.persistence;

import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalFolder.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;

/**
 * Reads a whole journal, once, and keeps account of its sequences. One walk serves to open, to describe and to verify:
 * they differ in what they do about problems.
 */
final class JournalAudit {
    private static final long PROGRESS_STEP = 4 * 1024 * 1024;
    private static final long NONE = -1;

    private final Path dir;
    private final ProblemListener listener;
    private final boolean beyondEnds;
    private final ProgressListener progress;

    private final SequenceTracker sequences = new SequenceTracker();
    private final Long2LongHashMap lastOfSubStream = new Long2LongHashMap(NONE);
    private final long[] outcomes = new long[Outcome.values().length + 1];
    private final List<SegmentDescription> segments = new ArrayList<>();
    private long doneBytes;
    private long reportedBytes;
    private long totalBytes;
    private long lowest;
    private long highest;
    private long firstGap = NONE;

    /**
     * Prepares for one walk.
     *
     * @param beyondEnds whether to look also at what should be empty.
     */
    JournalAudit(Path dir, ProblemListener listener, boolean beyondEnds, ProgressListener progress) {
        this.dir = dir;
        this.listener = listener;
        this.beyondEnds = beyondEnds;
        this.progress = progress;
    }

    JournalDescription run() {
        List<Segment> found = JournalFolder.segments(dir);
        for (Segment segment : found) {
            totalBytes += size(segment);
        }
        long expected = 0;
        for (Segment segment : found) {
            for (; expected < segment.number(); expected++) {
                listener.onProblem(JournalProblem.inSegment(
                        ProblemKind.MISSING_SEGMENT, JournalFolder.segment(dir, expected), "its folder is missing"));
            }
            expected++;
            read(segment);
        }
        if (sequences.missing() > 0) {
            listener.onProblem(JournalProblem.inJournal(
                    ProblemKind.UNFINISHED,
                    sequences.next(),
                    sequences.highest(),
                    sequences.missing() + " sequences from " + sequences.next() + " on have no result yet, though "
                            + sequences.highest() + " has one"));
        }
        progress.onProgress(totalBytes, totalBytes);
        return description();
    }

    private void read(Segment segment) {
        lowest = NONE;
        highest = NONE;
        try (SegmentReader reader = new SegmentReader(segment, listener, beyondEnds)) {
            while (reader.next()) {
                readFrame(reader);
                report(doneBytes + reader.position());
            }
            SegmentDescription description = reader.describe(lowest, highest);
            if (description.frames() == 0) {
                listener.onProblem(JournalProblem.inSegment(
                        ProblemKind.TORN_TAIL, segment, "it holds no frame; its writer may have been stopped at once"));
            }
            segments.add(description);
        }
        doneBytes += size(segment);
        report(doneBytes);
    }

    private void readFrame(SegmentReader reader) {
        FrameDecoder frame = reader.frame();
        while (frame.nextResult()) {
            long sequence = frame.sequence();
            outcomes[frame.outcome().code()]++;
            if (sequences.isTooFar(sequence)) {
                reader.report(
                        ProblemKind.CORRUPT,
                        sequence,
                        sequence,
                        "sequence " + sequence + " cannot be, when " + sequences.next() + " has no result yet");
                continue;
            }
            if (!sequences.add(sequence)) {
                reader.report(
                        ProblemKind.DOUBLED,
                        sequence,
                        sequence,
                        "sequence " + sequence + " has a result before, or was declared as done");
            }
            lowest = lowest == NONE ? sequence : Math.min(lowest, sequence);
            highest = Math.max(highest, sequence);
            checkSubStream(reader, frame.subStream(), sequence);
        }
        long lowWatermark = frame.lowWatermark();
        if (lowWatermark >= sequences.next()) {
            firstGap = firstGap == NONE ? sequences.next() : firstGap;
            sequences.giveUpTo(
                    lowWatermark,
                    (first, last) -> reader.report(
                            ProblemKind.GAP,
                            first,
                            last,
                            (first == last
                                            ? "sequence " + first + " has"
                                            : "sequences " + first + " to " + last + " have")
                                    + " no result, though all up to " + lowWatermark + " should have one by now"));
        }
    }

    private void checkSubStream(SegmentReader reader, int subStream, long sequence) {
        if (subStream < 0) {
            return;
        }
        long last = lastOfSubStream.get(subStream);
        if (sequence <= last) {
            reader.report(
                    ProblemKind.REORDERED,
                    sequence,
                    last,
                    "sequence " + sequence + " of sub-stream " + subStream + " comes after " + last);
        } else {
            lastOfSubStream.put(subStream, sequence);
        }
    }

    private void report(long bytes) {
        if (bytes - reportedBytes >= PROGRESS_STEP) {
            reportedBytes = bytes;
            progress.onProgress(Math.min(bytes, totalBytes), totalBytes);
        }
    }

    private static long size(Segment segment) {
        Path file = segment.dataFile();
        try {
            return file == null ? 0 : Files.size(file);
        } catch (IOException e) {
            throw new JournalException("cannot read " + file + ": " + e, e);
        }
    }

    private JournalDescription description() {
        return new JournalDescription(
                dir,
                List.copyOf(segments),
                segments.stream().mapToLong(SegmentDescription::frames).sum(),
                segments.stream().mapToLong(SegmentDescription::results).sum(),
                outcomes[Outcome.PROCESSED.code()],
                outcomes[Outcome.FAILED.code()],
                outcomes[Outcome.SHED.code()],
                outcomes[Outcome.LOST.code()],
                sequences.highest(),
                (firstGap == NONE ? sequences.next() : firstGap) - 1,
                sequences.missing(),
                segments.stream().mapToLong(SegmentDescription::bytes).sum());
    }
}
