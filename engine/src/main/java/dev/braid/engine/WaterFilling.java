package dev.braid.engine;

/**
 * Shares that weights can have if groups cannot use more than a number of workers: weighted max-min. Each group is given its part
 * by weight. A group that would get more than it can use gets what it can use, and the rest is divided again between the others.
 */
final class WaterFilling {
    private WaterFilling() {}

    /**
     * Divides workers.
     *
     * @param weights by group.
     * @param most    by group: the number of workers that it can use, which may be a fraction.
     * @return each group's part of all service, if all of them always have work.
     */
    static double[] shares(int[] weights, double[] most, int workers) {
        double[] used = new double[weights.length];
        boolean[] full = new boolean[weights.length];
        double free = workers;
        boolean changed;
        do {
            changed = false;
            double weight = 0;
            for (int i = 0; i < weights.length; i++) {
                weight += full[i] ? 0 : weights[i];
            }
            double level = free / weight;
            for (int i = 0; i < weights.length; i++) {
                if (!full[i]) {
                    used[i] = level * weights[i];
                    if (used[i] > most[i]) {
                        used[i] = most[i];
                        full[i] = true;
                        free -= most[i];
                        changed = true;
                    }
                }
            }
        } while (changed);
        double sum = 0;
        for (double part : used) {
            sum += part;
        }
        for (int i = 0; i < used.length; i++) {
            used[i] /= sum;
        }
        return used;
    }
}
