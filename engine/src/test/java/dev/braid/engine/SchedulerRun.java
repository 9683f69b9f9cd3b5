package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.EngineCounters.PerGroup;
import java.util.Arrays;

/**
 * Drives a scheduler as one engine thread does, without an engine, and checks the promise on shares after every batch: see
 * {@link ShareBound}.
 */
final class SchedulerRun {
    final WeightedScheduler scheduler;
    final int[] weights;
    final int[] waiting;
    final long[] served;
    /** By group: what the largest batch that it could have had costs. */
    final long[] largestDue;

    long totalService;
    long totalBatches;

    /** By group: the least and the most that the average cost of its records can be. */
    private final double[] leastCosts;

    private final double[] mostCosts;

    /** Batches that were parts served out of turn. */
    long parts;

    private final int round;
    final EngineCounters counters;
    private final ShareBound bound;
    private final String context;

    SchedulerRun(int[] weights, int round, String context) {
        int groups = weights.length;
        this.context = context;
        this.bound = new ShareBound(weights, context);
        this.weights = bound.weights;
        this.served = bound.served;
        this.waiting = new int[groups];
        this.largestDue = new long[groups];
        this.leastCosts = new double[groups];
        this.mostCosts = new double[groups];
        this.round = round;
        String[] names = new String[groups];
        Arrays.setAll(names, i -> "group " + i);
        this.counters = new EngineCounters(
                new String[] {"thread"},
                names,
                new String[0],
                CountersFile.inMemory(EngineCounters.count(1, groups, 0)));
        this.scheduler =
                new WeightedScheduler(weights, round, new ShareMeter(groups, counters), group -> waiting[group]);
    }

    /** Records of a group are tagged. */
    void publish(int group, int records) {
        boolean wakes = waiting[group] == 0;
        waiting[group] += records;
        if (wakes) {
            bound.begin(group);
            scheduler.enter(group);
        }
    }

    void setWeight(int group, int weight) {
        if (weight == weights[group]) {
            return;
        }
        scheduler.setWeight(group, weight);
        bound.setWeight(group, weight);
    }

    /** Serves the next batch at a cost per record. Returns whose it was, or {@link WeightedScheduler#NONE}. */
    int serve(CostOf cost) {
        int group = scheduler.pick();
        if (group == WeightedScheduler.NONE) {
            return group;
        }
        int records = Math.min(waiting[group], scheduler.pickedSize(group));
        long each = cost.perRecord(group);
        long service = records * each;
        largestDue[group] = Math.max(largestDue[group], Math.max(records, scheduler.batchSize(group)) * each);
        notePart(group, records, service);
        noteCost(group, each);
        waiting[group] -= records;
        totalService += service;
        totalBatches++;
        scheduler.charge(group, records, service, waiting[group] > 0);
        if (waiting[group] == 0) {
            scheduler.sleep(group);
        }
        scheduler.measureLead(group);
        bound.count(group, service);
        bound.check(group, other -> waiting[other] > 0);
        return group;
    }

    /** What the engine watches itself: no group was ever ahead of another by more than its largest batch. */
    void assertNoLeadBeyondABatch() {
        for (int group = 0; group < weights.length; group++) {
            long lead = EngineCounters.get(counters.reader(), group, PerGroup.LARGEST_LEAD);
            long batch = EngineCounters.get(counters.reader(), group, PerGroup.LARGEST_BATCH);
            assertTrue(
                    lead <= batch,
                    "group " + group + " led by " + lead + ", its largest batch is " + batch + "; " + context);
        }
    }

    /** A group that is served in parts out of turn may lead by its due in a round, and by what a part costs more than expected. */
    private void notePart(int group, int records, long service) {
        boolean isWhole = scheduler.isFresh(group) && records == waiting[group];
        if (scheduler.isPickedOutOfTurn() && !isWhole) {
            parts++;
            double due = bound.dueInRound(group, round, mostCosts, other -> waiting[other] > 0);
            bound.mayLead(group, due + Math.max(0, service - records * leastCosts[group]));
        }
    }

    private void noteCost(int group, long each) {
        leastCosts[group] = leastCosts[group] == 0 ? each : Math.min(leastCosts[group], each);
        mostCosts[group] = Math.max(mostCosts[group], each);
    }

    /** The cost of a record of a group. */
    @FunctionalInterface
    interface CostOf {
        long perRecord(int group);
    }
}
