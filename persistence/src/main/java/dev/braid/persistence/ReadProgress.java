package dev.braid.persistence;

/** Reports every few megabytes how far a reader is, from where it began. For the thread that reads. */
final class ReadProgress {
    private final FrameCursor cursor;
    private final ProgressListener listener;
    private final long beganAt;
    private final ProgressSteps steps;

    /** Begins where the cursor stands. */
    ReadProgress(FrameCursor cursor, ProgressListener listener) {
        this.cursor = cursor;
        this.listener = listener;
        this.beganAt = cursor.position();
        this.steps = new ProgressSteps(beganAt);
    }

    /** Reports, if the cursor has gone far enough since the last report. */
    void report() {
        long position = cursor.position();
        if (steps.isDue(position)) {
            listener.onProgress(position - beganAt, Math.max(position, cursor.length()) - beganAt);
        }
    }
}
