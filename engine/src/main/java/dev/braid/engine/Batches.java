package dev.braid.engine;

/**
 * Makes batches for workers of what waits, charges their groups for them in advance, and takes them back: handled, with what
 * they really cost, or unbegun, as if they had never been made. For the conductor.
 */
final class Batches<E> {
    /** Batches are so small a part of what the weights make a batch, for there is one in reserve for each that is handled. */
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

    /** @param all of them, see {@link #forWorkers}. */
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
     * For each worker one that is handled, one that goes on with it, one in reserve, and one on its way back.
     *
     * @param maxRuns of each.
     */
    static Batch[] forWorkers(int workers, int maxRuns) {
        Batch[] batches = new Batch[4 * workers];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = new Batch(i, maxRuns);
        }
        return batches;
    }

    /** All that there are, by their index. */
    Batch[] all() {
        return all;
    }

    /** Whether one can be made. There are always some again once workers' batches are taken back. */
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
        int size = scheduler.isPickedWhole() ? scheduler.pickedSize(group) : sizeFor(group);
        backlog.fill(batch, group, size, takers);
        backlog.layOut(batch);
        charge(batch);
        return batch;
    }

    /** Whether a group has nothing that may be taken, but more of what is in a batch. */
    boolean canGoOn(Batch before) {
        return scheduler.isBlocked(before.group) && backlog.canContinue(before);
    }

    /**
     * Makes a batch that goes on with one that was handed over, of a group that is blocked. Its group is charged for it only once
     * it is begun, or laid out for all workers.
     */
    Batch further(Batch before) {
        Batch batch = free[--freeCount];
        batch.due = scheduler.due(before.group);
        batch.measures = sampler.isDue(before.group);
        backlog.fillFurther(batch, before, sizeFor(before.group));
        return batch;
    }

    private int sizeFor(int group) {
        return Math.max(1, scheduler.batchSize(group) / PARTS);
    }

    /** Charges a group for a batch. */
    void charge(Batch batch) {
        backlog.handOver(batch, cost.estimate(batch.group, batch.records));
    }

    /** Takes a batch back that was handled, or of which at least was tried to. */
    void takeBack(Batch batch) {
        if (batch.measures && batch.handled[0] != Batch.NOT_BEGUN) {
            sampler.record(batch.group, pool.get(batch.firsts[0]).taggedAt, batch.begunNs, batch.endedNs);
        }
        for (int run = 0; run < batch.runs; run++) {
            int at = batch.firsts[run];
            for (int left = batch.handled[run]; left > 0; left--) {
                Cell cell = pool.get(at);
                at = cell.next; // Before it is completed, for then it is used for something else.
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
