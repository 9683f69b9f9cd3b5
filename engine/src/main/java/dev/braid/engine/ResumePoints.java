package dev.braid.engine;

/** Finds the one place at which an engine resumes. */
final class ResumePoints {
    private ResumePoints() {}

    /**
     * Returns the resume point that two parties agree on.
     *
     * @param a      {@code null} if the first one knows none.
     * @param namedA the first one, for messages.
     * @param b      {@code null} if the second one knows none.
     * @param namedB the second one, for messages.
     * @return one of them; {@code null} if there is none.
     * @throws IllegalStateException if they contradict each other.
     */
    static ResumePoint agreed(ResumePoint a, Object namedA, ResumePoint b, Object namedB) {
        if (a == null || b == null || a == b) {
            return a == null ? b : a;
        }
        if (a.firstSequence() != b.firstSequence() || hasDone(a) || hasDone(b)) {
            throw new IllegalStateException(namedA + " resumes at " + text(a) + ", but " + namedB + " at " + text(b)
                    + ": an engine resumes at one place");
        }
        if (a.ingest() != null && b.ingest() != null && a.ingest() != b.ingest()) {
            throw new IllegalStateException(namedA + " needs " + a.ingest() + ", but " + namedB + " " + b.ingest()
                    + ": an engine has one ingest handler");
        }
        return a.ingest() == null ? b : a;
    }

    /**
     * Returns whether sequences above the first one are done. These are not compared: only the identical object is known to agree.
     */
    private static boolean hasDone(ResumePoint point) {
        return point.doneThrough() >= point.firstSequence();
    }

    private static String text(ResumePoint point) {
        String first = "sequence " + point.firstSequence();
        return hasDone(point) ? first + ", with some done up to " + point.doneThrough() : first;
    }
}
