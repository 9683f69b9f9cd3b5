package dev.braid.engine;

import java.util.Arrays;
import java.util.List;

/**
 * The real conductor, workers and merge of an engine, driven by one thread in simulated time: a batch takes as long as its
 * records are said to cost, on a worker of its own, and everything else takes no time. So shares over more workers than the
 * machine has cores can be looked at. What the conductor and the merge take is measured in real time.
 * <p>
 * It is in the engine's package, for only there the parts of an engine can be had one by one.
 */
public final class SimulatedWorkers {
    private static final int RING_SIZE = 1 << 12;

    private final Pipeline<Task> pipeline;
    private final Ingress<Task> ingress;
    private final Lane[] lanes;
    private final long[] costsNs;
    private final int subStreamsOfGroup;
    private final int backlog;
    private final long[] published;
    private final long[] handled;
    private final long[] serviceNs;
    private long nowNs;
    private long conductedNs;
    private long batches;
    private Lane handling;

    private static final class Task {
        int subStream;
        int group;
    }

    /**
     * What came of a simulation.
     *
     * @param shares       of the service, by group.
     * @param lagOverBound the largest lead of any group, over its bound.
     * @param conductedNs  that conductor and merge took, in real time.
     */
    public record Outcome(double[] shares, double lagOverBound, long records, long batches, long conductedNs) {}

    /**
     * Makes an engine whose groups share time.
     *
     * @param weights by group.
     * @param costsNs of a record, by group.
     * @param backlog records that each group always has.
     */
    public SimulatedWorkers(int[] weights, long[] costsNs, int subStreamsOfGroup, int workers, int round, int backlog) {
        this.costsNs = costsNs;
        this.subStreamsOfGroup = subStreamsOfGroup;
        this.backlog = backlog;
        this.published = new long[weights.length];
        this.handled = new long[weights.length];
        this.serviceNs = new long[weights.length];
        EngineBuilder<Task> builder = BraidEngine.<Task>builder(Task::new)
                .threading(ThreadingMode.DEDICATED)
                .workers(workers)
                .ringSize(RING_SIZE)
                .round(round)
                .cost(CostModel.NANOSECONDS)
                .nanoClock(() -> handling == null ? nowNs : handling.timeNs)
                .partitioner(task -> task.subStream);
        for (int i = 0; i < weights.length; i++) {
            builder.group(HandlerGroup.<Task>of(
                            "group " + i, weights[i], subStreamsOfGroup, id -> (task, sequence, end) -> handle(task))
                    .inFlight(2 * backlog));
        }
        Lifecycle lifecycle = new Lifecycle(Throwable::printStackTrace);
        pipeline = new Pipeline<>(builder, lifecycle);
        ingress = new Ingress<>(pipeline.ring, lifecycle, attempt -> conduct(), 0, null);
        lanes = Arrays.stream(pipeline.workers).map(Lane::new).toArray(Lane[]::new);
        pipeline.mergeAgent.onStart();
        pipeline.conductor.onStart();
    }

    private final class Lane {
        private final Worker<Task> worker;
        private final long[] count = new long[costsNs.length];
        private Batch batch;
        private long timeNs;

        Lane(Worker<Task> worker) {
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

        void end() {
            for (int group = 0; group < count.length; group++) {
                handled[group] += count[group];
                serviceNs[group] += count[group] * costsNs[group];
                count[group] = 0;
            }
            worker.giveBack(batch);
            batch = null;
        }
    }

    private void handle(Task task) {
        handling.timeNs += costsNs[task.group];
        handling.count[task.group]++;
    }

    /** Serves so many records, while all groups always have work. Some more are served before, which do not count. */
    public Outcome run(long records) {
        serve(records / 4);
        long[] before = serviceNs.clone();
        long batchesBefore = batches;
        long recordsBefore = recordsHandled();
        conductedNs = 0;
        serve(recordsBefore + records);
        double[] shares = new double[before.length];
        double total = Arrays.stream(serviceNs).sum() - Arrays.stream(before).sum();
        Arrays.setAll(shares, group -> (serviceNs[group] - before[group]) / total);
        return new Outcome(
                shares, lagOverBound(), recordsHandled() - recordsBefore, batches - batchesBefore, conductedNs);
    }

    private double lagOverBound() {
        List<GroupStats> groups = pipeline.stats.groups();
        return groups.stream()
                .mapToDouble(group -> (double) group.largestLead() / Math.max(1, group.largestBatch()))
                .max()
                .orElse(0);
    }

    private long recordsHandled() {
        return Arrays.stream(handled).sum();
    }

    private void serve(long untilHandled) {
        while (recordsHandled() < untilHandled) {
            for (int group = 0; group < published.length; group++) {
                while (published[group] - handled[group] < backlog) {
                    publish(group);
                }
            }
            step();
        }
    }

    private void publish(int group) {
        long sequence = ingress.next();
        Task task = ingress.get(sequence);
        task.group = group;
        task.subStream = group * subStreamsOfGroup + (int) (published[group]++ % subStreamsOfGroup);
        ingress.publish(sequence);
    }

    private void conduct() {
        long startNs = System.nanoTime();
        while (pipeline.conductor.doWork() + pipeline.mergeAgent.doWork() > 0) {
            Thread.onSpinWait();
        }
        conductedNs += System.nanoTime() - startNs;
    }

    /** Goes on to the end of the next batch. */
    private void step() {
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
            throw new IllegalStateException("nobody has work, although all groups should");
        }
        nowNs = next.timeNs;
        next.end();
    }
}
