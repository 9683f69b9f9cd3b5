package dev.braid.engine;

import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Groups whose records cost simulated time, on more workers than there are cores: the real conductor, workers and merge of an
 * engine, driven by {@link SimulatedWorkers}. It is in the engine's package because the engine's parts are package-private.
 */
public final class SimulatedGroups {
    private static final int RING_SIZE = 1 << 12;

    private static final class Job {
        int subStream;
        long costNs;
    }

    private final SimulatedWorkers<Job> workers;
    private final int subStreamsPerGroup;
    private final long[] published;
    private final long[] handled;
    private final long[] serviceNs;
    /** By worker and group: records handled in the batch that is under way. */
    private final long[][] handledInBatch;

    private final long[][] serviceNsInBatch;

    /**
     * Makes an engine.
     *
     * @param weights  by group.
     * @param inFlight bound of each group.
     */
    public SimulatedGroups(
            int[] weights, int subStreamsPerGroup, int workers, int round, CostModel costs, int inFlight) {
        int groups = weights.length;
        this.subStreamsPerGroup = subStreamsPerGroup;
        this.published = new long[groups];
        this.handled = new long[groups];
        this.serviceNs = new long[groups];
        this.handledInBatch = new long[workers][groups];
        this.serviceNsInBatch = new long[workers][groups];
        EngineBuilder<Job> builder = BraidEngine.<Job>builder(Job::new)
                .workers(workers)
                .onWarning(warning -> {})
                .ringSize(RING_SIZE)
                .round(round)
                .costModel(costs)
                .partitioner(job -> job.subStream);
        for (int i = 0; i < groups; i++) {
            int group = i;
            builder.group(HandlerGroup.named("group " + i)
                    .weight(weights[i])
                    .<Job>subStreams(subStreamsPerGroup, id -> (job, sequence, end) -> handle(group, job))
                    .inFlight(inFlight));
        }
        this.workers = new SimulatedWorkers<>(builder, this::endBatch, null);
    }

    private void handle(int group, Job job) {
        int worker = workers.spend(job.costNs);
        handledInBatch[worker][group]++;
        serviceNsInBatch[worker][group] += job.costNs;
    }

    private void endBatch(int worker) {
        for (int group = 0; group < handled.length; group++) {
            handled[group] += handledInBatch[worker][group];
            serviceNs[group] += serviceNsInBatch[worker][group];
        }
        Arrays.fill(handledInBatch[worker], 0);
        Arrays.fill(serviceNsInBatch[worker], 0);
    }

    /**
     * Keeps the backlogs of all groups full.
     *
     * @param backlog  of each of them.
     * @param costsNs  of a record, by group.
     * @param isEnough when to stop.
     */
    public void saturate(int backlog, long[] costsNs, BooleanSupplier isEnough) {
        while (!isEnough.getAsBoolean()) {
            for (int group = 0; group < published.length; group++) {
                while (published[group] - handled[group] < backlog) {
                    publish(group, costsNs[group]);
                }
            }
            workers.step();
        }
    }

    private void publish(int group, long costNs) {
        Ingress<Job> ingress = workers.ingress();
        long sequence = ingress.next();
        Job job = ingress.get(sequence);
        job.subStream = group * subStreamsPerGroup + (int) (published[group]++ % subStreamsPerGroup);
        job.costNs = costNs;
        ingress.publish(sequence);
    }

    /** Returns the number of records of all groups that were completely handled. */
    public long handled() {
        return Arrays.stream(handled).sum();
    }

    /** Returns how long these took, by group, in simulated time. */
    public long[] serviceNs() {
        return serviceNs.clone();
    }

    /** Returns the number of batches that workers have begun. */
    public long batches() {
        return workers.batches();
    }

    /** Returns the real time that conductor and merge took so far. */
    public long conductedNs() {
        return workers.conductedNs();
    }

    /** Returns statistics of the engine's groups. */
    public List<GroupStats> groups() {
        return workers.parts().stats.groups();
    }
}
