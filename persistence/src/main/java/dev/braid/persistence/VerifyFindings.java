package dev.braid.persistence;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects what a check finds, each once. For one thread. */
final class VerifyFindings implements ProblemListener {
    private final Set<JournalProblem> problems = new LinkedHashSet<>();
    private long damages;
    private JournalProblem first;

    @Override
    public void onProblem(JournalProblem problem) {
        if (problems.contains(problem)) {
            return; // Of a segment that was looked into before.
        }
        if (problem.kind().isDamage()) {
            damages++;
            first = first == null || problem.isBefore(first) ? problem : first;
        }
        if (problems.size() < VerifyReport.MAX_PROBLEMS) {
            problems.add(problem);
        }
    }

    VerifyReport report(long results, long frames) {
        return new VerifyReport(results, frames, List.copyOf(problems), damages, Optional.ofNullable(first));
    }

    boolean isGood() {
        return damages == 0;
    }

    /** Adds the findings in another journal. */
    void addAll(VerifyReport report, Path dir) {
        report.problems().forEach(problem -> onProblem(problem.of(dir)));
        long listed = report.problems().stream()
                .filter(problem -> problem.kind().isDamage())
                .count();
        damages += report.damages() - listed;
    }
}
