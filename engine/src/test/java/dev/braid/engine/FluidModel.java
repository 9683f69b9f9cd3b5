package dev.braid.engine;

/**
 * An ideal server that divides its capacity continuously between the backlogged groups by weight, so that an idle group's
 * part goes to the others (weighted max-min): generalised processor sharing.
 */
final class FluidModel {
    private final int[] weights;
    private final double[] backlog;
    final double[] served;

    FluidModel(int[] weights) {
        this.weights = weights;
        this.backlog = new double[weights.length];
        this.served = new double[weights.length];
    }

    void arrive(int group, double work) {
        backlog[group] += work;
    }

    void serve(double capacity) {
        double left = capacity;
        while (left > 1e-9) {
            double weight = 0;
            double untilFirstIsEmpty = Double.MAX_VALUE;
            for (int i = 0; i < weights.length; i++) {
                if (backlog[i] > 1e-9) {
                    weight += weights[i];
                }
            }
            if (weight == 0) {
                return;
            }
            for (int i = 0; i < weights.length; i++) {
                if (backlog[i] > 1e-9) {
                    untilFirstIsEmpty = Math.min(untilFirstIsEmpty, backlog[i] * weight / weights[i]);
                }
            }
            double step = Math.min(left, untilFirstIsEmpty);
            for (int i = 0; i < weights.length; i++) {
                if (backlog[i] > 1e-9) {
                    double part = step * weights[i] / weight;
                    backlog[i] -= part;
                    served[i] += part;
                }
            }
            left -= step;
        }
    }
}
