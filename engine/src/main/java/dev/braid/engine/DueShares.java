package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerGroup;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What the weights promise, and what of it can be kept: publishes both as counters, and warns where they differ. For whoever
 * builds the engine or changes a weight, one at a time.
 */
final class DueShares {
    private static final double SAME = 1e-9;

    private final String[] names;
    private final int[] weights;
    /** By group: how many workers it can use. */
    private final int[] most;

    private final int workers;
    private final EngineCounters counters;
    private final Consumer<String> warningHandler;
    private final boolean[] warned;

    DueShares(
            String[] names,
            int[] weights,
            int[] subStreams,
            int workers,
            EngineCounters counters,
            Consumer<String> warningHandler) {
        this.names = names;
        this.weights = weights.clone();
        this.most = new int[subStreams.length];
        for (int i = 0; i < most.length; i++) {
            most[i] = Math.min(subStreams[i], workers);
        }
        this.workers = workers;
        this.counters = counters;
        this.warningHandler = warningHandler;
        this.warned = new boolean[weights.length];
        publish();
    }

    void setWeight(int group, int weight) {
        weights[group] = weight;
        publish();
    }

    private void publish() {
        double sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        double[] due = WaterFilling.shares(weights, most, workers);
        for (int i = 0; i < weights.length; i++) {
            double promised = weights[i] / sum;
            counters.set(i, PerGroup.WEIGHT, weights[i]);
            counters.set(i, PerGroup.WEIGHT_SHARE, Math.round(promised * EngineCounters.SHARE_SCALE));
            counters.set(i, PerGroup.DUE_SHARE, Math.round(due[i] * EngineCounters.SHARE_SCALE));
            boolean missed = due[i] < promised - SAME;
            if (missed && !warned[i]) {
                warningHandler.accept(String.format(
                        Locale.ROOT,
                        "group '%s' of weight %d is promised %.1f %% of %d workers, but with %d sub-stream%s it can have "
                                + "%.1f %% at most; the rest goes to the other groups by weight",
                        names[i],
                        weights[i],
                        100 * promised,
                        workers,
                        most[i],
                        most[i] == 1 ? "" : "s",
                        100 * due[i]));
            }
            warned[i] = missed;
        }
    }
}
