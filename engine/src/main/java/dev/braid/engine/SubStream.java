package dev.braid.engine;

import com.lmax.disruptor.EventHandler;

/**
 * A sub-stream at work: its handler, and the queue of its records that wait, oldest first, linked through the cells.
 * <p>
 * While runs of it are handed over it is leased to one worker. The worker walks along the links and keeps the place where the
 * last run ended; everything else is the conductor's, which goes on adding records at the tail.
 */
final class SubStream<E> {
    final int id;
    final GroupState<E> group;
    final EventHandler<? super E> handler;

    // The lease's holder's, and the conductor's as long as there is no lease:

    /** The cell behind the last run, if there was one already when that run was handed over. */
    private int head = Cell.NONE;

    /** Whether its first record failed, and is to be tried again. */
    private boolean suspended;

    /** How often its first record failed. */
    private int attempts;

    // The conductor's:

    /** The first that waits, or {@link Cell#NONE} if it is where the last run ends. */
    private int first = Cell.NONE;

    private int tail = Cell.NONE;
    private int size;
    private int leases;

    /** Whether a run came back unfinished, and those behind it are not back yet. */
    private boolean stuck;

    /** How many of its records wait behind others of the shared ingress, and have not come to {@link #size()} yet. */
    private int stalled;

    /** When its first record is tried again. */
    private long retryAtNs;

    SubStream(int id, GroupState<E> group, EventHandler<? super E> handler) {
        this.id = id;
        this.group = group;
        this.handler = handler;
    }

    // For the lease's holder.

    /** A run begins with a record's cell. */
    void beginRun(int cell) {
        head = cell;
    }

    /** A run has ended before a record's cell. */
    void endRun(int cell) {
        head = cell;
    }

    /** The cell behind the last run. */
    int head() {
        return head;
    }

    /** Its first record failed, and is to be tried again: until then nothing of it is handled. */
    void suspend() {
        attempts++;
        suspended = true;
    }

    boolean isSuspended() {
        return suspended;
    }

    /** How often its first record failed. */
    int attempts() {
        return attempts;
    }

    /** Its first record has its outcome, or is another one. */
    void clearAttempts() {
        attempts = 0;
    }

    // For the conductor.

    /** When its first record, which failed, is tried again. */
    void retryAt(long ns) {
        retryAtNs = ns;
    }

    long retryAtNs() {
        return retryAtNs;
    }

    /** It is time to try its first record again. */
    void resume() {
        suspended = false;
    }

    /** One of its records waits behind others of the shared ingress. */
    void stall() {
        stalled++;
    }

    /** One that was stalled does not wait any more. */
    void unstall() {
        stalled--;
    }

    boolean hasStalled() {
        return stalled > 0;
    }

    /** How many of its records wait and are in no batch. */
    int size() {
        return size;
    }

    boolean isLeased() {
        return leases > 0;
    }

    /** Adds a record's cell, one of these. Returns whether it is the only one that waits. */
    boolean add(int cell, Cell[] cells) {
        if (size > 0 || leases > 0) { // Otherwise the cell at the tail is free, or another's.
            cells[tail].next = cell;
        }
        tail = cell;
        if (size++ > 0) {
            return false;
        }
        first = cell;
        return true;
    }

    /** The cell of the first that waits. For a thread that needs no lease, because it is the conductor's. */
    int first() {
        return first;
    }

    /** So many of its first records have their outcome. For the same thread. */
    void removeHandled(int count) {
        first = head;
        size -= count;
    }

    /**
     * Hands a run of so many of its first records over.
     *
     * @return the first one's cell, or {@link Cell#NONE} if it is where the run before ends.
     */
    int lease(int count) {
        int start = first;
        first = Cell.NONE;
        size -= count;
        leases++;
        return start;
    }

    /** Whether its holder may be given more of it. */
    boolean canGoOn() {
        return size > 0 && !stuck;
    }

    /** A run is back, and so many of its records have no outcome. */
    void takeBack(int unhandled) {
        if (unhandled > 0) {
            size += unhandled;
            stuck = true;
        }
        if (--leases == 0 && size > 0) {
            if (stuck || first == Cell.NONE) {
                first = head;
            }
            stuck = false;
        }
    }

    /**
     * The last run that was handed over was not begun, and will not be.
     *
     * @param start what {@link #lease} returned for it.
     */
    void takeBackUnbegun(int start, int count) {
        first = start;
        size += count;
        if (--leases == 0) {
            if (stuck || first == Cell.NONE) {
                first = head;
            }
            stuck = false;
        }
    }
}
