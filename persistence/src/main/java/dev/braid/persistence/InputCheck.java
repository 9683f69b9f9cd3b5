package dev.braid.persistence;

import dev.braid.engine.ResumePoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that an input journal is the one that a journal of results needs, and has what it must have. A start, a plan and a
 * verification all use it.
 */
final class InputCheck {
    /** Place of the input journal of {@code braid run}, in the journal's folder. */
    static final String USUAL_FOLDER = "input";

    private InputCheck() {}

    /**
     * Returns the place of the input journal of a journal.
     *
     * @param given where it is said to be, {@code null} if nothing is said.
     * @return {@code null} if there is none: what is there may not exist, if it is needed.
     */
    static Path place(Path dir, Manifest manifest, Path given) {
        if (given != null) {
            return given;
        }
        if (manifest.binding().needsInput()) {
            return dir.resolve(manifest.binding().path()).normalize();
        }
        Path usual = dir.resolve(USUAL_FOLDER);
        return !manifest.binding().isGivenUp() && JournalFolder.isJournal(usual) ? usual : null;
    }

    /**
     * Returns what is known of the input journal of a journal whose manifest is lost: the mark says it, or where that does not, the journal
     * that is where input journals usually are, if it is of this one.
     */
    static InputBinding guessed(Path dir, int results) {
        JournalMark.Found mark = JournalMark.read(dir);
        int input = mark != null && mark.journal() == results ? mark.input() : JournalMark.UNKNOWN_INPUT;
        Path usual = dir.resolve(USUAL_FOLDER);
        if (input == JournalMark.UNKNOWN_INPUT && JournalFolder.isJournal(usual)) {
            Manifest found = ManifestFile.readOrGuess(usual, problem -> {});
            input = found.binding().results() == results ? found.journal() : input;
        }
        return input == JournalMark.UNKNOWN_INPUT || input == Manifest.NO_JOURNAL
                ? InputBinding.NONE
                : InputBinding.NONE.withInput(input, dir, usual);
    }

    /** That it is there, and the right one; {@code null} if so. Reads only its manifest. */
    static JournalProblem identity(Path dir, Manifest results, Path place) {
        if (!JournalFolder.isJournal(place)) {
            return results.binding().needsInput()
                    ? problem("it is missing: there is no journal at " + place + ", but journal " + dir + " needs it")
                    : null;
        }
        Manifest input = ManifestFile.readOrGuess(place, problem -> {});
        return identity(dir, results, place, input);
    }

    /** Checks the identity of an input journal whose manifest was read. */
    static JournalProblem identity(Path dir, Manifest results, Path place, Manifest input) {
        InputBinding binding = results.binding();
        if (input.journal() == Manifest.NO_JOURNAL) {
            return binding.needsInput() ? problem("there is an empty journal at " + place) : null;
        }
        boolean isSame = input.journal() == binding.input() || isFormer(input, binding.input());
        if (binding.needsInput() && !isSame) {
            return problem("the journal at " + place + " has the id " + input.journal() + ", but that of " + dir
                    + " is " + binding.input());
        }
        if (binding.isGivenUp() && isSame) {
            return problem("that at " + place + " was given up: its sequences may be others' by now");
        }
        int owner = input.binding().results();
        if (owner != Manifest.NO_JOURNAL && owner != results.journal() && !isFormer(results, owner)) {
            return problem(
                    "that at " + place + " is of journal " + owner + ", but " + dir + " is " + results.journal());
        }
        if (input.binding().input() != Manifest.NO_JOURNAL) {
            return problem("the journal at " + place + " has an input journal of its own, and so is none");
        }
        return null;
    }

    private static boolean isFormer(Manifest manifest, int id) {
        return id != Manifest.NO_JOURNAL && manifest.binding().formerly() == id;
    }

    /**
     * That it has what it must have, once it is known to be the right one; {@code null} if so. Of copies, one of which was made
     * before the other while both were written, that is named.
     *
     * @param results   the results' manifest.
     * @param isCopied  whether the results are a copy that was made by other means than a backup.
     * @param done      what has a result.
     * @param mayLack   whether results may be missing that were acknowledged.
     * @param input     as it was found, after the results were.
     * @param firstThen first sequence of the input journal before the results were looked at.
     */
    static JournalProblem extent(
            Manifest results,
            boolean isCopied,
            ResumePoint done,
            boolean mayLack,
            JournalRecovery input,
            long firstThen) {
        JournalProblem problem = extent(results, done, mayLack, input, firstThen);
        return problem != null && isCopied && input.isCopied() ? problem.inCopy() : problem;
    }

