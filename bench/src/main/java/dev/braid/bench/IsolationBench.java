package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.bench.peer.BenchRecord;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.CostModel;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.BusySpinIdleStrategy;
import picocli.CommandLine.Command;

/**
 * Measures what a flood of bronze does to the latency of gold, with real threads: one publishes gold at a steady pace, and
 * in between as much bronze as bronze's ingress takes; the engine's thread serves both. A gold record's latency counts from
 * the moment at which it was due to be published, so that no stall is left out. Alone and flooded take turns, and the median
 * counts of the percentiles of all turns: on a shared machine a turn may be stopped for longer than Braid ever would.
 */
@Command(
        name = "isolation",
        sortOptions = false,
        description = {
            "Latency of gold (weight 9, at 20 %% load) alone, and while bronze (weight 1) floods the engine.",
            "",
            "ratio: (p99 flooded - one bronze batch) / p99 alone; it has to be 3 at the most, and no gold record refused. "
                    + "A bronze batch is what its records cost, the percentiles are medians of " + IsolationBench.SLICES
                    + " turns.",
            ""
        },
        footer = {"", "Exit status: 0 isolation holds, 1 it does not, or could not be measured" + Bench.OTHER_STATUS})
final class IsolationBench extends Bench {
    private static final double MOST_RATIO = 3;
    private static final long GOLD_COST_NS = 1_000;
    private static final long GOLD_INTERVAL_NS = 5 * GOLD_COST_NS;
    private static final int ROUND = 16;
    private static final int GOLD_IN_FLIGHT = 1 << 17;
    private static final int BRONZE_IN_FLIGHT = 256;
    private static final int FLOOD_PER_TURN = 4;
    private static final int DIGITS = 3;
    static final int SLICES = 7;

    private static final List<Load> LOADS = List.of(
            new Load("bronze floods", GOLD_COST_NS),
            new Load("bronze floods, its handler 100 x slower", 100 * GOLD_COST_NS));

    private record Load(String name, long bronzeCostNs) {
        long bronzeBatchNs() {
            return ROUND * bronzeCostNs;
        }

        /** What a flood is to blame for: a gold record may have to wait for one batch of bronze. */
        long delayNs(Latency flooded) {
            return Math.max(0, flooded.p99Ns() - bronzeBatchNs());
        }
    }

    private record Latency(long p99Ns, long refused) {}

    private record Turn(Latency alone, Latency flooded) {}

    private record Result(
            @JsonProperty("case") String name,
            long p99AloneNs,
            long p99FloodedNs,
            long bronzeBatchNs,
            double ratio,
            long refused) {
        boolean holds() {
            return ratio <= MOST_RATIO && refused == 0;
        }
    }

    @Override
    int busyThreads() {
        return 2;
    }

    @Override
    Findings measure(Steps steps) throws InterruptedException {
        steps.expect(1 + SLICES * LOADS.size());
        steps.run("warm-up", () -> run(GOLD_COST_NS, true)); // Compiles everything.
        Rounds<Load, Turn> measured = new Rounds<>(SLICES, Load::name, steps, this::measure).run(LOADS);
        List<Result> results = measured.cases().stream()
                .map(load -> result(load, measured.of(load)))
                .toList();
        Table table = new Table("case", "p99 alone us", "p99 flooded us", "bronze batch us", "ratio", "refused", "");
        for (Result result : results) {
            table.row(
                    result.name(),
                    Figures.micros(result.p99AloneNs()),
                    Figures.micros(result.p99FloodedNs()),
                    Figures.micros(result.bronzeBatchNs()),
                    Figures.decimals(result.ratio(), 2),
                    Long.toString(result.refused()),
                    result.holds() ? "" : "does not hold");
        }
        List<Ratio> ratios = new ArrayList<>();
        for (Load load : measured.cases()) {
            Ratio.of(
                            "(flooded - batch)/alone p99, " + load.name(),
                            measured.figures(load, turn -> new double[] {load.delayNs(turn.flooded())}),
                            measured.figures(
                                    load, turn -> new double[] {turn.alone().p99Ns()}))
                    .ifPresent(ratios::add);
        }
        return new Findings(results, ratios, List.of(table), results.stream().allMatch(Result::holds));
    }

    private Turn measure(Load load) {
        return new Turn(run(load.bronzeCostNs(), false), run(load.bronzeCostNs(), true));
    }

    private static Result result(Load load, List<Turn> turns) {
        long p99AloneNs = median(turns, turn -> turn.alone().p99Ns());
        long p99FloodedNs = median(turns, turn -> turn.flooded().p99Ns());
        double ratio = (double) median(turns, turn -> load.delayNs(turn.flooded())) / p99AloneNs;
        long refused = turns.stream()
                .mapToLong(turn -> turn.alone().refused() + turn.flooded().refused())
                .sum();
        return new Result(load.name(), p99AloneNs, p99FloodedNs, load.bronzeBatchNs(), ratio, refused);
    }

    private static long median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
        return Math.round(
                Spread.of(turns.stream().mapToDouble(figure).toArray()).median());
    }

    private Latency run(long bronzeCostNs, boolean floods) {
        Histogram latencies = new Histogram(DIGITS);
        BraidEngine<BenchRecord> engine = BraidEngine.<BenchRecord>builder(BenchRecord::new)
                .producer(ProducerType.SINGLE)
                .idleStrategy(BusySpinIdleStrategy::new)
                .round(ROUND)
                .cost(CostModel.NANOSECONDS)
                .partitioner(record -> (int) record.key)
                .group(HandlerGroup.<BenchRecord>of("gold", 9, 1, id -> (record, sequence, endOfBatch) -> {
                            Spin.forNs(GOLD_COST_NS);
                            latencies.recordValue(System.nanoTime() - record.value);
                        })
                        .inFlight(GOLD_IN_FLIGHT))
                .group(HandlerGroup.<BenchRecord>of(
                                "bronze", 1, 1, id -> (record, sequence, endOfBatch) -> Spin.forNs(bronzeCostNs))
                        .inFlight(BRONZE_IN_FLIGHT))
                .start();
        long refused;
        try (engine) {
            refused = publish(engine, floods);
        }
        return new Latency(latencies.getValueAtPercentile(99), refused);
    }

    /** Returns how many gold records were refused. */
    private long publish(BraidEngine<BenchRecord> engine, boolean floods) {
        Ingress<BenchRecord> gold = engine.ingress("gold");
        Ingress<BenchRecord> bronze = engine.ingress("bronze");
        long refused = 0;
        long startNs = System.nanoTime();
        long count = TimeUnit.MILLISECONDS.toNanos(quick ? 1_000 : 3_000) / GOLD_INTERVAL_NS;
        for (long i = 0; i < count; ) {
            long dueNs = startNs + i * GOLD_INTERVAL_NS;
            if (System.nanoTime() - dueNs >= 0) {
                refused += tryPublish(gold, 0, dueNs) ? 0 : 1;
                i++;
            } else if (floods) {
                for (int k = 0; k < FLOOD_PER_TURN && tryPublish(bronze, 1, 0); k++) {
                    Thread.onSpinWait();
                }
            }
        }
        return refused;
    }

    private static boolean tryPublish(Ingress<BenchRecord> ingress, int subStream, long value) {
        long sequence = ingress.tryNext(1);
        if (sequence == Ingress.NO_CAPACITY) {
            return false;
        }
        BenchRecord record = ingress.get(sequence);
        record.key = subStream;
        record.value = value;
        ingress.publish(sequence);
        return true;
    }
}
