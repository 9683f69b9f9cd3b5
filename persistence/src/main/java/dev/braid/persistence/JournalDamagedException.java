package dev.braid.persistence;

/** A journal is damaged: something was lost or changed after it was written. */
public final class JournalDamagedException extends JournalException {
    private static final long serialVersionUID = 1L;

    private final transient JournalProblem problem;

    JournalDamagedException(JournalProblem problem) {
        super(problem.message());
        this.problem = problem;
    }

    /**
     * Returns what is wrong, and where.
     *
     * @return the finding.
     */
    public JournalProblem problem() {
        return problem;
    }
}
