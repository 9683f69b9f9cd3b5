package dev.braid.bench;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** Says on the error stream how far a benchmark has come, a line for each step. */
final class Progress {
    private static final long SECONDS_PER_MINUTE = 60;

    private final PrintWriter err;
    private final String bench;
    private final long startNs = System.nanoTime();
    private int steps;
    private int done;

    Progress(PrintWriter err, String bench) {
        this.err = err;
        this.bench = bench;
    }

    /** Says beforehand how many steps there will be, so that the time left can be told. */
    void expect(int steps) {
        this.steps = steps;
    }

    /** A step begins. */
    void step(String what) {
        long elapsedNs = System.nanoTime() - startNs;
        String left = done == 0 || done >= steps ? "" : ", " + duration(elapsedNs / done * (steps - done)) + " left";
        done++;
        err.println(bench + ": " + done + " of " + Math.max(done, steps) + left + ": " + what);
        err.flush();
    }

    private static String duration(long ns) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(ns);
        return seconds < 2 * SECONDS_PER_MINUTE ? seconds + " s" : seconds / SECONDS_PER_MINUTE + " min";
    }
}
