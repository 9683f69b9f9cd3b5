package dev.braid.engine;

/**
 * Records that failed before they had a sub-stream: merges them as the {@link TaggingBudget} allows, and keeps those that have to
 * wait apart, so that no other record waits behind them. For the conductor.
 */
final class Failures<E> {
    private final IngestRing<E> ring;
    private final CellPool<E> pool;
    private final InFlight<E> inFlight;
    private final TaggingBudget<E> budget;

    /** Records of the shared ingress. */
    private final CellQueue ofNobody = new CellQueue();

    /** Groups with failed records of their own ingresses. */
    private final GroupState<E>[] waiting;

    private int waitingCount;

    Failures(
            IngestRing<E> ring,
            CellPool<E> pool,
            InFlight<E> inFlight,
            TaggingBudget<E> budget,
            GroupState<E>[] groups) {
        this.ring = ring;
        this.pool = pool;
        this.inFlight = inFlight;
        this.budget = budget;
        this.waiting = groups.clone();
    }

    /** Adds a record of the shared ingress. */
    void add(Cell cell) {
        if (cell.outcome == Cell.DONE || ofNobody.isEmpty() && budget.takeFailure()) {
            inFlight.complete(cell);
        } else {
            ofNobody.add(cell, pool.cells());
            ring.putAside();
        }
    }

    /** Adds a record of a group's ingress. */
    void add(Cell cell, GroupState<E> group) {
        if (cell.outcome == Cell.DONE) {
            complete(cell, group);
        } else if (!group.failing.isEmpty()) {
            group.failing.add(cell, pool.cells());
        } else if (budget.take(group)) {
            completeCharged(cell, group);
        } else {
            group.failing.add(cell, pool.cells());
            waiting[waitingCount++] = group;
        }
    }

    /** Merges records that had to wait, as far as the budget allows. Returns how many. */
    int resume() {
        int count = 0;
        while (!ofNobody.isEmpty() && budget.takeFailure()) {
            Cell cell = pool.get(ofNobody.first());
            ofNobody.remove(pool.cells());
            ring.takeIn();
            inFlight.complete(cell);
            count++;
        }
        for (int i = waitingCount - 1; i >= 0; i--) {
            GroupState<E> group = waiting[i];
            while (!group.failing.isEmpty() && budget.take(group)) {
                Cell cell = pool.get(group.failing.first());
                group.failing.remove(pool.cells());
                completeCharged(cell, group);
                count++;
            }
            if (group.failing.isEmpty()) {
                waiting[i] = waiting[--waitingCount];
            }
        }
        return count;
    }

    private void completeCharged(Cell cell, GroupState<E> group) {
        long startNs = budget.now();
        complete(cell, group);
        budget.charge(group, startNs);
    }

    private void complete(Cell cell, GroupState<E> group) {
        inFlight.complete(cell);
        group.credit.release(1);
        inFlight.touch(group);
    }
}
