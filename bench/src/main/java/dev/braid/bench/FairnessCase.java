package dev.braid.bench;

import com.lmax.disruptor.EventHandler;
import dev.braid.bench.peer.BenchRecord;
import dev.braid.engine.CostModel;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.ThreadingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A load whose shares are known beforehand: groups that always have work, or one record of each sub-stream in flight.
 *
 * @param name       for reports.
 * @param builtWith  weights by group when the engine is built.
 * @param weights    weights by group while the engine runs.
 * @param costsNs    cost of a record, by group.
 * @param subStreams of each group.
 * @param costModel  what is shared.
 * @param supply     who publishes.
 * @param workers    the number of workers, whose handlers block for the cost of their records; 0 for one engine thread, whose
 *                   handlers spin.
 */
record FairnessCase(
        String name,
        int[] builtWith,
        int[] weights,
        long[] costsNs,
        int subStreams,
        CostModel costModel,
        Supply supply,
        int workers) {
    /**
     * Who publishes.
     *
     * @param threads each to groups of its own, as much as these take.
     * @param loops   the number of groups, the first ones, that have one record of each sub-stream in flight instead: see {@link
     *                ClosedLoop}.
     */
    record Supply(int threads, int loops) {}

    private static final Supply ONE_THREAD = new Supply(1, 0);
    private static final long COST_NS = 1_000;
    private static final long BLOCKING_NS = 50_000;
    private static final long SEED = 64;
    /** The time that a publisher may be stopped until a group is without work. */
    private static final long AHEAD_NS = TimeUnit.MILLISECONDS.toNanos(200);

    static List<FairnessCase> all() {
        int[] sixteenAndOnes = new int[49];
        Arrays.fill(sixteenAndOnes, 1);
        sixteenAndOnes[0] = 16;
        return List.of(
                time("9:1 cost 1:1", COST_NS, COST_NS),
                time("9:1 cost 1:100", COST_NS, 100 * COST_NS),
                time("9:1 cost 100:1", 100 * COST_NS, COST_NS),
                records("9:1", 1, 9, 1),
                records("8:4:2:1", 1, 8, 4, 2, 1),
                records("6:3:1", 1, 6, 3, 1),
                records("50:1", 1, 50, 1),
                records("1:1000", 1, 1, 1_000),
                records(
                        "64 groups of random weights",
                        1,
                        new Random(SEED).ints(64, 1, 100).toArray()),
                records(
                        "16 groups, 4096 sub-streams",
                        256,
                        IntStream.rangeClosed(1, 16).toArray()),
                changed("1:1, built as 1:1000", new int[] {1, 1_000}, 1, 1),
                changed("1:100, built as 100:1", new int[] {100, 1}, 1, 100),
                blocking("1:1 of 2 sub-streams on 3 workers", 3, 2, 1, 1),
                blocking("1:1:1 of 2 sub-streams on 4 workers", 4, 2, 1, 1, 1),
                blocking("1:1:1 of 2 sub-streams on 5 workers", 5, 2, 1, 1, 1),
                blocking("8:4:2:1 on 2 workers", 2, 4, 8, 4, 2, 1),
                blocking("8:4:2:1 on 4 workers", 4, 4, 8, 4, 2, 1),
                blocking("4:1:1:1:1 on 2 workers", 2, 1, 4, 1, 1, 1, 1),
                blocking("10:1:1 on 2 workers", 2, 1, 10, 1, 1),
                blocking("16 and forty-eight of 1 on 4 workers", 4, 1, sixteenAndOnes),
                loop("3:1 on 4 workers, one record of each of 16 sub-streams", 4, 16, 3, 1),
                loop("3:1 on 2 workers, one record of each of 8 sub-streams", 2, 8, 3, 1));
    }

    private static FairnessCase time(String name, long... costsNs) {
        int[] weights = {9, 1};
        return new FairnessCase(name, weights, weights, costsNs, 1, CostModel.NANOSECONDS, new Supply(2, 0), 0);
    }

    private static FairnessCase records(String name, int subStreams, int... weights) {
        return new FairnessCase(
                name, weights, weights, all(weights, COST_NS), subStreams, CostModel.RECORDS, ONE_THREAD, 0);
    }

    /** Keeps the engine's own in-flight bounds, made from the weights that it was built with. */
    private static FairnessCase changed(String name, int[] builtWith, int... weights) {
        return new FairnessCase(name, builtWith, weights, all(weights, COST_NS), 1, CostModel.RECORDS, ONE_THREAD, 0);
    }

    private static FairnessCase blocking(String name, int workers, int subStreams, int... weights) {
        return blocking(name, ONE_THREAD, workers, subStreams, weights);
    }

    /** With more sub-streams than workers, so that there are records while others are on their way from handler to handler. */
    private static FairnessCase loop(String name, int workers, int subStreams, int... weights) {
        return blocking(name, new Supply(1, 1), workers, subStreams, weights);
    }

    private static FairnessCase blocking(String name, Supply supply, int workers, int subStreams, int... weights) {
        return new FairnessCase(
                name, weights, weights, all(weights, BLOCKING_NS), subStreams, CostModel.RECORDS, supply, workers);
    }

    private static long[] all(int[] weights, long costNs) {
        long[] costsNs = new long[weights.length];
        Arrays.fill(costsNs, costNs);
        return costsNs;
    }

    /** Returns the name for reports. */
    String threads() {
        return workers == 0 ? "shared" : Integer.toString(workers);
    }

    /** Returns how many records of a group are handled in the time that publishers are ahead of handlers. */
    int recordsAhead(int group) {
        double share = (double) weights[group] / IntStream.of(weights).sum();
        return (int) Math.ceil(share * AHEAD_NS * Math.max(1, workers) / costsNs[group]);
    }

    /** Returns whether a group has one record of each sub-stream in flight, and so is without waiting records now and then. */
    boolean isLoop(int group) {
        return group < supply.loops;
    }

    boolean isWeightChanged(int group) {
        return weights[group] != builtWith[group];
    }

    EngineBuilder<BenchRecord> threading(EngineBuilder<BenchRecord> builder) {
        return workers == 0
                ? builder
                : builder.threadingMode(ThreadingMode.DEDICATED).workers(workers);
    }

    EventHandler<BenchRecord> handler(int group) {
        long costNs = costsNs[group];
        return workers == 0
                ? (record, sequence, endOfBatch) -> Spin.forNs(costNs)
                : (record, sequence, endOfBatch) -> LockSupport.parkNanos(costNs);
    }
}
