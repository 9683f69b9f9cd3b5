package dev.braid.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;

/**
 * The real conductor, workers and merge of an engine, driven by one thread in simulated time: a batch takes as long as its
 * jobs cost, on a worker of its own, and is given back when that time is over. Everything else takes no time. So shares over
 * more workers than the machine has cores can be looked at, exactly; what the conductor and the merge take is measured in real
 * time.
 * <p>
 * It belongs to the engine's tests, and the benchmark of scaling uses it, too: outside of this package an engine with workers
 * can only be had with its threads.
 */
public final class WorkerSimulation {
    private static final int RING_SIZE = 1 << 12;
    static final MergeHandler<Job> NO_MERGE = (job, sequence, id, outcome, cause) -> {};

    /** Who has been handled when, in the order of the ends. */
    record Served(int group, long number, long startNs, long endNs) {}

    final EngineAssembly<Job> pipeline;
    long nowNs;

    private final List<Lane> lanes = new ArrayList<>();
    private final Ingress<Job> ingress;
    /** By group: how many it has, and the id of the first. */
    private final int[] subStreams;

    private final int[] firsts;
    private final LongSupplier delayNs;
    private long conductAtNs;

    private final long[] published;
    private final long[] handled;
    private final long[] serviceNs;
    private final Consumer<Served> listener;
    private Lane handling;
    private long batches;
    private long conductedNs;

    /**
     * Makes an engine.
     *
     * @param weights  by group.
     * @param inFlight bound of each group.
     */
    public WorkerSimulation(
            int[] weights, int subStreamsPerGroup, int workers, int round, CostModel costs, int inFlight) {
        this(Setup.of(weights, subStreamsPerGroup, workers, round, costs, inFlight), NO_MERGE, null, null);
    }

    /**
     * An engine, as it is to be.
     *
     * @param weights    by group.
     * @param subStreams by group: how many.
     * @param inFlight   bound of each group.
     */
    record Setup(int[] weights, int[] subStreams, int workers, int round, CostModel costs, int inFlight) {
        static Setup of(int[] weights, int subStreamsPerGroup, int workers, int round, CostModel costs, int inFlight) {
            int[] subStreams = new int[weights.length];
            Arrays.fill(subStreams, subStreamsPerGroup);
            return new Setup(weights, subStreams, workers, round, costs, inFlight);
        }
    }

    /**
     * @param listener is told of every job that was handled, or {@code null}.
     * @param delayNs  how long the conductor stays away each time, while workers go on, or {@code null}: then it is there
     *                 whenever a batch has ended, before its worker looks for the next one.
     */
    WorkerSimulation(Setup setup, MergeHandler<? super Job> merge, Consumer<Served> listener, LongSupplier delayNs) {
        int[] weights = setup.weights;
        this.subStreams = setup.subStreams;
        this.firsts = new int[weights.length];
        this.delayNs = delayNs;
        this.published = new long[weights.length];
        this.handled = new long[weights.length];
        this.serviceNs = new long[weights.length];
        this.listener = listener;
        EngineBuilder<Job> builder = BraidEngine.<Job>builder(Job::new)
                .threadingMode(ThreadingMode.DEDICATED)
                .workers(setup.workers)
                .onWarning(warning -> {})
                .ringSize(RING_SIZE)
                .round(setup.round)
                .costModel(setup.costs)
                .nanoClock(() -> handling == null ? nowNs : handling.timeNs)
                .partitioner(job -> job.subStream)
                .merge(merge);
        for (int i = 0; i < weights.length; i++) {
            int group = i;
            firsts[i] = i == 0 ? 0 : firsts[i - 1] + subStreams[i - 1];
            builder.group(HandlerGroup.named("group " + i)
                    .weight(weights[i])
                    .<Job>subStreams(subStreams[i], id -> (job, sequence, end) -> handling.handle(group, job))
                    .inFlight(setup.inFlight));
        }
        EngineLifecycle lifecycle = new EngineLifecycle(Throwable::printStackTrace, 0, () -> false);
        lifecycle.start();
        this.pipeline = new EngineAssembly<>(builder, lifecycle);
        this.ingress =
                new Ingress<>(pipeline.ring, lifecycle, attempt -> conduct(), pipeline.mergeWaits, 0, null, false);
        for (Worker<Job> worker : pipeline.workers) {
            lanes.add(new Lane(worker));
        }
        pipeline.mergeAgent.onStart();
        pipeline.conductor.onStart();
    }

