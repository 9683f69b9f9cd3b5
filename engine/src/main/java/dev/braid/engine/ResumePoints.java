package dev.braid.engine;

/** Finds the one place where an engine resumes, among those that say where it has to. */
final class ResumePoints {
    private ResumePoints() {}

    /**
     * The resume point that two agree on.
     *
     * @param a       {@code null} where the first one knows none.
     * @param namedA  who says it.
     * @param b       {@code null} where the second one knows none.
     * @param namedB  who says it.
     * @return one of them; {@code null} where there is none.
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

    /** What is done ahead of others is not compared: only one and the same object is known to say the same of it. */
    private static boolean hasDone(ResumePoint point) {
        return point.doneThrough() >= point.firstSequence();
    }

    private static String text(ResumePoint point) {
        String first = "sequence " + point.firstSequence();
        return hasDone(point) ? first + ", with some done up to " + point.doneThrough() : first;
    }
}
