package dev.braid.engine;

/**
 * Records that have left the ring and wait, in sequence order: those of the shared ingress whose group is at its in-flight bound,
 * all of the shared ingress behind them, and records of groups' own ingresses whose sub-stream has stalled records. For the
 * conductor.
 */
final class PartitionStalls<E> {
    private final CellQueue queue = new CellQueue();
    private final IngestRing<E> ring;
    private final CellPool<E> pool;

    PartitionStalls(IngestRing<E> ring, CellPool<E> pool) {
        this.ring = ring;
        this.pool = pool;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    void add(Cell cell, SubStream<E> subStream) {
        queue.add(cell, pool.cells());
        subStream.stall();
        if (!cell.own) {
            ring.putAside();
        }
    }

    /** Returns the oldest record's cell; there must be one. */
    Cell first() {
        return pool.get(queue.first());
    }

    /** Removes the oldest record, which is of this sub-stream. */
    void removeFirst(SubStream<E> subStream) {
        Cell cell = first();
        queue.remove(pool.cells());
        subStream.unstall();
        if (!cell.own) {
            ring.takeIn();
        }
    }
}
