package dev.braid.engine;

import com.lmax.disruptor.EventHandler;

/**
 * A sub-stream at work: its handler, and the queue of its records that wait, oldest first, linked through the cells.
 */
final class SubStream<E> {
    final int id;
    final Group<E> group;
    final EventHandler<? super E> handler;

    private int head = Cell.NONE;
    private int tail = Cell.NONE;
    private int size;

    /** The next in its group's queue of sub-streams with work. */
    int nextReady = Group.NONE;

    /** How many of its records wait behind others of the shared ingress, and have not come to {@link #size()} yet. */
    int stalled;

    /** Whether its first record was tried in vain, and is to be tried again. */
    boolean suspended;

    /** How often it was tried in vain. */
    int attempts;

    /** When it is tried again. */
    long retryAtNs;

    SubStream(int id, Group<E> group, EventHandler<? super E> handler) {
        this.id = id;
        this.group = group;
        this.handler = handler;
    }

    int size() {
        return size;
    }

    int head() {
        return head;
    }

    void add(Cell<E> cell, CellPool<E> pool) {
        cell.next = Cell.NONE;
        if (size++ == 0) {
            head = cell.index;
        } else {
            pool.get(tail).next = cell.index;
        }
        tail = cell.index;
    }

    /** Drops the first {@code count} records, after which {@code newHead} is the first. */
    void removeUpTo(int newHead, int count) {
        head = newHead;
        size -= count;
    }
}
