package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;

/**
 * Drives a scheduler as one engine thread does, without an engine, and checks the promise on shares after every batch: between
 * any two groups, over every interval in which both are backlogged. A change of a weight begins such an interval for its
 * group, and what counts as its largest batch is from then on the last one or a later one.
 */
final class SchedulerRun {
    final WeightedScheduler scheduler;
    final int[] weights;
    final int[] waiting;
    final long[] served;
    final long[] largest;
    /** By group: what the largest batch that it could have had costs. */
    final long[] largestDue;

    private final long[] last;
    long totalService;
    long totalBatches;

    final EngineCounters counters;
    private final double[] virtual;
    private final double[][] least;
    private final double[][] most;
    private final String context;

    SchedulerRun(int[] weights, int round, String context) {
        int groups = weights.length;
        this.weights = weights.clone();
        this.waiting = new int[groups];
        this.served = new long[groups];
        this.largest = new long[groups];
        this.largestDue = new long[groups];
        this.last = new long[groups];
        this.virtual = new double[groups];
        this.least = new double[groups][groups];
        this.most = new double[groups][groups];
        this.context = context;
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
            begin(group);
            scheduler.enter(group);
        }
    }

    void setWeight(int group, int weight) {
        if (weight == weights[group]) {
            return;
        }
        weights[group] = weight;
        scheduler.setWeight(group, weight);
        largest[group] = last[group];
        begin(group);
    }

    private void begin(int group) {
        for (int other = 0; other < weights.length; other++) {
            least[group][other] = most[group][other] = virtual[group] - virtual[other];
            least[other][group] = most[other][group] = virtual[other] - virtual[group];
        }
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
        served[group] += service;
        last[group] = service;
        largest[group] = Math.max(largest[group], service);
        totalService += service;
        totalBatches++;
        scheduler.charge(group, records, service, waiting[group] > 0);
        if (waiting[group] == 0) {
            scheduler.sleep(group);
        }
        scheduler.measureLead(group);
        virtual[group] += (double) service / weights[group];
        for (int other = 0; other < weights.length; other++) {
            if (other != group && waiting[other] > 0) {
                check(group, other);
                check(other, group);
            }
        }
        return group;
    }

    private void check(int i, int j) {
        double lag = virtual[i] - virtual[j];
        least[i][j] = Math.min(least[i][j], lag);
        most[i][j] = Math.max(most[i][j], lag);
        double bound = (double) largest[i] / weights[i] + (double) largest[j] / weights[j];
        assertTrue(
                most[i][j] - least[i][j] <= bound * (1 + 1e-9) + 1e-6,
                () -> "lag between groups " + i + " and " + j + " is " + (most[i][j] - least[i][j]) + ", the bound "
                        + bound + "; " + context);
    }

    /** What a record of a group costs. */
    @FunctionalInterface
    interface CostOf {
        long perRecord(int group);
    }
}