    /** Jobs of each group that were handled to their end. */
    public long[] handled() {
        return handled.clone();
    }

    /** The same of all groups. */
    public long allHandled() {
        return Arrays.stream(handled).sum();
    }

    /** What these took, in simulated time. */
    public long[] serviceNs() {
        return serviceNs.clone();
    }

    /** Batches that workers have begun. */
    public long batches() {
        return batches;
    }

    /** What conductor and merge took so far, in real time. */
    public long conductedNs() {
        return conductedNs;
    }

    /** What the engine says of its groups. */
    public List<GroupStats> groups() {
        return pipeline.stats.groups();
    }

    private final class Lane {
        private final Worker<Job> worker;
        private final Deque<Served> jobs = new ArrayDeque<>();
        private final long[] count = new long[handled.length];
        private final long[] spentNs = new long[handled.length];
        private Batch batch;
        private long timeNs;

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
            batches++;
            return true;
        }

        void handle(int group, Job job) {
            long startNs = timeNs;
            timeNs += job.cost;
            count[group]++;
            spentNs[group] += job.cost;
            if (listener != null) {
                jobs.add(new Served(group, job.number, startNs, timeNs));
            }
        }

        void end() {
            for (int group = 0; group < count.length; group++) {
                handled[group] += count[group];
                serviceNs[group] += spentNs[group];
                count[group] = 0;
                spentNs[group] = 0;
            }
            jobs.forEach(listener == null ? job -> {} : listener);
            jobs.clear();
            worker.goOn(worker.end(batch));
            batch = null;
        }
    }

    void publish(int group, long cost) {
        int subStream = firsts[group] + (int) (published[group] % subStreams[group]);
        long number = published[group]++;
        long sequence = ingress.next();
        ingress.get(sequence).set(subStream, number, cost);
        ingress.publish(sequence);
    }

    void setWeight(int group, int weight) {
        pipeline.weightChanges.request(group, weight);
    }

    /** Published, and not handled to its end. */
    long backlog(int group) {
        return published[group] - handled[group];
    }

    private void conduct() {
        long startNs = System.nanoTime();
        while (pipeline.conductor.doWork() + pipeline.mergeAgent.doWork() > 0) {
            Thread.onSpinWait();
        }
        conductedNs += System.nanoTime() - startNs;
    }

    /** Workers that are free begin what there is. Returns whether one did. */
    private boolean begin() {
        boolean begun = false;
        for (Lane lane : lanes) {
            begun |= lane.begin();
        }
        return begun;
    }

    /** Goes on to the end of the next batch. Returns whether there was one. */
    boolean step() {
        Lane next = nextToEnd();
        while (next == null || conductAtNs <= next.timeNs) {
            nowNs = Math.max(nowNs, conductAtNs);
            do {
                conduct();
            } while (begin());
            next = nextToEnd();
            conductAtNs = delayNs == null ? Long.MAX_VALUE : nowNs + delayNs.getAsLong();
            if (next == null) {
                return false;
            }
        }
        nowNs = next.timeNs;
        next.end();
        if (delayNs == null) {
            conductAtNs = nowNs;
        } else {
            next.begin(); // It does not wait for the conductor.
        }
        return true;
    }

    private Lane nextToEnd() {
        Lane next = null;
        for (Lane lane : lanes) {
            if (lane.batch != null && (next == null || lane.timeNs < next.timeNs)) {
                next = lane;
            }
        }
        return next;
    }

    /**
     * Keeps the backlogs of some groups full, until it is enough.
     *
     * @param backlog of each of them.
     * @param costs   of a job, by group.
     */
    public void saturate(int[] groups, int backlog, long[] costs, BooleanSupplier isEnough) {
        saturate(groups, backlog, (int group) -> costs[group], isEnough);
    }

    /** @param costs of the next job of a group. */
    void saturate(int[] groups, int backlog, IntToLongFunction costs, BooleanSupplier isEnough) {
        while (!isEnough.getAsBoolean()) {
            for (int group : groups) {
                while (backlog(group) < backlog) {
                    publish(group, costs.applyAsLong(group));
                }
            }
            step();
        }
    }

    /** Handles all that there is. */
    void drain() {
        while (step()) {
            Thread.onSpinWait();
        }
        conduct();
        long sum = Arrays.stream(published).sum();
        if (pipeline.lowWatermark.get() != sum - 1) {
            throw new AssertionError("low watermark " + pipeline.lowWatermark.get() + " after " + sum + " records");
        }
    }
}
