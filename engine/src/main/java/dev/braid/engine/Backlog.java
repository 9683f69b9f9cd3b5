package dev.braid.engine;

/**
 * The records that wait to be handled: forms batches of them, takes batches back, and tells the scheduler which groups have work.
 * For the conductor.
 */
final class Backlog<E> {
    private final CellPool<E> pool;
    private final GroupState<E>[] groups;
    private final SubStream<E>[] subStreams;
    private final WeightedScheduler scheduler;
    private final Retries<E> retries;

    Backlog(EngineContext<E> context, WeightedScheduler scheduler) {
        this.pool = context.pool();
        this.groups = context.layout().groups;
        this.subStreams = context.layout().subStreams;
        this.scheduler = scheduler;
        this.retries = new Retries<>(context.clock());
    }

    /** Adds a record that was tagged. */
    void add(Cell cell, SubStream<E> subStream) {
        if (cell.own) {
            subStream.group.taggedOwn();
        } else {
            subStream.group.tagged();
        }
        if (subStream.add(cell.index, pool.cells())) {
            begin(subStream);
        }
    }

    /** Notes that a sub-stream without waiting records got one. */
    void begin(SubStream<E> subStream) {
        if (subStream.isLeased()) {
            scheduler.wake(subStream.group.index);
        } else {
            ready(subStream);
        }
    }

    private void ready(SubStream<E> subStream) {
        GroupState<E> group = subStream.group;
        if (!group.isReady()) {
            scheduler.enter(group.index);
        }
        group.addReady(subStream);
    }

    boolean hasRetries() {
        return !retries.isEmpty();
    }

    /** Returns the nanoseconds to the next retry; there must be one. */
    long nsToNextRetry() {
        return retries.nsToNext();
    }

    /** Returns sub-streams whose retry is due to their groups' backlogs. Returns how many. */
    int resumeRetries() {
        int count = 0;
        SubStream<E> subStream;
        while ((subStream = retries.pollDue()) != null) {
            subStream.resume();
            ready(subStream);
            count++;
        }
        return count;
    }

    /** Returns whether a group has unleased sub-streams with waiting records. */
    boolean isReady(int group) {
        return groups[group].isReady();
    }

    /**
     * Takes the next unleased sub-streams of a group, until they have the given number of records. Returns the number of
     * sub-streams.
     */
    int takeReady(int index, int[] ids, int records) {
        GroupState<E> group = groups[index];
        int count = 0;
        int left = records;
        do {
            SubStream<E> subStream = group.takeReady();
            ids[count++] = subStream.id;
            left -= subStream.size();
        } while (left > 0 && count < ids.length && group.isReady());
        return count;
    }

    /** Makes a sub-stream ready again, if it has records, once its batch or run is over. */
    void goOn(SubStream<E> subStream) {
        if (subStream.isSuspended()) {
            retries.add(subStream);
        } else if (subStream.size() > 0) {
            ready(subStream);
        }
    }

    /** Counts records of a group that got their outcome. */
    void handled(int group, int count) {
        groups[group].handled(count);
    }

    /**
     * Fills a batch with records of a group that can be picked, at most {@code size}, from its sub-streams in turn.
     *
     * @param takers the number of batches that there is room for, including this one. Each is left its part of the sub-streams.
     */
    void fill(Batch batch, int index, int size, int takers) {
        GroupState<E> group = groups[index];
        int ready = group.readySubStreams();
        int left = ready - (ready + takers - 1) / takers;
        batch.clear(index);
        do {
            lease(batch, group.takeReady(), size);
        } while (batch.records < size && batch.hasRoom() && group.readySubStreams() > left);
    }

    /** Returns whether the sub-streams of a batch that was handed over have more records. */
    boolean canContinue(Batch before) {
        for (int run = 0; run < before.runs; run++) {
            if (subStreams[before.subStreams[run]].canGoOn()) {
                return true;
            }
        }
        return false;
    }

    /** Fills a batch for the worker that has an earlier one, with at most {@code size} further records of the same sub-streams. */
    void fillFurther(Batch batch, Batch before, int size) {
        batch.clear(before.group);
        for (int run = 0; run < before.runs && batch.records < size; run++) {
            SubStream<E> subStream = subStreams[before.subStreams[run]];
            if (subStream.canGoOn()) {
                lease(batch, subStream, size);
            }
        }
    }

    private void lease(Batch batch, SubStream<E> subStream, int size) {
        int depth = subStream.size();
        int count = Math.min(depth, size - batch.records);
        batch.add(subStream.id, subStream.lease(count), count, depth);
    }

    /** Takes a batch back that was handled. */
    void takeBack(Batch batch) {
        int handled = 0;
        for (int run = 0; run < batch.runs; run++) {
            SubStream<E> subStream = subStreams[batch.subStreams[run]];
            int done = Math.max(0, batch.handled[run]);
            subStream.takeBack(batch.counts[run] - done);
            if (!subStream.isLeased()) {
                goOn(subStream);
            }
            handled += done;
        }
        groups[batch.group].takeBack(batch.records);
        groups[batch.group].handled(handled);
    }

    /** Takes a batch back that nobody has begun. Its records wait again, ahead of all others of their sub-streams. */
    void takeBackUnbegun(Batch batch) {
        GroupState<E> group = groups[batch.group];
        if (batch.isHandedOver) {
            group.takeBack(batch.records);
        }
        for (int run = batch.runs - 1; run >= 0; run--) {
            SubStream<E> subStream = subStreams[batch.subStreams[run]];
            subStream.takeBackUnbegun(batch.firsts[run], batch.counts[run]);
            if (subStream.isLeased()) {
                continue; // The run before it is still out.
            }
            if (subStream.isSuspended()) {
                retries.add(subStream);
            } else {
                if (!group.isReady()) {
                    scheduler.enter(group.index);
                }
                group.addReadyFirst(subStream);
            }
        }
    }

    /** Notes that a batch lies ready for any free worker. Its group counts as having work while it does. */
    void layOut(Batch batch) {
        groups[batch.group].layOut();
    }

    /** Notes that a batch that was laid out has been begun, or was withdrawn. */
    void pickUp(Batch batch) {
        groups[batch.group].pickUp();
        settle(batch.group);
    }

    /** Hands a batch over, and charges its group for it. */
    void handOver(Batch batch, long cost) {
        groups[batch.group].handOver(batch.records);
        batch.isHandedOver = true;
        batch.charged = charge(batch.group, batch.records, cost);
    }

    /**
     * Charges a group for a batch of records, and deactivates it if no sub-stream is ready.
     *
     * @return the cost that was charged.
     */
    long charge(int index, int records, long cost) {
        groups[index].hasPaidUnhandled = false;
        long charged = scheduler.charge(index, records, cost, groups[index].isReady());
        settle(index);
        scheduler.measureLead(index);
        return charged;
    }

    /** Deactivates a group if no sub-stream is ready. Called when its batch came back or was charged. */
    void settle(int index) {
        GroupState<E> group = groups[index];
        if (!group.isReady() && !group.isLaidOut() && (group.waiting() == 0 || !group.isHandedOver())) {
            scheduler.sleep(index);
        }
    }
}
