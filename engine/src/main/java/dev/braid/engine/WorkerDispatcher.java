package dev.braid.engine;

/**
 * Hands batches to workers and takes them back.
 * <p>
 * Every worker has one batch under way and one in reserve, each half of what the weights make a batch: so a record of a group
 * that was idle waits for no more than one batch per worker. Whoever is furthest behind is handed over next, whichever worker
 * has room. A group all of whose sub-streams are leased can still go on with the worker that has them, in that worker's next
 * batch, if it is due before all others: or one with few sub-streams would lose its worker after every batch, and with it a
 * part of its share.
 * <p>
 * What waits behind a batch that takes long is moved to a worker with room, once so many batches were handed over meanwhile
 * that each worker has had two.
 */
final class WorkerDispatcher<E> implements Dispatcher {
    private static final int BATCHES_OF_A_WORKER = 2;

    private final InFlight<E> inFlight;
    private final CellPool<E> pool;
    private final Backlog<E> backlog;
    private final WeightedScheduler scheduler;
    private final Worker<E>[] workers;
    private final MergeAgent<E> mergeAgent;
    private final Sampler sampler;
    private final BatchCost cost;
    private final Batch[] free;
    private int freeCount;
    private long ordinal;
    private int turn;

    WorkerDispatcher(
            InFlight<E> inFlight,
            CellPool<E> pool,
            Backlog<E> backlog,
            WeightedScheduler scheduler,
            Worker<E>[] workers,
            MergeAgent<E> mergeAgent,
            Sampler sampler,
            BatchCost cost,
            int maxRuns) {
        this.inFlight = inFlight;
        this.pool = pool;
        this.backlog = backlog;
        this.scheduler = scheduler;
        this.workers = workers;
        this.mergeAgent = mergeAgent;
        this.sampler = sampler;
        this.cost = cost;
        this.free = new Batch[BATCHES_OF_A_WORKER * workers.length];
        while (freeCount < free.length) {
            free[freeCount++] = new Batch(maxRuns);
        }
    }

    @Override
    public void onStart() {
        // The merge's thread starts the merge handler, and workers have nothing to start.
    }

    @Override
    public int dispatch() {
        int work = inFlight.freeMerged() + takeBack();
        for (int i = 0; i < workers.length; i++) {
            Worker<E> worker = workers[(turn + i) % workers.length];
            if (worker.isIdle()) {
                work += handOver(worker);
            }
        }
        for (int i = 0; i < workers.length; i++) { // In reserve: only once nobody is without work.
            Worker<E> worker = workers[(turn + i) % workers.length];
            if (worker.hasRoom()) {
                work += handOver(worker);
            }
        }
        turn = (turn + 1) % workers.length;
        return work;
    }

    private int handOver(Worker<E> worker) {
        Batch batch = takeQueued(worker, workers.length);
        if (batch == null) {
            batch = nextFor(worker);
        }
        if (batch == null && worker.isIdle()) {
            batch = takeQueued(worker, 0);
        }
        if (batch == null) {
            return 0;
        }
        batch.ordinal = ordinal++;
        worker.handOver(batch);
        return batch.records;
    }

    private Batch nextFor(Worker<E> worker) {
        int next = scheduler.pick();
        Batch before = worker.latest();
        Batch batch;
        if (before != null
                && scheduler.isBlocked(before.group)
                && (next == WeightedScheduler.NONE || scheduler.isDueBefore(before.group, next))
                && backlog.canContinue(before)) {
            batch = free[--freeCount];
            backlog.fillFurther(batch, before, sizeFor(before.group));
        } else if (next != WeightedScheduler.NONE && !worker.isBlocked()) {
            batch = free[--freeCount];
            backlog.fill(batch, next, sizeFor(next));
        } else {
            return null;
        }
        batch.charged = cost.estimate(batch.group, batch.records);
        batch.measures = sampler.isDue(batch.group);
        backlog.charge(batch.group, batch.charged);
        return batch;
    }

    private int sizeFor(int group) {
        return Math.max(1, scheduler.batchSize(group) / BATCHES_OF_A_WORKER);
    }

    /** A batch that another worker has in reserve, if so many were handed over since. */
    private Batch takeQueued(Worker<E> taker, int age) {
        for (Worker<E> worker : workers) {
            if (worker != taker && worker.hasQueued()) {
                Batch batch = worker.latest();
                if (!batch.continues && ordinal - batch.ordinal > age && worker.takeFrom() != null) {
                    return batch;
                }
            }
        }
        return null;
    }

    private int takeBack() {
        int records = 0;
        for (Worker<E> worker : workers) {
            Batch batch;
            while ((batch = worker.pollDone()) != null) {
                records += batch.records;
                takeBack(batch);
                free[freeCount++] = batch;
            }
        }
        return records;
    }

    private void takeBack(Batch batch) {
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
        long charged = batch.charged;
        long actual = cost.of(batch);
        if (actual != charged) {
            scheduler.correct(batch.group, charged, actual);
        }
        backlog.settle(batch.group);
    }

    @Override
    public void idle() {
        // The merge's thread knows it.
    }

    @Override
    public boolean isWoundUp() {
        boolean allEnded = true;
        for (Worker<E> worker : workers) {
            allEnded &= worker.hasEnded(); // Before its last batches are looked for.
        }
        takeBack();
        return allEnded;
    }

    @Override
    public void close() {
        for (Worker<E> worker : workers) {
            worker.stop();
        }
        mergeAgent.conductorHasEnded();
    }
}
