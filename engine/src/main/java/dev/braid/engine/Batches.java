package dev.braid.engine;

/**
 * Makes batches for workers and charges their groups in advance. Takes them back handled, and corrects the charge to the actual
 * cost, or unbegun, and undoes them. For the conductor.
 */
final class Batches<E> {
    /** Batches are this part of the size that the weights give, because each batch that is handled has another one in reserve. */
    private static final int PARTS = 2;

    private final InFlight<E> inFlight;
    private final CellPool<E> pool;
    private final Backlog<E> backlog;
    private final WeightedScheduler scheduler;
    private final LatencySampler sampler;
    private final BatchCost cost;
    private final Batch[] all;
    private final Batch[] free;
    private int freeCount;

    /** @param all batches of the engine, see {@link #forWorkers}. */
    Batches(
            EngineContext<E> context,
            InFlight<E> inFlight,
            Backlog<E> backlog,
            WeightedScheduler scheduler,
            BatchCost cost,
            Batch[] all) {
        this.inFlight = inFlight;
        this.pool = context.pool();
        this.backlog = backlog;
        this.scheduler = scheduler;
        this.sampler = context.sampler();
        this.cost = cost;
        this.all = all;
        this.free = all.clone();
        this.freeCount = free.length;
    }

    /**
     * Makes four batches for each worker: one that is handled, one that goes on with it, one in reserve, and one on its way back.
     *
     * @param maxRuns of each batch.
     */
    static Batch[] forWorkers(int workers, int maxRuns) {
        Batch[] batches = new Batch[4 * workers];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = new Batch(i, maxRuns);
        }
        return batches;
    }

    /** Returns all batches, by their index. */
    Batch[] all() {
        return all;
    }

    /** Returns whether a batch is free. When none is, one will be as soon as a worker's batch is taken back. */
    boolean hasFree() {
        return freeCount > 0;
    }

    /**
     * Makes the next batch of the group that was picked.
     *
     * @param takers see {@link Backlog#fill}.
     */
    Batch next(int group, long due, int takers) {
        Batch batch = free[--freeCount];
        batch.due = due;
        batch.measures = sampler.isDue(group);
        int size = scheduler.isPickedOnRequest() ? scheduler.pickedSize(group) : sizeFor(group);
        backlog.fill(batch, group, size, takers);
        backlog.layOut(batch);
        charge(batch);
        return batch;
    }

    /** Returns whether a group has no unleased records, but more records of the sub-streams in a batch. */
    boolean canGoOn(Batch before) {
        return scheduler.isBlocked(before.group) && backlog.canContinue(before);
    }

    /**
     * Makes a batch that goes on with one that was handed over, of a group that is blocked. The group is charged only when the new
     * batch is begun, or laid out for all workers.
     */
    Batch further(Batch before) {
        Batch batch = free[--freeCount];
        batch.due = scheduler.due(before.group);
        batch.measures = sampler.isDue(before.group);
        backlog.fillFurther(batch, before, sizeFor(before.group));
        return batch;
    }

    /**
     * A group whose cost is not known is charged next to nothing until its first batch comes back, and may have two batches of each
     * worker by then: they have one record each.
     */
    private int sizeFor(int group) {
        return cost.isKnown(group) ? Math.max(1, scheduler.batchSize(group) / PARTS) : 1;
    }

    /** Charges a group for a batch. */
    void charge(Batch batch) {
        backlog.handOver(batch, cost.estimate(batch.group, batch.records));
    }

    /** Takes a batch back that a worker has handled, completely or in part. */
    void takeBack(Batch batch) {
        if (batch.measures && batch.handled[0] != Batch.NOT_BEGUN) {
            sampler.record(batch.group, pool.get(batch.firsts[0]).taggedAt, batch.begunNs, batch.endedNs);
        }
        for (int run = 0; run < batch.runs; run++) {
            int at = batch.firsts[run];
            for (int left = batch.handled[run]; left > 0; left--) {
                Cell cell = pool.get(at);
                at = cell.next; // Read before the cell is completed, because it is then reused.
                inFlight.complete(cell);
            }
        }
        backlog.takeBack(batch);
        inFlight.touch(batch.group);
        settle(batch, cost.of(batch));
    }

    /** Takes a batch back that nobody has begun. */
    void takeBackUnbegun(Batch batch) {
        backlog.takeBackUnbegun(batch);
        settle(batch, 0);
    }

    private void settle(Batch batch, long actual) {
        if (actual != batch.charged) {
            scheduler.correct(batch.group, batch.charged, actual);
        }
        backlog.settle(batch.group);
        free[freeCount++] = batch;
    }
}
