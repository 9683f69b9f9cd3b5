package dev.braid.persistence;

import java.nio.file.Path;
import java.util.function.Function;

/** Problems of the input journal of a journal that is checked. Begins before the journal is read, because both move on. */
final class InputFindings {
    private final Path dir;
    private final Path place;
    private final long firstThen;

    /** @param given where the input journal is said to be, {@code null} if nothing is said. */
    InputFindings(Path dir, Path given) {
        this.dir = dir;
        if (given != null) {
            JournalFolder.checkJournal(given);
        }
        this.place = InputCheck.place(dir, ManifestFile.readOrGuess(dir, problem -> {}), given);
        this.firstThen = place == null
                ? 0
                : ManifestFile.readOrGuess(place, problem -> {}).firstSequence();
    }

    /**
     * Reports it.
     *
     * @param found the journal.
     * @param check checks the input journal for itself.
     */
    void report(JournalRecovery found, Function<Path, VerifyReport> check, VerifyFindings findings) {
        if (place == null) {
            return;
        }
        JournalProblem problem = InputCheck.identity(dir, found.manifest(), place);
        if (problem == null && JournalFolder.isJournal(place)) {
            JournalRecovery input = new JournalRecovery(place, ProgressListener.NONE);
            findings.addAll(check.apply(place), place);
            if (found.isGood() && input.isGood()) {
                problem = InputCheck.extent(
                        found.manifest(),
                        found.isCopied(),
                        new JournalResumePoint(found.sequences()),
                        found.mayLack(),
                        input,
                        firstThen);
                boolean isOurs = problem == null && found.manifest().binding().needsInput();
                problem = isOurs ? InputCheck.course(Timeline.of(found), found.peers(), input) : problem;
            }
        }
        if (problem != null) {
            findings.onProblem(problem);
        }
    }
}
