package dev.braid.engine;

/**
 * Shares that weights can have where a group cannot use more than so many workers: weighted max-min. Each is given its part
 * by weight; who would get more than it can use gets what it can use, and the rest is divided again between the others.
 */
final class WaterFilling {
    private WaterFilling() {}

    /**
     * Divides workers.
     *
     * @param weights by group.
     * @param most    how many workers a group can use, by group; also parts of one.
     * @return each group's part of all service, when all of them always have work.
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
