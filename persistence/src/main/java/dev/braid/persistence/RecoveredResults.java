package dev.braid.persistence;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The results of a journal as its recovery found it: those that a repair keeps, and no others. Reading them changes nothing,
 * and leaves no trace in the journal's folder.
 */
final class RecoveredResults {

    private final Path dir;
    private final int journal;
    private final List<SealedSegment> segments;
    /** Of a segment: the words that the repair writes again. Their frames are whole, so that nothing is wrong with them. */
    private final Map<Long, List<SegmentTail.LostWord>> lostWords = new HashMap<>();

    /** Receives results, in the order of the journal. */
    interface Handler {
        /**
         * @param groups handler groups of the engine that wrote it, as of its segment.
         * @param frame  that stands on the result.
         */
        void onResult(SegmentGroups groups, FrameDecoder frame);
    }

    /** @param acknowledged by which the repair decides which words it writes again. */
    RecoveredResults(Path dir, Manifest manifest, List<SegmentTail> tails, Acknowledged acknowledged) {
        this.dir = dir;
        this.journal = manifest.journal();
        this.segments = new ArrayList<>(manifest.sealed());
        for (SegmentTail tail : tails) {
            segments.add(tail.seal());
            lostWords.put(tail.segment().number(), tail.lostWords(acknowledged));
        }
    }

    /** Hands over all results from a sequence on. */
    void from(long sequence, Handler handler, ProblemListener listener, ProgressListener progress) {
        List<SealedSegment> wanted = segments.stream()
                .filter(segment -> segment.contents().highestResult() >= sequence)
                .toList();
        long total = wanted.stream()
                .mapToLong(segment -> segment.size().fileLength())
                .sum();
        long done = 0;
        for (SealedSegment sealed : wanted) {
            JournalFolder.Segment segment = JournalFolder.segment(dir, sealed.number());
            ProblemListener other = problem -> {
                if (!isRepaired(problem, segment)) {
                    listener.onProblem(problem);
                }
            };
            try (SegmentReader reader = new SegmentReader(segment, journal, sealed, null, other).thorough()) {
                reader.startAt(FrameSeeker.beforeSequence(segment, journal, sealed, sequence));
                ProgressSteps steps = new ProgressSteps(reader.position());
                while (reader.next()) {
                    FrameDecoder frame = reader.frame();
                    while (frame.nextResult()) {
                        if (frame.sequence() >= sequence) {
                            handler.onResult(reader.segmentGroups(), frame);
                        }
                    }
                    if (steps.isDue(reader.position())) {
                        progress.onProgress(done + reader.position(), total);
                    }
                }
            }
            done += sealed.size().fileLength();
        }
        progress.onProgress(total, total);
    }

    private boolean isRepaired(JournalProblem problem, JournalFolder.Segment segment) {
        return problem.kind() == ProblemKind.BAD_HEADER
                && lostWords.getOrDefault(segment.number(), List.of()).stream()
                        .anyMatch(word ->
                                word.fileOffset() == problem.fileOffset().orElse(-1));
    }
}