    private static JournalProblem extent(
            Manifest results, ResumePoint done, boolean mayLack, JournalRecovery input, long firstThen) {
        if (!results.binding().needsInput()) {
            return null; // It never was one of both.
        }
        long next = input.highestSequence() + 1;
        if (next <= done.doneThrough() && !input.mayLack()) {
            return problem("that at " + input.dir() + " is behind: it ends with sequence " + (next - 1)
                    + ", but that of sequence " + done.doneThrough() + " has its result already");
        }
        long missing = JournalResumePoint.unfinished(done, done.firstSequence(), firstThen - 1);
        if (missing > 0 && !mayLack) {
            return problem("that at " + input.dir() + " gave up what was done, up to sequence " + (firstThen - 1)
                    + ", but " + missing + " results of that are missing");
        }
        return null;
    }

    /**
     * That both went through the same course of events, as far as they tell: each notes where the other one is when a run begins.
     * {@code null} if so. After a loss of power, and in copies, the input journal may end before that.
     *
     * @param results timeline of the results.
     * @param noted   what these noted, the latest first.
     * @param input   as it was found.
     */
    static JournalProblem course(Timeline results, List<PeerPlace> noted, JournalRecovery input) {
        if (input.isNew()) {
            return null;
        }
        Timeline ofInput = Timeline.of(input);
        PeerPlace missing = firstOther(noted, ofInput);
        boolean mayEndBefore = input.mayLack() || input.isCopied();
        if (missing == null && !mayEndBefore && !noted.isEmpty() && isAhead(noted.get(0), ofInput)) {
            missing = noted.get(0);
        }
        if (missing != null) {
            return otherCourse(input.dir(), "it", missing, "journal " + results.dir());
        }
        missing = firstOther(input.peers(), results);
        return missing == null
                ? null
                : otherCourse(input.dir(), "journal " + results.dir(), missing, "the input journal");
    }

    private static PeerPlace firstOther(List<PeerPlace> noted, Timeline timeline) {
        return noted.stream()
                .filter(peer -> peer.journal() == timeline.journal() && timeline.isOther(peer.place()))
                .findFirst()
                .orElse(null);
    }

    private static boolean isAhead(PeerPlace peer, Timeline timeline) {
        return peer.journal() == timeline.journal() && timeline.isAhead(peer.place());
    }

    private static JournalProblem otherCourse(Path input, String who, PeerPlace missing, String whose) {
        FramePlace place = missing.place();
        return problem("that at " + input + " is of another course of events: " + who + " does not have frame "
                + (place.frames() - 1) + " of segment " + place.segment() + " that it had when a run of " + whose
                + " began");
    }

    /**
     * That the groups through whose ingresses its records came which have no result are still there; {@code null} if so.
     *
     * @param input as it was found, without damage.
     * @param done  what has a result.
     * @param ids   that sub-streams have in the engine.
     */
    static JournalProblem groups(JournalRecovery input, ResumePoint done, SubStreamIds ids) {
        if (input.isNew() || !ids.hasMoved()) {
            return null;
        }
        List<String> gone = new ArrayList<>();
        RecoveredResults.Handler check = (groups, record) -> {
            String group = JournalGroup.nameOf(record.subStream(), groups.groups());
            boolean isWanted = gone.isEmpty() && group != null && !done.isDone(record.sequence());
            if (isWanted && ids.groupNow(groups, record.subStream()) == null) {
                gone.add("that at " + input.dir() + " has sequence " + record.sequence()
                        + " without a result, which came through the ingress of group '" + group
                        + "', but the engine has " + ids
                        + ids.lastSeen(groups, record.subStream()));
            }
        };
        input.results().from(done.firstSequence(), check, problem -> {}, ProgressListener.NONE);
        return gone.isEmpty() ? null : problem(gone.get(0));
    }

    private static JournalProblem problem(String what) {
        return JournalProblem.inJournal(ProblemKind.BAD_INPUT, "of the input journal: " + what);
    }
}
