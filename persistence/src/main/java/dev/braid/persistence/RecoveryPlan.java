package dev.braid.persistence;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a restart would find and do, whichever way its source goes on: the code that does it, stopped before it changes
 * anything. The state of handlers is that of an engine with the handlers, the groups and the partitioning of the run before.
 *
 * @param journal      report of opening the journal.
 * @param state        how the state of handlers would be rebuilt; its times are those that planning took. Empty if it cannot
 *                     be, or the journal would be refused.
 * @param stateRefusal reason why the state of handlers cannot be rebuilt, empty if it can.
 * @param input        how the input journal would be opened, empty if there is none.
 * @param inputProblem reason why that is not the input journal that the journal needs, empty if it is, or needs none.
 * @param republished  number of records of the input journal that have no result, and would be published again.
 * @param lostByInput  number of sequences without a result that the input journal has lost or deleted: they would be declared as
 *                     LOST.
 */
public record RecoveryPlan(
        RecoveryReport journal,
        Optional<StateReport> state,
        Optional<String> stateRefusal,
        Optional<RecoveryReport> input,
        Optional<JournalProblem> inputProblem,
        long republished,
        long lostByInput) {

    /**
     * Plans.
     *
     * @param input  where the input journal is, {@code null} if there is none.
     * @param before the manifest of the input journal, before the journal is looked at.
     */
    static RecoveryPlan of(Path dir, Path input, Manifest before, ProgressListener progress) {
        if (input != null && JournalFolder.isJournal(input)) {
            JournalFolder.checkJournal(input);
        }
        JournalRecovery found = new JournalRecovery(dir, progress);
        RecoveryReport journal = found.report();
        Optional<JournalProblem> inputProblem =
                Optional.ofNullable(input == null ? null : InputCheck.identity(dir, found.manifest(), input));
        JournalRecovery foundInput = input == null || inputProblem.isPresent() && !JournalFolder.isJournal(input)
                ? null
                : new JournalRecovery(input, progress);
        Optional<RecoveryReport> inputReport = Optional.ofNullable(foundInput).map(JournalRecovery::report);
        if (journal.refusal().isPresent()) {
            return new RecoveryPlan(journal, Optional.empty(), Optional.empty(), inputReport, inputProblem, 0, 0);
        }
        Optional<StateReport> state = Optional.empty();
        Optional<String> stateRefusal = Optional.empty();
        try {
            state = Optional.of(new PlannedState(found, progress).report());
        } catch (JournalException e) {
            stateRefusal = Optional.of(e.getMessage());
        }
        if (inputReport.isEmpty() || inputReport.get().refusal().isPresent() || inputProblem.isPresent()) {
            return new RecoveryPlan(journal, state, stateRefusal, inputReport, inputProblem, 0, 0);
        }
        // As InputJournal.open() does.
        JournalResumePoint done = new JournalResumePoint(found.sequences());
        inputProblem = Optional.ofNullable(inputProblem(found, done, foundInput, before.firstSequence()));
        long first = Math.max(done.firstSequence(), foundInput.manifest().firstSequence());
        long next = foundInput.isNew() ? first : Math.max(first, foundInput.highestSequence() + 1);
        long givenUp = JournalResumePoint.unfinished(done, done.firstSequence(), first - 1);
        long republished = JournalResumePoint.unfinished(done, first, next - 1);
        long lost = givenUp + JournalResumePoint.unfinished(done, next, done.doneThrough());
        return new RecoveryPlan(journal, state, stateRefusal, inputReport, inputProblem, republished, lost);
    }

    private static JournalProblem inputProblem(
            JournalRecovery found, JournalResumePoint done, JournalRecovery input, long firstThen) {
        JournalProblem problem =
                InputCheck.extent(found.manifest(), found.isCopied(), done, found.mayLack(), input, firstThen);
        if (problem == null && found.manifest().binding().needsInput()) {
            problem = InputCheck.course(Timeline.of(found), found.peers(), input);
        }
        return problem != null ? problem : InputCheck.groups(input, done, SubStreamIds.ofRunBefore(Timeline.of(input)));
    }

    /**
     * Tells whether a start would be refused.
     *
     * @return {@code true} if the journal or the input journal is damaged, the input journal is another one, or the state of
     *         handlers cannot be rebuilt.
     */
    public boolean isRefused() {
        return journal.refusal().isPresent()
                || stateRefusal.isPresent()
                || inputProblem.isPresent()
                || input.flatMap(RecoveryReport::refusal).isPresent();
    }
}
