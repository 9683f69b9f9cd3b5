package dev.braid.engine;

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

    final EngineCounters counters;
    private final ShareBound bound;

    SchedulerRun(int[] weights, int round, String context) {
        int groups = weights.length;
        this.bound = new ShareBound(weights, context);
        this.weights = bound.weights;
        this.served = bound.served;
        this.waiting = new int[groups];
        this.largestDue = new long[groups];
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

    /** What a record of a group costs. */
    @FunctionalInterface
    interface CostOf {
        long perRecord(int group);
    }
}
