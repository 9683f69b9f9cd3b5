package dev.braid.persistence;

/** Tells when work on files has come far enough for another report of its progress. For one thread. */
final class ProgressSteps {
    private static final long STEP = 4 * 1024 * 1024;

    private long reportedAt;

    /** @param position at which the work begins. */
    ProgressSteps(long position) {
        this.reportedAt = position;
    }

    /** Tells whether the work is to be reported at a position, which is far enough from that of the last report. */
    boolean isDue(long position) {
        if (position - reportedAt < STEP) {
            return false;
        }
        reportedAt = position;
        return true;
    }
}
