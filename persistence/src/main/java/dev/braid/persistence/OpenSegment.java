package dev.braid.persistence;

/**
 * A segment that is being written, or is yet to be sealed. The thread that writes frames appends; the one that syncs
 * follows, from each segment to the next.
 */
final class OpenSegment {
    final long number;
    final SegmentWriter writer;

    /** Account of the frames. For the thread that writes. */
    SegmentTally tally;

    /** Number of frames that were forced. For the thread that syncs. */
    int forced;

    /** End of the last frame. */
    final MovingPlace written = new MovingPlace();

    private volatile SealedSegment ended;
    private volatile OpenSegment next;

    OpenSegment(long number, SegmentWriter writer) {
        this.number = number;
        this.writer = writer;
    }

    /** Ends the segment: nothing more will be written. */
    void end(SealedSegment account) {
        ended = account;
    }

    /** Returns what the manifest is to say of it, {@code null} as long as it is being written. */
    SealedSegment ended() {
        return ended;
    }

    /** Sets the segment that goes on where this one ends. */
    void next(OpenSegment segment) {
        next = segment;
    }

    OpenSegment next() {
        return next;
    }
}
