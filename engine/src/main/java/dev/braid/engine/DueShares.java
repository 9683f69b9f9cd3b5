package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerGroup;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Compares the shares that the weights promise with those that the groups' sub-streams and in-flight bounds allow: publishes both
 * as counters, and warns where they differ. {@link #setWeights} is for the thread that builds the engine or changes weights, one at
 * a time.
 * <p>
 * A change of a weight costs little, however many groups there are, as long as every group can use its share. The shares of all
 * groups change with it, but they are published only when somebody looks.
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

    /** Whether a group cannot use its share. */
    private boolean isLimited;

    /** Of all weights. */
    private long sum;
    /** At least the largest weight in parts of the workers that its group can use. */
    private double highest;

    /** Whether shares by the last weights are not published as counters yet. */
    private volatile boolean isUnpublished = true;

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
            sum += weights[i];
        }
        warnWhereLimited();
        publish();
        checkDefaultBounds(config);
    }

    /** Changes weights. */
    void setWeights(int[] groups, int[] changed) {
        synchronized (this) {
            for (int i = 0; i < groups.length; i++) {
                int group = groups[i];
                sum += changed[i] - weights[group];
                weights[group] = changed[i];
                highest = Math.max(highest, changed[i] / most[group]);
                counters.set(group, PerGroup.WEIGHT, changed[i]);
            }
            isUnpublished = true;
        }
        if (isLimited || highest * workers > sum) {
            warnWhereLimited();
        }
    }

    private void warnWhereLimited() {
        double[] dueUnbounded = WaterFilling.shares(weights, bySubStreams, workers);
        double[] due = WaterFilling.shares(weights, most, workers);
        highest = 0;
        for (int i = 0; i < weights.length; i++) {
            highest = Math.max(highest, weights[i] / most[i]);
        }
        isLimited = highest * workers > sum;
        for (int i = 0; i < weights.length; i++) {
            double promised = (double) weights[i] / sum;
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

    /** Publishes the shares by the last weights as counters, if they are not yet. For any thread. */
    void publish() {
        if (isUnpublished) {
            publishShares();
        }
    }

    private synchronized void publishShares() {
        if (!isUnpublished) {
            return; // Another thread was faster.
        }
        double[] due = WaterFilling.shares(weights, most, workers);
        for (int i = 0; i < due.length; i++) {
            counters.set(i, PerGroup.WEIGHT_SHARE, Math.round((double) weights[i] / sum * EngineCounters.SHARE_SCALE));
            counters.set(i, PerGroup.DUE_SHARE, Math.round(due[i] * EngineCounters.SHARE_SCALE));
        }
        isUnpublished = false; // Last, so that others who look meanwhile wait.
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
