package dev.braid.persistence;

/** Is told what is wrong with a journal while it is read, and decides whether to go on: by returning, or throwing. */
@FunctionalInterface
interface ProblemListener {
    /** Goes on over what is information only, and throws at damage. */
    ProblemListener STRICT = problem -> {
        if (problem.kind().isDamage()) {
            throw new JournalException(problem.message());
        }
    };

    void onProblem(JournalProblem problem);
}
