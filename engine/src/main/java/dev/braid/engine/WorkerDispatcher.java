package dev.braid.engine;

import java.util.BitSet;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

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
 * that each worker has had two; but not before a group that was due earlier and can go on there.
 * <p>
 * A duty cycle looks only at workers that gave a batch back or have room.
 */
final class WorkerDispatcher<E> implements Dispatcher {
    private static final int BATCHES_OF_A_WORKER = 2;

    private final InFlight<E> inFlight;
    private final CellPool<E> pool;
    private final Backlog<E> backlog;
    private final WeightedScheduler scheduler;
    private final Worker<E>[] workers;
    private final ManyToOneConcurrentArrayQueue<Batch> done;
    private final MergeAgent<E> mergeAgent;
    private final Sampler sampler;
    private final BatchCost cost;
    private final Batch[] free;
    private int freeCount;
    private long ordinal;
    private int turn;
    /** By index: the workers that have no batch in reserve. */
    private final BitSet withoutReserve;

    /** Of all batches in reserve that may be moved, none has a lower ordinal. */
    private long oldestInReserve;

    WorkerDispatcher(
            InFlight<E> inFlight,
            CellPool<E> pool,
            Backlog<E> backlog,
            WeightedScheduler scheduler,
            Worker<E>[] workers,
            ManyToOneConcurrentArrayQueue<Batch> done,
            MergeAgent<E> mergeAgent,
            Sampler sampler,
            BatchCost cost,
            int maxRuns) {
        this.inFlight = inFlight;
        this.pool = pool;
        this.backlog = backlog;
        this.scheduler = scheduler;
        this.workers = workers;
        this.done = done;
        this.mergeAgent = mergeAgent;
        this.sampler = sampler;
        this.cost = cost;
        this.free = new Batch[BATCHES_OF_A_WORKER * workers.length];
        while (freeCount < free.length) {
            free[freeCount++] = new Batch(maxRuns);
        }
        this.withoutReserve = new BitSet(workers.length);
        this.withoutReserve.set(0, workers.length);
    }

    /** For batches that workers give back. */
    static ManyToOneConcurrentArrayQueue<Batch> newQueue(int workers) {
        return new ManyToOneConcurrentArrayQueue<>(BATCHES_OF_A_WORKER * workers);
    }

    @Override
    public void onStart() {
        // The merge's thread starts the merge handler, and workers have nothing to start.
    }

    @Override
    public int dispatch() {
        int work = inFlight.freeMerged() + takeBack();
        work += handOver(true, turn, workers.length) + handOver(true, 0, turn);
        work += handOver(false, turn, workers.length) + handOver(false, 0, turn); // Only once nobody is without work.
        turn = (turn + 1) % workers.length;
        return work;
    }

    private int handOver(boolean toIdle, int from, int to) {
        int work = 0;
        for (int i = withoutReserve.nextSetBit(from); i >= 0 && i < to; i = withoutReserve.nextSetBit(i + 1)) {
            if (workers[i].isIdle() == toIdle && workers[i].hasRoom()) {
                int records = handOver(i);
                work += records;
                if (toIdle && records == 0) {
                    break; // For the others there is nothing either.
                }
            }
        }
        return work;
    }

    private int handOver(int index) {
        Worker<E> worker = workers[index];
        Batch before = worker.latest();
        boolean canGoOn = before != null && scheduler.isBlocked(before.group) && backlog.canContinue(before);
        Batch batch = takeFromReserve(workers.length, canGoOn ? scheduler.due(before.group) : Long.MAX_VALUE);
        if (batch == null) {
            batch = next(worker, canGoOn ? before : null);
        }
        if (batch == null && worker.isIdle()) {
            batch = takeFromReserve(0, Long.MAX_VALUE);
        }
        if (batch == null) {
            return 0;
        }
        batch.ordinal = ordinal++;
        batch.worker = index;
        worker.handOver(batch);
        withoutReserve.set(index, !worker.hasReserve());
        return batch.records;
    }

    /** @param before what the batch can go on with, or {@code null}. */
    private Batch next(Worker<E> worker, Batch before) {
        int next = scheduler.pick();
        boolean goesOn =
                before != null && (next == WeightedScheduler.NONE || scheduler.isDueBefore(before.group, next));
        if (!goesOn && (next == WeightedScheduler.NONE || worker.isBlocked())) {
            return null;
        }
        int group = goesOn ? before.group : next;
        Batch batch = free[--freeCount];
        if (goesOn) {
            backlog.fillFurther(batch, before, sizeFor(group));
        } else {
            backlog.fill(batch, group, sizeFor(group));
        }
        batch.due = scheduler.due(group);
        batch.measures = sampler.isDue(group);
        batch.charged = backlog.charge(group, batch.records, cost.estimate(group, batch.records));
        return batch;
    }

    private int sizeFor(int group) {
        return Math.max(1, scheduler.batchSize(group) / BATCHES_OF_A_WORKER);
    }

    /** A batch that a worker has in reserve, if so many were handed over since, and its group was due by then. */
    private Batch takeFromReserve(int age, long due) {
        if (ordinal - oldestInReserve <= age) {
            return null;
        }
        long oldest = ordinal;
        for (int i = 0; i < workers.length; i++) {
            Worker<E> worker = workers[i];
            if (worker.hasReserve() && !worker.latest().continues) {
                Batch batch = worker.latest();
                if (ordinal - batch.ordinal <= age || batch.due > due) {
                    oldest = Math.min(oldest, batch.ordinal);
                } else if (worker.takeFrom() != null) {
                    withoutReserve.set(i);
                    return batch;
                }
            }
        }
        oldestInReserve = oldest;
        return null;
    }

    private int takeBack() {
        int records = 0;
        Batch batch;
        while ((batch = done.poll()) != null) {
            workers[batch.worker].isBack();
            withoutReserve.set(batch.worker);
            records += batch.records;
            takeBack(batch);
            free[freeCount++] = batch;
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
