package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import org.agrona.concurrent.NanoClock;

/**
 * Measures how long records wait in the ring, from samples: of each ingress, one record at a time carries a stamp, the time of its
 * publication. When the engine's thread has taken that record off the ring, it pauses before it asks for another stamp. A publisher
 * reads a word that rarely changes, and reads the clock only when a stamp is wanted.
 * <p>
 * An ingress is named by its group's index, or {@link #SHARED}.
 */
final class RingWaits {
    static final int SHARED = IngestHandler.SHARED_INGRESS;

    private static final long WANTED = -1;
    private static final long NOT_WANTED = -2;
    /** A publisher is about to write the stamp. */
    private static final long STAMPING = -3;

    private final NanoClock clock;
    /** By ingress: the sequence of the record with the stamp, or one of the constants above. */
    private final Sequence[] stamped;

    private final long[] publishedNs;

    // The engine's thread's:
    private final long[] dueNs;
    private final boolean[] pausing;

    RingWaits(int groups, NanoClock clock) {
        this.clock = clock;
        this.stamped = new Sequence[groups + 1];
        for (int i = 0; i < stamped.length; i++) {
            stamped[i] = new Sequence(WANTED);
        }
        this.publishedNs = new long[groups + 1];
        this.dueNs = new long[groups + 1];
        this.pausing = new boolean[groups + 1];
    }

    /** Notes that a record is about to be published. For publishers. */
    void publishing(int ingress, long sequence) {
        Sequence stamp = stamped[ingress + 1];
        if (stamp.get() == WANTED && stamp.compareAndSet(WANTED, STAMPING)) {
            publishedNs[ingress + 1] = clock.nanoTime();
            stamp.set(sequence);
        }
    }

    // The engine's thread's side.

    /** Returns the sequence of the record of an ingress that carries a stamp, or a negative number if none does. */
    long stamped(int ingress) {
        return stamped[ingress + 1].get();
    }

    /**
     * Takes the stamp of a record that has left the ring.
     *
     * @param pauseNs how long no other record gets a stamp.
     * @return how long the record waited.
     */
    long take(int ingress, long pauseNs) {
        long nowNs = clock.nanoTime();
        long waitedNs = nowNs - publishedNs[ingress + 1];
        dueNs[ingress + 1] = nowNs + pauseNs;
        pausing[ingress + 1] = true;
        stamped[ingress + 1].set(NOT_WANTED);
        return waitedNs;
    }

    /** Asks for a stamp if the last pause is over. */
    void renew(int ingress, long nowNs) {
        if (pausing[ingress + 1] && nowNs - dueNs[ingress + 1] >= 0) {
            pausing[ingress + 1] = false;
            stamped[ingress + 1].set(WANTED);
        }
    }
}
