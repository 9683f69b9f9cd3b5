package dev.braid.persistence;

import dev.braid.engine.EngineStats;
import dev.braid.engine.LatencyStats;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Live numbers of the journal to which an engine's results go. The engine keeps them with its own, so they can be read for an engine
 * in this process, and for one in another process that keeps its counters in a file.
 *
 * @param durableSequence see {@link JournalWriter#durableSequence()}; how far it is behind {@link EngineStats#lowWatermark()} is
 *                        what would be done again after a loss of power.
 * @param frames          number of frames that were written since the journal was opened.
 * @param bytes           length of these frames.
 * @param forces          times that forces took since the journal was opened. At {@link Durability#PROCESS} the journal forces
 *                        only when a segment is full.
 * @param recentForces    times that forces took in the last 5 to 10 seconds.
 */
public record JournalStats(
        long durableSequence, long frames, long bytes, LatencyStats forces, LatencyStats recentForces) {
    private static final String DURABLE = "journal durable sequence";
    private static final String FRAMES = "journal frames";
    private static final String BYTES = "journal bytes";
    private static final String FORCES = "journal forces";
    private static final String RECENT_FORCES = "journal recent forces";
    private static final String P50 = " p50 ns";
    private static final String P99 = " p99 ns";
    private static final String P999 = " p99.9 ns";
    private static final String MAX = " max ns";

    /**
     * Finds them among an engine's numbers.
     *
     * @param engine whose results go to a journal, alone or with others.
     * @return its journal's numbers, none if it has none.
     */
    public static Optional<JournalStats> of(EngineStats engine) {
        Map<String, Long> gauges = engine.gauges();
        if (!gauges.containsKey(DURABLE)) {
            return Optional.empty();
        }
        return Optional.of(new JournalStats(
                gauges.get(DURABLE),
                gauges.get(FRAMES),
                gauges.get(BYTES),
                times(gauges, FORCES),
                times(gauges, RECENT_FORCES)));
    }

    private static LatencyStats times(Map<String, Long> gauges, String name) {
        return new LatencyStats(
                gauges.get(name),
                gauges.get(name + P50),
                gauges.get(name + P99),
                gauges.get(name + P999),
                gauges.get(name + MAX));
    }

    /** Returns the numbers of a log, each as of when it is asked for. */
    static Map<String, LongSupplier> gauges(FrameLog log) {
        Map<String, LongSupplier> gauges = new LinkedHashMap<>();
        gauges.put(DURABLE, log::durable);
        gauges.put(FRAMES, log::frames);
        gauges.put(BYTES, log::bytes);
        gauges.put(FORCES, () -> log.forces().total().samples());
        gauges.put(FORCES + P50, () -> log.forces().total().p50Ns());
        gauges.put(FORCES + P99, () -> log.forces().total().p99Ns());
        gauges.put(FORCES + P999, () -> log.forces().total().p999Ns());
        gauges.put(FORCES + MAX, () -> log.forces().total().maxNs());
        gauges.put(RECENT_FORCES, () -> log.forces().recent().samples());
        gauges.put(RECENT_FORCES + P50, () -> log.forces().recent().p50Ns());
        gauges.put(RECENT_FORCES + P99, () -> log.forces().recent().p99Ns());
        gauges.put(RECENT_FORCES + P999, () -> log.forces().recent().p999Ns());
        gauges.put(RECENT_FORCES + MAX, () -> log.forces().recent().maxNs());
        return gauges;
    }
}
