package dev.braid.persistence;

/**
 * A place in a journal after a frame.
 *
 * @param segment    its number.
 * @param frames     of it, up to the place.
 * @param fileOffset offset of the place in the segment's data file.
 * @param chain      what the frame after it carries: see {@link FrameChain}.
 */
record FramePlace(long segment, long frames, long fileOffset, long chain) {
    /** Returns the place as one number, which is the greater the further the place is. */
    static long position(long segment, long frames) {
        return segment << Integer.SIZE | frames;
    }

    long position() {
        return position(segment, frames);
    }
}
