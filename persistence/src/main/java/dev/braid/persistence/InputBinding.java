package dev.braid.persistence;

import java.nio.file.Path;

/**
 * What a journal says of its input journal, or an input journal of the journal of results that it belongs to.
 *
 * @param input     id of its input journal, {@link Manifest#NO_JOURNAL} for none.
 * @param path      where that was, relative to the journal's folder if it can be; empty for none.
 * @param isGivenUp whether it was given up: it is not needed any more.
 * @param results   id of the journal whose input journal this one is, {@link Manifest#NO_JOURNAL} for none.
 * @param formerly  id by which the other one of the two may know it: that of the journal from which this one was salvaged, the
 *                  first of several, until both were opened again; {@link Manifest#NO_JOURNAL} for none.
 * @param mayLack   whether a loss of power, or damage before a salvage, may have taken what the other one of the two relies on.
 */
record InputBinding(int input, String path, boolean isGivenUp, int results, int formerly, boolean mayLack) {
    static final InputBinding NONE =
            new InputBinding(Manifest.NO_JOURNAL, "", false, Manifest.NO_JOURNAL, Manifest.NO_JOURNAL, false);

    /** Tells whether there must be an input journal. */
    boolean needsInput() {
        return input != Manifest.NO_JOURNAL && !isGivenUp;
    }

    boolean isOfInput() {
        return results != Manifest.NO_JOURNAL;
    }

    /** Returns the binding of the journal in a folder to its input journal. */
    InputBinding withInput(int id, Path dir, Path inputDir) {
        return new InputBinding(id, hint(dir, inputDir), false, results, Manifest.NO_JOURNAL, false);
    }

    InputBinding withPath(String other) {
        return new InputBinding(input, other, isGivenUp, results, formerly, mayLack);
    }

    InputBinding givenUp() {
        return new InputBinding(input, path, true, results, formerly, mayLack);
    }

    /** Returns the binding of an input journal. */
    InputBinding withResults(int id) {
        return new InputBinding(input, path, isGivenUp, id, formerly, false);
    }

    /** Returns the binding of an input journal that the journal of results knows by its id. */
    InputBinding known() {
        return new InputBinding(input, path, isGivenUp, results, Manifest.NO_JOURNAL, mayLack);
    }

    /** Returns the binding of a journal that may lack something that the other one relies on. */
    InputBinding lacking() {
        return needsInput() || isOfInput() ? new InputBinding(input, path, isGivenUp, results, formerly, true) : this;
    }

    /** Returns the binding of a new journal made of what is good in the one with this binding. */
    InputBinding salvaged(int journal, Path dir, Path target) {
        int former = formerly == Manifest.NO_JOURNAL ? journal : formerly;
        return needsInput()
                ? new InputBinding(input, hint(target, dir.resolve(path)), false, results, former, true)
                : new InputBinding(input, path, isGivenUp, results, former, true);
    }

    private static String hint(Path dir, Path inputDir) {
        Path from = dir.toAbsolutePath().normalize();
        Path to = inputDir.toAbsolutePath().normalize();
        try {
            return from.relativize(to).toString();
        } catch (IllegalArgumentException e) {
            return to.toString(); // On another drive.
        }
    }
}
