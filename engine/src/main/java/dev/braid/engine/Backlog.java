package dev.braid.engine;

/**
 * What waits to be handled: forms batches of it and takes back what became of them, and keeps the scheduler up to date on
 * which groups have work. For the conductor.
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

    /** A record was tagged. */
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

    /** A sub-stream of which nothing waited got a record. */
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

    /** When the next of them is due; there must be one. */
    long nsToNextRetry() {
        return retries.nsToNext();
    }

    /** Sub-streams whose first record is to be tried again have work again, now that it is time. */
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

    /** Whether a group has sub-streams with waiting records that nobody else is busy with. */
    boolean isReady(int group) {
        return groups[group].isReady();
    }

    /** Takes the next such sub-streams of a group, with up to so many records. Returns how many they are. */
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

    /** Nobody is busy with a sub-stream any more. */
    void goOn(SubStream<E> subStream) {
        if (subStream.isSuspended()) {
            retries.add(subStream);
        } else if (subStream.size() > 0) {
            ready(subStream);
        }
    }

    /** So many records of a group have their outcome. */
    void handled(int group, int count) {
        groups[group].handled(count);
    }

    /**
     * Fills a batch with up to so many records of a group that can be picked: of its sub-streams, in turn.
     *
     * @param takers for how many batches there is room, with this one: it leaves its part of the sub-streams to each.
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

    /** Whether there is more of the sub-streams of a batch that was handed over. */
    boolean canContinue(Batch before) {
        for (int run = 0; run < before.runs; run++) {
            if (subStreams[before.subStreams[run]].canGoOn()) {
                return true;
            }
        }
        return false;
    }

    /** Fills a batch, for the worker that has the one before, with up to so many more records of the same sub-streams. */
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

    /** A batch came back. */
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

    /** A batch was not begun, and will not be: its records wait again, before all others of their sub-streams. */
    void takeBackUnbegun(Batch batch) {
        GroupState<E> group = groups[batch.group];
        if (batch.isHandedOver) {
            group.takeBack(batch.records);
        }
        for (int run = batch.runs - 1; run >= 0; run--) {
            SubStream<E> subStream = subStreams[batch.subStreams[run]];
            subStream.takeBackUnbegun(batch.firsts[run], batch.counts[run]);
            if (subStream.isLeased()) {
                continue; // By the run before.
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

    /** A batch lies ready for whichever worker is free. Its group has work as long as it does. */
    void layOut(Batch batch) {
        groups[batch.group].layOut();
    }

    /** A batch that was laid out is begun, or was taken back. */
    void pickUp(Batch batch) {
        groups[batch.group].pickUp();
        settle(batch.group);
    }

    /** A batch is handed over, and its group charged for it. */
    void handOver(Batch batch, long cost) {
        groups[batch.group].handOver(batch.records);
        batch.isHandedOver = true;
        batch.charged = charge(batch.group, batch.records, cost);
    }

    /**
     * Charges a group for a batch of so many records, and has it sleep if it has nothing left that could be done.
     *
     * @return what was charged.
     */
    long charge(int index, int records, long cost) {
        groups[index].hasPaidUnhandled = false;
        long charged = scheduler.charge(index, records, cost, groups[index].isReady());
        settle(index);
        scheduler.measureLead(index);
        return charged;
    }

    /** A group whose batch came back, or was charged for, sleeps if it has nothing left that could be done. */
    void settle(int index) {
        GroupState<E> group = groups[index];
        if (!group.isReady() && !group.isLaidOut() && (group.waiting() == 0 || !group.isHandedOver())) {
            scheduler.sleep(index);
        }
    }
}
