package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerGroup;
import org.agrona.concurrent.status.CountersReader;

/** The counters of one distribution of a group's times, by name, so that their order among all counters does not matter. */
enum LatencyCounters {
    WAITING(
            PerGroup.WAITING_SAMPLES,
            PerGroup.WAITING_P50_NS,
            PerGroup.WAITING_P99_NS,
            PerGroup.WAITING_P999_NS,
            PerGroup.WAITING_MAX_NS),
    RECENTLY_WAITING(
            PerGroup.RECENTLY_WAITING_SAMPLES,
            PerGroup.RECENTLY_WAITING_P50_NS,
            PerGroup.RECENTLY_WAITING_P99_NS,
            PerGroup.RECENTLY_WAITING_P999_NS,
            PerGroup.RECENTLY_WAITING_MAX_NS),
    HANDLING(
            PerGroup.HANDLING_SAMPLES,
            PerGroup.HANDLING_P50_NS,
            PerGroup.HANDLING_P99_NS,
            PerGroup.HANDLING_P999_NS,
            PerGroup.HANDLING_MAX_NS),
    RECENTLY_HANDLING(
            PerGroup.RECENTLY_HANDLING_SAMPLES,
            PerGroup.RECENTLY_HANDLING_P50_NS,
            PerGroup.RECENTLY_HANDLING_P99_NS,
            PerGroup.RECENTLY_HANDLING_P999_NS,
            PerGroup.RECENTLY_HANDLING_MAX_NS),
    IN_RING(
            PerGroup.IN_RING_SAMPLES,
            PerGroup.IN_RING_P50_NS,
            PerGroup.IN_RING_P99_NS,
            PerGroup.IN_RING_P999_NS,
            PerGroup.IN_RING_MAX_NS);

    private final PerGroup samples;
    private final PerGroup p50Ns;
    private final PerGroup p99Ns;
    private final PerGroup p999Ns;
    private final PerGroup maxNs;

    LatencyCounters(PerGroup samples, PerGroup p50Ns, PerGroup p99Ns, PerGroup p999Ns, PerGroup maxNs) {
        this.samples = samples;
        this.p50Ns = p50Ns;
        this.p99Ns = p99Ns;
        this.p999Ns = p999Ns;
        this.maxNs = maxNs;
    }

    void set(EngineCounters counters, int group, LatencyStats latencies) {
        counters.set(group, samples, latencies.samples());
        counters.set(group, p50Ns, latencies.p50Ns());
        counters.set(group, p99Ns, latencies.p99Ns());
        counters.set(group, p999Ns, latencies.p999Ns());
        counters.set(group, maxNs, latencies.maxNs());
    }

    LatencyStats get(CountersReader reader, int group) {
        return new LatencyStats(
                EngineCounters.get(reader, group, samples),
                EngineCounters.get(reader, group, p50Ns),
                EngineCounters.get(reader, group, p99Ns),
                EngineCounters.get(reader, group, p999Ns),
                EngineCounters.get(reader, group, maxNs));
    }
}
