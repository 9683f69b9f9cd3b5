package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerGroup;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Compares the shares that the weights promise with those that the groups' sub-streams and in-flight bounds allow: publishes both
 * as counters, and warns where they differ. {@link #setWeight} is for the thread that builds the engine or changes a weight, one at a
 * time.
 */
final class DueShares {
    private static final double SAME = 1e-9;

    private final String[] names;
    private final int[] weights;
    private final int[] bounds;
    /** By group: the number of workers that its sub-streams can use. */
    private final double[] bySubStreams;

    /**
     * By group: the number of workers that it can use with its in-flight bound, each with two batches of up to a round: one is
     * handled while the next one comes.
     */
    private final double[] most;

    private final int workers;
    private final int round;
    private final EngineCounters counters;
    private final Consumer<String> warningHandler;
    private final boolean[] warned;
    /** Shares that are not published as counters yet, or {@code null}. */
    private final AtomicReference<Shares> unpublished = new AtomicReference<>();

    private record Shares(int[] weights, double sum, double[] due) {}

    DueShares(EngineConfig<?> config, EngineCounters counters) {
        List<? extends HandlerGroup<?>> groups = config.groups;
        this.names = groups.stream().map(HandlerGroup::name).toArray(String[]::new);
        this.weights = groups.stream().mapToInt(HandlerGroup::weight).toArray();
        this.bounds = config.inFlightBounds();
        this.workers = config.workers;
        this.round = config.round;
        this.counters = counters;
        this.warningHandler = config.warningHandler;
        this.bySubStreams = groups.stream()
                .mapToDouble(group -> Math.min(group.subStreams(), workers))
                .toArray();
        this.most = bySubStreams.clone();
        for (int i = 0; i < most.length; i++) {
            most[i] = Math.min(most[i], bounds[i] / (2.0 * round));
        }
        this.warned = new boolean[weights.length];
        for (int i = 0; i < weights.length; i++) {
            counters.set(i, PerGroup.WEIGHT, weights[i]);
        }
        divide();
        publish();
        checkDefaultBounds(config);
    }

    /** Changes a weight. The shares of all groups change with it: they are published when somebody looks. */
    void setWeight(int group, int weight) {
        weights[group] = weight;
        counters.set(group, PerGroup.WEIGHT, weight);
        divide();
    }

    private void divide() {
        double[] dueUnbounded = WaterFilling.shares(weights, bySubStreams, workers);
        double[] due = WaterFilling.shares(weights, most, workers);
        double sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        unpublished.set(new Shares(weights.clone(), sum, due));
        for (int i = 0; i < weights.length; i++) {
            double promised = weights[i] / sum;
            boolean fewSubStreams = dueUnbounded[i] < promised - SAME;
            boolean lowBound = due[i] < dueUnbounded[i] - SAME;
            boolean warnedBefore = warned[i];
            warned[i] = fewSubStreams || lowBound;
            if (warned[i] && !warnedBefore) {
                warningHandler.accept(
                        fewSubStreams
                                ? ofSubStreams(i, promised, dueUnbounded[i])
                                : ofBound(i, dueUnbounded[i], due[i]));
            }
        }
    }

    /**
     * Publishes the shares by the last weights as counters, if they are not yet. For any thread. Not done with each change of a
     * weight, because it takes a write into another cache line for each group.
     */
    void publish() {
        if (unpublished.get() != null) {
            publishShares();
        }
    }

    private synchronized void publishShares() {
        Shares shares = unpublished.get();
        for (int i = 0; shares != null && i < shares.due.length; i++) {
            double promised = shares.weights[i] / shares.sum;
            counters.set(i, PerGroup.WEIGHT_SHARE, Math.round(promised * EngineCounters.SHARE_SCALE));
            counters.set(i, PerGroup.DUE_SHARE, Math.round(shares.due[i] * EngineCounters.SHARE_SCALE));
        }
        unpublished.compareAndSet(shares, null); // Last, so that others who look meanwhile wait.
    }

    /**
     * Warns about low default bounds. Default bounds let every group use all capacity while the others have no work, but not for
     * any number of groups.
     */
    private void checkDefaultBounds(EngineConfig<?> config) {
        int low = 0;
        int least = -1;
        for (int i = 0; i < bounds.length; i++) {
            if (config.hasDefaultBound(i) && bounds[i] < enough(i)) {
                low++;
                least = least < 0 || bounds[i] < bounds[least] ? i : least;
            }
        }
        if (low > 0) {
            warningHandler.accept(String.format(
                    Locale.ROOT,
                    "%d of %d groups have default in-flight bounds of less than two batches for each worker that they can use, the "
                            + "least '%s' with %d of %d records: while few groups have work, these can get less than their shares; "
                            + "give inFlight(%d), or groups bounds of their own, or make rounds shorter than %d",
                    low,
                    bounds.length,
                    names[least],
                    bounds[least],
                    enough(least),
                    4L * bounds.length * workers * round,
                    round));
        }
    }

    private long enough(int group) {
        return 2L * (long) bySubStreams[group] * round;
    }

    private String ofSubStreams(int group, double promised, double due) {
        return String.format(
                Locale.ROOT,
                "group '%s' of weight %d is promised %.1f %% of %d workers, but with %.0f sub-stream%s it can use "
                        + "at most %.1f %%; the rest goes to the other groups by weight",
                names[group],
                weights[group],
                100 * promised,
                workers,
                bySubStreams[group],
                bySubStreams[group] == 1 ? "" : "s",
                100 * due);
    }

    private String ofBound(int group, double dueUnbounded, double due) {
        return String.format(
                Locale.ROOT,
                "group '%s' of weight %d is due %.1f %%, but its in-flight bound of %d is enough for %.1f %% only, where a round "
                        + "has %d records; it needs a bound of %.0f",
                names[group],
                weights[group],
                100 * dueUnbounded,
                bounds[group],
                100 * due,
                round,
                Math.ceil(2 * dueUnbounded * workers * round - SAME));
    }
}
