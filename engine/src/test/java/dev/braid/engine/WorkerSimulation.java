package dev.braid.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The real conductor, workers and merge, driven by the test's thread in simulated time: a batch takes as long as its jobs
 * cost, and is given back when that time is over. Everything else takes no time.
 */
final class WorkerSimulation {
    /** Who has been handled when, in the order of the ends. */
    record Served(int group, long number, long startNs, long endNs) {}

    final Pipeline<Job> pipeline;
    final RecordingMerge merge = new RecordingMerge();
    final List<Served> served = new ArrayList<>();
    final long[] service;
    final long[] handled;
    long nowNs;

    private final List<Lane> lanes = new ArrayList<>();
    private final Ingress<Job> ingress;
    private final int subStreamsPerGroup;
    private final long[] published;
    private final boolean remembers;
    private Lane handling;

    WorkerSimulation(
            int[] weights, int subStreamsPerGroup, int workers, int round, CostModel costs, boolean remembers) {
        this(weights, subStreamsPerGroup, workers, round, costs, remembers, MergeOrder.WEIGHTED);
    }

    WorkerSimulation(
            int[] weights,
            int subStreamsPerGroup,
            int workers,
            int round,
            CostModel costs,
            boolean remembers,
            MergeOrder order) {
        this.subStreamsPerGroup = subStreamsPerGroup;
        this.published = new long[weights.length];
        this.service = new long[weights.length];
        this.handled = new long[weights.length];
        this.remembers = remembers;
        EngineBuilder<Job> builder = BraidEngine.<Job>builder(Job::new)
                .threading(ThreadingMode.DEDICATED)
                .workers(workers)
                .warningHandler(warning -> {})
                .ringSize(1 << 12)
                .round(round)
                .cost(costs)
                .nanoClock(() -> handling == null ? nowNs : handling.timeNs)
                .mergeOrder(order)
                .partitioner(job -> job.subStream);
        if (remembers) {
            builder.merge(merge);
        }
        for (int i = 0; i < weights.length; i++) {
            int group = i;
            builder.group(HandlerGroup.<Job>of(
                            "group " + i,
                            weights[i],
                            subStreamsPerGroup,
                            id -> (job, sequence, end) -> handle(group, job))
                    .inFlight(1 << 13));
        }
        Lifecycle lifecycle = new Lifecycle(Throwable::printStackTrace);
        this.pipeline = new Pipeline<>(builder, lifecycle);
        this.ingress = new Ingress<>(pipeline.ring, lifecycle, attempt -> conduct(), 0, null);
        for (Worker<Job> worker : pipeline.workers) {
            lanes.add(new Lane(worker));
        }
        pipeline.mergeAgent.onStart();
        pipeline.conductor.onStart();
    }

    private final class Lane {
        final Worker<Job> worker;
        final Deque<Served> jobs = new ArrayDeque<>();
        Batch batch;
        long timeNs;

        Lane(Worker<Job> worker) {
            this.worker = worker;
        }

        boolean begin() {
            if (batch != null || (batch = worker.take()) == null) {
                return false;
            }
            timeNs = nowNs;
            handling = this;
            EngineHaltedException failure = worker.handle(batch);
            handling = null;
            if (failure != null) {
                throw failure;
            }
            return true;
        }

        void end() {
            for (Served job : jobs) {
                service[job.group()] += job.endNs() - job.startNs();
                handled[job.group()]++;
                if (remembers) {
                    served.add(job);
                }
            }
            jobs.clear();
            worker.giveBack(batch);
            batch = null;
        }
    }

    private void handle(int group, Job job) {
        long startNs = handling.timeNs;
        handling.timeNs += job.cost;
        handling.jobs.add(new Served(group, job.number, startNs, handling.timeNs));
    }

    void publish(int group, long cost) {
        int subStream = group * subStreamsPerGroup + (int) (published[group] % subStreamsPerGroup);
        long number = published[group]++;
        long sequence = ingress.next();
        ingress.get(sequence).set(subStream, number, cost);
        ingress.publish(sequence);
    }

    /** Published, and not handled to its end. */
    long backlog(int group) {
        return published[group] - handled[group];
    }

    private void conduct() {
        while (pipeline.conductor.doWork() + pipeline.mergeAgent.doWork() > 0) {
            Thread.onSpinWait();
        }
    }

    /** Goes on to the end of the next batch. Returns whether there was one. */
    boolean step() {
        boolean begun;
        do {
            conduct();
            begun = false;
            for (Lane lane : lanes) {
                begun |= lane.begin();
            }
        } while (begun);
        Lane next = null;
        for (Lane lane : lanes) {
            if (lane.batch != null && (next == null || lane.timeNs < next.timeNs)) {
                next = lane;
            }
        }
        if (next == null) {
            return false;
        }
        nowNs = next.timeNs;
        next.end();
        return true;
    }

    /** Keeps the backlogs of some groups full, until it is enough. */
    void saturate(int[] groups, int backlog, long[] costs, BooleanSupplier isEnough) {
        while (!isEnough.getAsBoolean()) {
            for (int group : groups) {
                while (backlog(group) < backlog) {
                    publish(group, costs[group]);
                }
            }
            step();
        }
    }

    /** Handles all that there is, and checks that it came out. */
    void drain() {
        while (step()) {
            Thread.onSpinWait();
        }
        conduct();
        long sum = 0;
        for (long count : published) {
            sum += count;
        }
        if (remembers) {
            merge.assertComplete(sum);
        }
        if (pipeline.lowWatermark.get() != sum - 1) {
            throw new AssertionError("low watermark " + pipeline.lowWatermark.get() + " after " + sum + " records");
        }
    }
}
