package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Findings of a recovery, and the problem for which the journal is refused, if there is one. For one thread. */
final class RecoveryFindings {
    private final Path dir;
    private final Manifest manifest;
    private final boolean isCopied;
    private final List<JournalProblem> problems;
    private final List<JournalProblem> problemsOfSealed = new ArrayList<>();
    private JournalProblem refusal;

    /**
     * @param manifest   says which segments are sealed.
     * @param isCopied   whether the journal was copied by other means than a backup.
     * @param ofManifest problems of the manifest itself.
     */
    RecoveryFindings(Path dir, Manifest manifest, boolean isCopied, List<JournalProblem> ofManifest) {
        this.dir = dir;
        this.manifest = manifest;
        this.isCopied = isCopied;
        this.problems = new ArrayList<>(ofManifest);
    }

    void add(JournalProblem problem) {
        problems.add(problem);
    }

    void addAll(List<JournalProblem> more) {
        problems.addAll(more);
    }

    /** Replaces the damage of a segment from a frame on by a problem that says that it is no loss. */
    void replaceDamage(Segment segment, long frame, JournalProblem problem) {
        problems.removeIf(known -> known.isIn(segment)
                && known.frame().orElse(-1) >= frame
                && known.kind().isDamage());
        problems.add(problem);
    }

    /** Refuses the journal for a problem, unless it is refused already. */
    void refuse(JournalProblem problem) {
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
        if (refusal == null) {
            refusal = problem;
        }
    }

    /** Refuses the journal for a sealed segment, whose problem is kept apart. */
    void refuseSealed(JournalProblem problem) {
        problemsOfSealed.add(problem);
        refusal = refusal == null ? problemsOfSealed.get(0) : refusal;
    }

    /** Refuses the journal for a problem that is damage; others say nothing against it. */
    void refuseDamage(JournalProblem problem) {
        if (problem.kind().isDamage()) {
            refuse(problem);
        }
    }

    /** Tells whether the journal would be accepted. */
    boolean isGood() {
        return refusal == null;
    }

    /** Returns the problem for which the journal is refused; {@code null} if there is none. */
    JournalProblem refusal() {
        return refusal;
    }

    /**
     * Returns a problem under its final name. Where the end of a copy does not fit together, that need not be damage: files that
     * are copied one after the other while the journal is written do not fit either, and nobody can tell the two apart.
     */
    JournalProblem named(JournalProblem problem) {
        boolean isOfMotion =
                switch (problem.kind()) {
                    case HOLE, GAP, MISSING_SEGMENT, UNKNOWN_SEGMENT, COPIED_IN_MOTION -> true;
                    case CORRUPT, BAD_HEADER -> isUnsealed(problem);
                    default -> false;
                };
        return isCopied && isOfMotion ? problem.inCopy() : problem;
    }

    private boolean isUnsealed(JournalProblem problem) {
        Segment segment = problem.place(dir);
        return segment != null && manifest.sealed(segment.number()) == null;
    }

    /** Returns what was found, except for sealed segments that are missing or too short. */
    List<JournalProblem> problems() {
        return problems.stream().map(this::named).toList();
    }

    /** Returns all that was found. */
    List<JournalProblem> all() {
        List<JournalProblem> all = new ArrayList<>(problemsOfSealed);
        all.addAll(problems);
        return all.stream().map(this::named).toList();
    }
}
