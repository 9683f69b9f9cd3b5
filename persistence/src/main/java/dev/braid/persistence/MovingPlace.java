package dev.braid.persistence;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A {@link FramePlace} that moves on. Moving it allocates nothing and waits for nobody.
 * <p>
 * <b>Threads:</b> one at a time moves it; any may ask where it is.
 */
final class MovingPlace {
    /** Odd while it is being moved: what was read meanwhile is read again. */
    private final AtomicLong moves = new AtomicLong();

    private final AtomicLong position = new AtomicLong();
    private long fileOffset;
    private long chain;

    void moveTo(long segment, int frames, long newFileOffset, long newChain) {
        move(FramePlace.position(segment, frames), newFileOffset, newChain);
    }

    /** To where another one is, which may be moving. */
    void moveTo(MovingPlace other) {
        long otherPosition;
        long otherOffset;
        long otherChain;
        long before;
        do {
            before = other.moves.get();
            otherPosition = other.position.get();
            otherOffset = other.fileOffset;
            otherChain = other.chain;
            VarHandle.acquireFence();
        } while ((before & 1) != 0 || other.moves.get() != before);
        move(otherPosition, otherOffset, otherChain);
    }

    private void move(long newPosition, long newFileOffset, long newChain) {
        long before = moves.getPlain();
        moves.lazySet(before + 1);
        VarHandle.storeStoreFence();
        fileOffset = newFileOffset;
        chain = newChain;
        position.lazySet(newPosition);
        moves.lazySet(before + 2);
    }

    /** Returns the place as {@link FramePlace#position()} does; 0 at first. */
    long position() {
        return position.get();
    }

    /** Returns the number of frames of the segment up to the place. */
    int frames() {
        return (int) position.get();
    }

    FramePlace place() {
        MovingPlace copy = new MovingPlace();
        copy.moveTo(this);
        long at = copy.position.get();
        return new FramePlace(at >>> Integer.SIZE, at & 0xFFFF_FFFFL, copy.fileOffset, copy.chain);
    }
}
