package dev.braid.persistence;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions about whole journals. They change nothing, and may be asked by any thread, also while the journal is being
 * written.
 */
public final class Journals {
    private Journals() {}

    /**
     * Whether a folder is a journal, though perhaps an empty or a damaged one.
     *
     * @param dir folder, which need not exist.
     * @return {@code true} if it has a journal's lock file or segments.
     * @throws JournalException if the folder cannot be read.
     */
    public static boolean isJournal(Path dir) {
        return JournalFolder.isJournal(dir);
    }

    /**
     * The handler groups of the engines that wrote a journal. Reads the first frame of every segment.
     *
     * @param dir of the journal.
     * @return for each segment that is not empty its groups, in the order of their sub-streams; none where none were
     *         recorded, or the record of them is damaged.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static List<List<JournalGroup>> groups(Path dir) {
        JournalFolder.checkJournal(dir);
        List<List<JournalGroup>> groups = new ArrayList<>();
        for (JournalFolder.Segment segment : JournalFolder.segments(dir)) {
            Findings findings = new Findings();
            try (SegmentReader reader = new SegmentReader(segment, findings, false)) {
                if (reader.next() || findings.damages > 0) {
                    groups.add(reader.groups());
                }
            }
        }
        return groups;
    }

    /**
     * What a journal holds. Reads every frame.
     *
     * @param dir of the journal.
     * @return its description.
     * @throws JournalException if there is no journal, it cannot be read, or it is damaged; the message says where.
     */
    public static JournalDescription describe(Path dir) {
        JournalFolder.checkJournal(dir);
        return new JournalAudit(dir, ProblemListener.STRICT, false, (done, total) -> {}).run();
    }

    /**
     * Checks a journal: all checksums, that no frame, segment or sequence is missing or doubled, and that the results of
     * each sub-stream are in sequence order. Reads every frame, and goes on after damage where it can.
     *
     * @param dir      of the journal.
     * @param progress is told how far the work is.
     * @return what was found.
     * @throws JournalException if there is no journal, or its files cannot be read.
     */
    public static VerifyReport verify(Path dir, ProgressListener progress) {
        JournalFolder.checkJournal(dir);
        Findings findings = new Findings();
        JournalDescription journal = new JournalAudit(dir, findings, true, progress).run();
        return new VerifyReport(journal, List.copyOf(findings.problems), findings.damages);
    }

    private static final class Findings implements ProblemListener {
        final List<JournalProblem> problems = new ArrayList<>();
        long damages;

        @Override
        public void onProblem(JournalProblem problem) {
            damages += problem.kind().isDamage() ? 1 : 0;
            if (problems.size() < VerifyReport.MAX_PROBLEMS) {
                problems.add(problem);
            }
        }
    }
}
