package dev.braid.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;

/** Groups of jobs that take as long as they cost, in simulated time; see {@link SimulatedWorkers}. */
final class WorkerSimulation {
    private static final int RING_SIZE = 1 << 12;
    static final MergeHandler<Job> NO_MERGE = (job, sequence, id, outcome, cause) -> {};

    /** A record that was handled, in the order of completion. */
    record Served(int group, int subStream, long number, long startNs, long endNs) {}

    private final SimulatedWorkers<Job> workers;
    /** By group: how many it has, and the id of the first. */
    private final int[] subStreams;

    private final int[] firsts;
    private final long[] published;
    private final long[] handled;
    private final long[] serviceNs;
    private final Consumer<Served> listener;
    /** By worker and group: jobs of the batch that it handles, and how long they take. */
    private final long[][] handledInBatch;

    private final long[][] serviceNsInBatch;
    /** By worker: these jobs, where there is a listener. */
    private final List<List<Served>> servedInBatch = new ArrayList<>();

    /**
     * Makes an engine.
     *
     * @param weights  by group.
     * @param inFlight bound of each group.
     */
    WorkerSimulation(int[] weights, int subStreamsPerGroup, int workers, int round, CostModel costs, int inFlight) {
        this(Setup.of(weights, subStreamsPerGroup, workers, round, costs, inFlight), NO_MERGE, null, null);
    }

    /**
     * Describes the engine.
     *
     * @param weights    by group.
     * @param subStreams numbers of sub-streams, by group.
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
     * @param delayNs  see {@link SimulatedWorkers}.
     */
    WorkerSimulation(Setup setup, MergeHandler<? super Job> merge, Consumer<Served> listener, LongSupplier delayNs) {
        int[] weights = setup.weights;
        this.subStreams = setup.subStreams;
        this.firsts = new int[weights.length];
        this.published = new long[weights.length];
        this.handled = new long[weights.length];
        this.serviceNs = new long[weights.length];
        this.handledInBatch = new long[setup.workers][weights.length];
        this.serviceNsInBatch = new long[setup.workers][weights.length];
        this.listener = listener;
        EngineBuilder<Job> builder = BraidEngine.<Job>builder(Job::new)
                .workers(setup.workers)
                .onWarning(warning -> {})
                .ringSize(RING_SIZE)
                .round(setup.round)
                .costModel(setup.costs)
                .partitioner(job -> job.subStream)
                .merge(merge);
        for (int i = 0; i < weights.length; i++) {
            int group = i;
            firsts[i] = i == 0 ? 0 : firsts[i - 1] + subStreams[i - 1];
            builder.group(HandlerGroup.named("group " + i)
                    .weight(weights[i])
                    .<Job>subStreams(subStreams[i], id -> (job, sequence, end) -> handle(group, job))
                    .inFlight(setup.inFlight));
        }
        for (int i = 0; i < setup.workers; i++) {
            servedInBatch.add(new ArrayList<>());
        }
        this.workers = new SimulatedWorkers<>(builder, this::endBatch, delayNs);
    }

    private void handle(int group, Job job) {
        long startNs = workers.nanoTime();
        int worker = workers.spend(job.cost);
        handledInBatch[worker][group]++;
        serviceNsInBatch[worker][group] += job.cost;
        if (listener != null) {
            servedInBatch.get(worker).add(new Served(group, job.subStream, job.number, startNs, startNs + job.cost));
        }
    }

    private void endBatch(int worker) {
        for (int group = 0; group < handled.length; group++) {
            handled[group] += handledInBatch[worker][group];
            serviceNs[group] += serviceNsInBatch[worker][group];
        }
        Arrays.fill(handledInBatch[worker], 0);
        Arrays.fill(serviceNsInBatch[worker], 0);
        if (listener != null) {
            servedInBatch.get(worker).forEach(listener);
            servedInBatch.get(worker).clear();
        }
    }

    EngineAssembly<Job> pipeline() {
        return workers.parts();
    }

    /** The present, in simulated time. */
    long nowNs() {
        return workers.nanoTime();
    }

    /** Jobs of each group that were handled to their end. */
    long[] handled() {
        return handled.clone();
    }

    /** Jobs of all groups that were handled to their end. */
    long allHandled() {
        return Arrays.stream(handled).sum();
    }

    /** How long the handled jobs of each group took, in simulated time. */
    long[] serviceNs() {
        return serviceNs.clone();
    }

    /** Batches that workers have begun. */
    long batches() {
        return workers.batches();
    }

    /** Statistics of the engine's groups. */
    List<GroupStats> groups() {
        return pipeline().stats.groups();
    }

    void publish(int group, long cost) {
        publish(group, firsts[group] + (int) (published[group] % subStreams[group]), cost);
    }

    /** @param subStream one of the group's. */
    void publish(int group, int subStream, long cost) {
        long number = published[group]++;
        Ingress<Job> ingress = workers.ingress();
        long sequence = ingress.next();
        ingress.get(sequence).set(subStream, number, cost);
        ingress.publish(sequence);
    }

    void setWeight(int group, int weight) {
        pipeline().weightChanges.request(group, weight);
    }

    /** Published, and not handled to its end. */
    long backlog(int group) {
        return published[group] - handled[group];
    }

    /** Goes on to the end of the next batch. Returns whether there was one. */
    boolean step() {
        return workers.step();
    }

    /**
     * Keeps the backlogs of some groups full, until it is enough.
     *
     * @param backlog of each of them.
     * @param costs   of a job, by group.
     */
    void saturate(int[] groups, int backlog, long[] costs, BooleanSupplier isEnough) {
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
        workers.conduct();
        long sum = Arrays.stream(published).sum();
        if (pipeline().lowWatermark.get() != sum - 1) {
            throw new AssertionError("low watermark " + pipeline().lowWatermark.get() + " after " + sum + " records");
        }
    }
}
