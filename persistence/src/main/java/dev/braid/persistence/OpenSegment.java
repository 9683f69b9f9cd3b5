package dev.braid.persistence;

/**
 * A segment that is being written, or is yet to be sealed. The thread that writes frames appends; the one that syncs
 * follows, from each segment to the next.
 */
final class OpenSegment {
    final long number;
    final SegmentWriter writer;

    /** For the thread that writes. */
    SegmentTally tally;

    /** For the thread that syncs: how many frames were forced. */
    int forced;

    /** Where its last frame ends. */
    final MovingPlace written = new MovingPlace();

    private volatile SealedSegment ended;
    private volatile OpenSegment next;

    OpenSegment(long number, SegmentWriter writer) {
        this.number = number;
        this.writer = writer;
    }

    /** Nothing more will be written. */
    void end(SealedSegment account) {
        ended = account;
    }

    /** What is to be said of it in the manifest, {@code null} as long as it is being written. */
    SealedSegment ended() {
        return ended;
    }

    /** The next segment goes on where this one ends. */
    void next(OpenSegment segment) {
        next = segment;
    }

    OpenSegment next() {
        return next;
    }
}
