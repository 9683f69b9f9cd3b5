package dev.braid.persistence;

/**
 * The position up to which a journal is known to be acknowledged.
 *
 * @param segment the last one of which something is; all before it are as a whole.
 * @param frames  of it that are.
 */
record Acknowledged(long segment, long frames) {
    static final Acknowledged NOTHING = new Acknowledged(0, 0);

    static Acknowledged of(long position) {
        return new Acknowledged(position >>> Integer.SIZE, position & 0xFFFF_FFFFL);
    }

    long position() {
        return FramePlace.position(segment, frames);
    }

    /** Returns the further of two positions. */
    Acknowledged and(Acknowledged other) {
        return other.position() > position() ? other : this;
    }

    /** Returns how many frames of a segment are acknowledged: all of a segment that has another after it. */
    long framesOf(long number) {
        return number < segment ? Long.MAX_VALUE : number == segment ? frames : 0;
    }

    boolean covers(long number, long ordinal) {
        return ordinal < framesOf(number);
    }

    String describe() {
        return frames == 0
                ? "all before segment " + segment + " was acknowledged"
                : "up to frame " + (frames - 1) + " of segment " + segment + " was acknowledged";
    }
}
