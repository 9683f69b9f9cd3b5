package dev.braid.engine;

import com.lmax.disruptor.EventHandler;

/**
 * A sub-stream at work: its handler, and the queue of its waiting records, oldest first, linked through the cells.
 * <p>
 * While runs of it are handed over it is leased to one worker. The worker follows the links and keeps the place where the last run
 * ended; everything else is the conductor's, which goes on adding records at the tail.
 */
final class SubStream<E> {
    final int id;
    final GroupState<E> group;
    final EventHandler<? super E> handler;

    // Owned by the lease holder, or by the conductor while unleased:

    /** The cell behind the last run, if there was one when that run was handed over. */
    private int head = Cell.NONE;

    /** Whether its first record failed, and is to be retried. */
    private boolean suspended;

    /** Number of failed attempts at its first record. */
    private int attempts;

    // The conductor's:

    /** The first waiting cell, or {@link Cell#NONE} if it is where the last run ends. */
    private int first = Cell.NONE;

    private int tail = Cell.NONE;
    private int size;
    private int leases;

    /** Whether a run came back unfinished, and those behind it are not back yet. */
    private boolean stuck;

    /** Number of its records that are stalled in the shared ingress, and do not count in {@link #size()}. */
    private int stalled;

    /** When its first record is retried. */
    private long retryAtNs;

    SubStream(int id, GroupState<E> group, EventHandler<? super E> handler) {
        this.id = id;
        this.group = group;
        this.handler = handler;
    }

    // For the lease holder.

    /** Begins a run at a record's cell. */
    void beginRun(int cell) {
        head = cell;
    }

    /** Ends a run before a record's cell. */
    void endRun(int cell) {
        head = cell;
    }

    /** Returns the cell behind the last run. */
    int head() {
        return head;
    }

    /** Suspends the sub-stream, whose first record failed, until it is retried. */
    void suspend() {
        attempts++;
        suspended = true;
    }

    boolean isSuspended() {
        return suspended;
    }

    /** Returns the number of failed attempts at its first record. */
    int attempts() {
        return attempts;
    }

    /** Resets the attempts, because the first record has its outcome or is another one. */
    void clearAttempts() {
        attempts = 0;
    }

    // For the conductor.

    /** Sets when its first record, which failed, is retried. */
    void retryAt(long ns) {
        retryAtNs = ns;
    }

    long retryAtNs() {
        return retryAtNs;
    }

    /** Ends the suspension, because it is time for the retry. */
    void resume() {
        suspended = false;
    }

    /** Counts a record that stalls in the shared ingress. */
    void stall() {
        stalled++;
    }

    /** Counts a record that is no longer stalled. */
    void unstall() {
        stalled--;
    }

    boolean hasStalled() {
        return stalled > 0;
    }

    /** Returns the number of its waiting records that are in no batch. */
    int size() {
        return size;
    }

    boolean isLeased() {
        return leases > 0;
    }

    /** Adds a record's cell. Returns whether it is the only waiting one. */
    boolean add(int cell, Cell[] cells) {
        if (size > 0 || leases > 0) { // Otherwise the cell at the tail is free, or another sub-stream's.
            cells[tail].next = cell;
        }
        tail = cell;
        if (size++ > 0) {
            return false;
        }
        first = cell;
        return true;
    }

    /** Returns the cell of the first waiting record. For the conductor's thread, which needs no lease. */
    int first() {
        return first;
    }

    /** Removes first records that have their outcome. For the conductor's thread, which needs no lease. */
    void removeHandled(int count) {
        first = head;
        size -= count;
    }

    /**
     * Leases a run of its first records.
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

    /** Returns whether the lease holder may be given more of it. */
    boolean canGoOn() {
        return size > 0 && !stuck;
    }

    /** Takes a run back, of which some records have no outcome. */
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
     * Takes back the run that was leased last, which was not begun.
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
