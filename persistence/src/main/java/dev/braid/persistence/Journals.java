package dev.braid.persistence;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions about whole journals. All of them read every frame, change nothing, and may be asked by any thread, also
 * while the journal is being written.
 */
public final class Journals {
    private Journals() {}

    /**
     * What a journal holds.
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
     * each sub-stream are in sequence order. Goes on after damage where it can.
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
