package dev.braid.persistence;

/** The checksum of a frame is right, but one of its results contradicts the frame. */
final class FrameContradiction extends JournalException {
    private static final long serialVersionUID = 1;

    private final transient FrameDecoder frame;

    FrameContradiction(FrameDecoder frame) {
        super("frame " + frame.ordinal() + " of segment " + frame.segment()
                + " contradicts itself, though its checksum is right");
        this.frame = frame;
    }

    /** Tells whether it is about the frame on which this decoder stands, and not thrown by a handler that reads another one. */
    boolean isOf(FrameDecoder other) {
        return frame == other;
    }
}
