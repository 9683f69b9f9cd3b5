package dev.braid.bench;

/** Work of a known cost. */
final class Spin {
    private Spin() {}

    static void forNs(long ns) {
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < ns) {
            Thread.onSpinWait();
        }
    }
}
