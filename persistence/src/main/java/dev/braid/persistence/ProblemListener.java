package dev.braid.persistence;

/** Is told what is wrong with a journal while it is read, and decides whether to go on: by returning, or throwing. */
@FunctionalInterface
public interface ProblemListener {
    /** Goes on over what is information only, and throws at damage. */
    ProblemListener STRICT = problem -> {
        if (problem.kind().isDamage()) {
            throw new JournalDamagedException(problem);
        }
    };

    /**
     * Receives one finding. An exception from it ends the work, and passes through to the caller.
     *
     * @param problem problem, and its place.
     */
    void onProblem(JournalProblem problem);
}
