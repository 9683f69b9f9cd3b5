package dev.braid.persistence;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Decides whether a journal, as it was left, may be written again. Immutable.
 *
 * @param dir           folder of the journal.
 * @param progress      receives how far the last segments are read.
 * @param requireEmpty  whether a journal that holds results is refused.
 * @param unfinished    fate of the sequences that were in flight.
 * @param inputJournal  folder of the input journal; {@code null} for the place that the journal knows.
 * @param giveUpInput   whether the input journal is given up.
 * @param inputCheck    check of an input journal; {@code null} for a journal of results.
 */
record JournalContinuation(
        Path dir,
        ProgressListener progress,
        boolean requireEmpty,
        Unfinished unfinished,
        Path inputJournal,
        boolean giveUpInput,
        Consumer<JournalRecovery> inputCheck) {

    /**
     * Finds out how the journal was left. Changes nothing.
     *
     * @throws JournalException if it must not be continued.
     */
    JournalRecovery find() {
        JournalRecovery found = new JournalRecovery(dir, progress);
        if (requireEmpty && found.resultCount() > 0) {
            throw new JournalNotEmptyException("journal " + dir + " holds " + found.resultCount() + " results already");
        }
        found.check();
        checkInput(found);
        if (found.missing() > 0 && !giveUpInput && unfinished == Unfinished.REFUSE) {
            throw new JournalException("journal " + dir + " cannot be continued: its low watermark is "
                    + (found.sequences().next() - 1) + " and its highest sequence " + found.highestSequence() + ", but "
                    + found.missing() + " sequences in between have no result, because the engine that wrote it"
                    + " halted or was killed: see unfinished");
        }
        return found;
    }

    /** Returns what becomes of sequences without a result; without an input journal, nobody can send them again. */
    Unfinished policy() {
        return giveUpInput ? Unfinished.LOSE : unfinished;
    }

    /** Returns the last sequence in an input journal that is given up, as far as that is known; -1 if there is none. */
    long givenUpThrough(JournalRecovery found) {
        Path place = giveUpInput ? InputCheck.place(dir, found.manifest(), inputJournal) : null;
        if (place == null || InputCheck.identity(dir, found.manifest(), place) != null) {
            return -1;
        }
        return new JournalRecovery(place, progress).highestSequence();
    }

    /** Gives up the input journal, if that was asked for, with all that was accepted and has no result. */
    void giveUpInput(JournalWriter<?> writer, long acceptedThrough) {
        if (!giveUpInput) {
            return;
        }
        try {
            writer.journal().stage().lose(0, acceptedThrough);
            writer.journal().giveUpInput();
        } catch (Throwable t) {
            writer.close();
            throw t;
        }
    }

    private void checkInput(JournalRecovery found) {
        InputBinding binding = found.manifest().binding();
        if (inputCheck != null) {
            inputCheck.accept(found);
            return;
        }
        if (binding.isOfInput()) {
            throw new JournalException("journal " + dir + " is the input journal of journal " + binding.results()
                    + ": open it by InputJournal.open");
        }
        if (giveUpInput || !binding.needsInput()) {
            return;
        }
        Path place = InputCheck.place(dir, found.manifest(), inputJournal);
        JournalProblem problem = InputCheck.identity(dir, found.manifest(), place);
        if (problem == null && found.isCopied()) {
            problem = extentOfCopy(found, place);
        }
        if (problem != null) {
            throw new JournalDamagedException(problem.of(dir));
        }
        if (unfinished == Unfinished.LOSE && found.missing() > 0) {
            throw new JournalException("journal " + dir + " has an input journal, which has the " + found.missing()
                    + " records that are unfinished: they must not be lost; see unfinished and giveUpInputJournal");
        }
    }

    /** Checks a copy before anything is written to it: after that nobody knows that it is one. */
    private JournalProblem extentOfCopy(JournalRecovery found, Path place) {
        JournalRecovery input = new JournalRecovery(place, progress);
        long first = input.manifest().firstSequence();
        return input.isGood()
                ? InputCheck.extent(
                        found.manifest(),
                        true,
                        new JournalResumePoint(found.sequences()),
                        found.mayLack(),
                        input,
                        first)
                : null;
    }
}
