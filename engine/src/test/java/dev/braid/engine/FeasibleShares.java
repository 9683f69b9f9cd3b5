package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.WorkerSimulation.Setup;
import java.util.Arrays;

/**
 * Watches a simulation all of whose groups stay backlogged: the promise on shares over workers. With w' for the shares that
 * water-filling makes of the weights, n workers, and b for the largest B/w' of all groups, it is
 * {@code |S_i/w'_i - S_j/w'_j| <= 2 (n + 1) b} over every interval; and over windows of {@value #WINDOW} batches for each
 * worker, shares within one per cent, and one batch, of w'.
 */
final class FeasibleShares {
    static final int WINDOW = 500;
    private static final double TOLERANCE = 0.01;

    private final WorkerSimulation simulation;
    private final Setup setup;
    private final int groups;
    private final double[] due;
    private final long[] last;
    private final long[] largestBatch;
    private final double[][] least;
    private final double[][] most;
    private long[] atWindow;
    private long windowEnd;
    private int windows;
    private String missed = "";

    /** @param costs of a job on average, by group. */
    FeasibleShares(WorkerSimulation simulation, Setup setup, long[] costs) {
        this.simulation = simulation;
        this.setup = setup;
        this.groups = setup.weights().length;
        this.due = due(setup, costs);
        this.last = service();
        this.largestBatch = new long[groups];
        this.least = new double[groups][groups];
        this.most = new double[groups][groups];
        for (int i = 0; i < groups; i++) {
            for (int j = 0; j < groups; j++) {
                least[i][j] = most[i][j] = lag(i, j);
            }
        }
        this.atWindow = last.clone();
        this.windowEnd = simulation.batches() + (long) WINDOW * setup.workers();
    }

    /** The shares of service: where records are the cost, workers' time is shared by weight and cost. */
    private static double[] due(Setup setup, long[] costs) {
        int groups = costs.length;
        boolean ofTime = setup.costs() == CostModel.NANOSECONDS;
        int[] weights = new int[groups];
        double[] limits = new double[groups];
        for (int i = 0; i < groups; i++) {
            weights[i] = ofTime ? setup.weights()[i] : Math.toIntExact(setup.weights()[i] * costs[i]);
            limits[i] = Math.min(setup.subStreams()[i], setup.workers());
        }
        double[] due = WaterFilling.shares(weights, limits, setup.workers());
        if (!ofTime) {
            for (int i = 0; i < groups; i++) {
                due[i] /= costs[i];
            }
            double sum = Arrays.stream(due).sum();
            for (int i = 0; i < groups; i++) {
                due[i] /= sum;
            }
        }
        return due;
    }

    private long[] service() {
        return setup.costs() == CostModel.NANOSECONDS ? simulation.serviceNs() : simulation.handled();
    }

    private double lag(int i, int j) {
        return last[i] / due[i] - last[j] / due[j];
    }

    /** To be told after every batch. Returns how many windows are over. */
    int observe() {
        long[] now = service();
        for (int i = 0; i < groups; i++) {
            largestBatch[i] = Math.max(largestBatch[i], now[i] - last[i]);
            last[i] = now[i];
        }
        for (int i = 0; i < groups; i++) {
            for (int j = 0; j < groups; j++) {
                double lag = lag(i, j);
                least[i][j] = Math.min(least[i][j], lag);
                most[i][j] = Math.max(most[i][j], lag);
            }
        }
        if (simulation.batches() >= windowEnd) {
            endWindow();
        }
        return windows;
    }

    private void endWindow() {
        double total = 0;
        for (int i = 0; i < groups; i++) {
            total += last[i] - atWindow[i];
        }
        for (int i = 0; i < groups; i++) {
            double share = (last[i] - atWindow[i]) / total;
            if (Math.abs(share - due[i]) > TOLERANCE + largestBatch[i] / total) {
                missed += " window " + windows + ": group " + i + " had " + share + ", due " + due[i] + ";";
            }
        }
        atWindow = last.clone();
        windowEnd += (long) WINDOW * setup.workers();
        windows++;
    }

    private double largestStep() {
        double step = 0;
        for (int i = 0; i < groups; i++) {
            step = Math.max(step, largestBatch[i] / due[i]);
        }
        return step;
    }

    /** The largest lag between two groups over any interval so far, in parts of the bound. */
    double lagOverBound() {
        double largest = 0;
        for (int i = 0; i < groups; i++) {
            for (int j = 0; j < groups; j++) {
                largest = Math.max(largest, most[i][j] - least[i][j]);
            }
        }
        return largest / (2 * (setup.workers() + 1) * largestStep());
    }

    /**
     * The largest lead that the engine itself has counted, in parts of its bound: it charges in advance, and in nanoseconds only
     * what it expects, so that a group can be ahead by all that is handed over, three batches for each worker, and one more.
     */
    double leadOverBound() {
        double lead = 0;
        double step = 0;
        for (GroupStats group : simulation.groups()) {
            lead = Math.max(lead, (double) group.largestLead() / group.weight());
            step = Math.max(step, (double) group.largestBatch() / group.weight());
        }
        return lead / ((3 * setup.workers() + 1) * step);
    }

    void assertHeld(String what) {
        assertTrue(missed.isEmpty(), what + ":" + missed);
        assertTrue(lagOverBound() <= 1, what + ": the lag was " + lagOverBound() + " of the bound");
        assertTrue(leadOverBound() <= 1, what + ": the lead counted was " + leadOverBound() + " of its bound");
    }
}
