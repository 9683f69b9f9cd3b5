package dev.braid.persistence;

import java.nio.file.Path;

/**
 * Manifest and mark of a journal that is read, perhaps while it is written: both are read again where they may have changed. A
 * problem with the manifest is reported once, however often the manifest is read. For one thread at a time.
 */
final class JournalView {
    private final Path dir;
    private final ProblemListener listener;
    private Manifest manifest;
    private JournalProblem problem;
    private JournalMark.Found mark;

    /** Reads the manifest; where the first head contradicts it, the head is believed. */
    JournalView(Path dir, ProblemListener listener) {
        this.dir = dir;
        this.listener = listener;
        this.manifest = ManifestFile.readOrGuess(dir, this::onProblem);
        JournalProblem contradiction = problem == null ? FirstHead.contradiction(dir, manifest) : null;
        if (contradiction != null) {
            listener.onProblem(contradiction);
            manifest = FirstHead.believed(dir, manifest);
        }
    }

    private void onProblem(JournalProblem found) {
        if (!found.equals(problem)) {
            problem = found;
            listener.onProblem(found);
        }
    }

    Path dir() {
        return dir;
    }

    /** Returns the manifest as last read. */
    Manifest manifest() {
        return manifest;
    }

    /** Reads the manifest again, and returns it. */
    Manifest readAgain() {
        manifest = ManifestFile.readAgain(dir, manifest, this::onProblem);
        return manifest;
    }

    /** Tells whether the journal has been begun; reads the manifest again unless it is known. */
    boolean isBegun() {
        if (manifest.journal() == Manifest.NO_JOURNAL) {
            manifest = ManifestFile.readOrGuess(dir, this::onProblem);
        }
        return manifest.journal() != Manifest.NO_JOURNAL;
    }

    /** Throws if retention deleted a segment, after reading the manifest again. */
    void checkIsKept(long segment) {
        if (segment < readAgain().firstSegment()) {
            throw new JournalException("results of journal " + dir + " up to sequence " + (manifest.firstSequence() - 1)
                    + " were given up before they were read");
        }
    }

    /** Returns the mark as last read; {@code null} if there is none of this journal. */
    JournalMark.Found mark() {
        return mark;
    }

    /** Reads the mark, and returns it; {@code null} if there is none of this journal. */
    JournalMark.Found readMark() {
        mark = JournalMark.read(dir, manifest.journal());
        return mark;
    }

    /** Tells whether a frame is acknowledged, by the mark as last read, or else by reading it. */
    boolean isAcknowledged(long segment, int ordinal) {
        return isMarked(segment, ordinal) || readMark() != null && isMarked(segment, ordinal);
    }

    private boolean isMarked(long segment, int ordinal) {
        return mark != null && mark.acknowledged().covers(segment, ordinal);
    }
}
