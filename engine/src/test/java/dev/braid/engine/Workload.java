package dev.braid.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * An engine with groups of equal numbers of sub-streams, driven by the test, whose handlers advance a clock by the cost of
 * each job and, on request, record the order of service.
 */
final class Workload {
    final BraidEngine<Job> engine;
    private long merged;
    private final boolean remembers;
    final long[] service;
    final long[] handledAt;
    final List<Integer> servedGroups = new ArrayList<>();
    final List<Long> servedCosts = new ArrayList<>();
    final List<Long> batchIds = new ArrayList<>();
    private final long[] published;
    private final long[] handledOf;
    private final int subStreamsPerGroup;
    long totalService;
    long handled;
    Runnable onHandled = () -> {};

    private List<GroupStats> groupStats;
    private long timeNs;

    Workload(
            int[] weights,
            int subStreamsPerGroup,
            CostModel costModel,
            int round,
            MergeOrder order,
            boolean remembers) {
        this.subStreamsPerGroup = subStreamsPerGroup;
        this.remembers = remembers;
        this.service = new long[weights.length];
        this.handledAt = new long[weights.length];
        this.published = new long[weights.length];
        this.handledOf = new long[weights.length];
        EngineBuilder<Job> builder = Engines.invoked()
                .ringSize(1 << 15)
                .round(round)
                .costModel(costModel)
                .nanoClock(() -> timeNs)
                .mergeOrder(order)
                .merge((job, sequence, subStream, outcome, cause) -> merged++);
        for (int i = 0; i < weights.length; i++) {
            int group = i;
            builder.group(HandlerGroup.named("group " + i)
                    .weight(weights[i])
                    .<Job>subStreams(subStreamsPerGroup, id -> this.handler(group, costModel))
                    .inFlight(16_384));
        }
        engine = builder.start();
        groupStats = engine.stats().groups();
    }

    private com.lmax.disruptor.EventHandler<Job> handler(int group, CostModel costModel) {
        return (job, sequence, endOfBatch) -> {
            timeNs += job.cost;
            long cost = costModel == CostModel.RECORDS ? 1 : job.cost;
            service[group] += cost;
            totalService += cost;
            handledOf[group]++;
            handledAt[group] = handled++;
            if (remembers) {
                servedGroups.add(group);
                servedCosts.add(cost);
                batchIds.add(serviceSoFar());
            }
            onHandled.run();
        };
    }

    /** All service as the engine has counted it, which it does at the end of a batch: so it tells one batch from the next. */
    private long serviceSoFar() {
        long sum = 0;
        for (GroupStats stats : groupStats) {
            sum += stats.service();
        }
        return sum;
    }

    long published(int group) {
        return published[group];
    }

    void publish(int group, long cost) {
        Engines.publish(engine, subStreamOf(group), published[group]++, cost);
    }

    void tryPublish(int group) {
        long number = published[group]++;
        int subStream = subStreamOf(group);
        if (!engine.ingress().tryPublish((job, sequence) -> job.set(subStream, number, 1))) {
            throw new AssertionError("no room in the ring");
        }
    }

    private int subStreamOf(int group) {
        return group * subStreamsPerGroup + (int) (published[group] % subStreamsPerGroup);
    }

    long backlog(int group) {
        return published[group] - handledOf[group];
    }

    /** Lets the engine finish and checks that everything came out. */
    void stop() {
        engine.close();
        long records = 0;
        for (long count : published) {
            records += count;
        }
        if (merged != records) {
            throw new AssertionError(merged + " results of " + records + " records");
        }
    }
}
