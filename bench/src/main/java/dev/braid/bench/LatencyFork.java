package dev.braid.bench;

import dev.braid.bench.peer.BenchRecord;
import dev.braid.bench.peer.Candidate;
import dev.braid.bench.peer.Idle;
import dev.braid.bench.peer.Pipeline;
import dev.braid.bench.peer.RecordSource;
import dev.braid.bench.peer.ResultSink;
import dev.braid.bench.peer.Setup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Publishes at given rates, whether or not the pipeline keeps up, and measures the time from when a record was due to be published
 * until its result reached the end. Every stall is therefore included, whatever its cause.
 */
final class LatencyFork {
    /** The percentiles that are reported. */
    static final double[] PERCENTILES = {0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.999, 100};

    private static final int SUB_STREAMS = 8;
    private static final int CLAIM = 16;
    private static final int DIGITS = 3;
    private static final double NS_PER_SECOND = 1e9;
    private static final int BURST = 1 << 12;
    private static final int QUARTERS = 4;

    /**
     * The number of windows in which the records of a rate are also evaluated separately: a stall of the machine spoils only one.
     */
    private static final int WINDOWS = 30;

    /**
     * The task.
     *
     * @param candidate      or {@code null}, to measure without a pipeline.
     * @param ratesPerSecond one after the other; empty to find the highest.
     * @param warmupMs       first, as fast as the pipeline accepts records.
     * @param leadMs         at the beginning of each rate, without measuring.
     * @param measuredMs     of each rate.
     */
    record Task(Candidate candidate, Idle idle, double[] ratesPerSecond, long warmupMs, long leadMs, long measuredMs) {}

    /**
     * The result for a rate; latencies are those of {@link #PERCENTILES}.
     *
     * @param windowsNs latencies for each of the {@link #WINDOWS}, by the time at which a record was due.
     */
    record Phase(double ratePerSecond, double achievedPerSecond, long[] latenciesNs, long[][] windowsNs) {}

    /** @param highestPerSecond the rate that the pipeline reached in the warm-up. */
    record Answer(double highestPerSecond, Phase[] phases) {}

    /**
     * Returns results at once, while another thread spins as an engine's does: what is left is the time that this machine stalls
     * threads.
     */
    private static final class NoPipeline implements Pipeline {
        private final BenchRecord record = new BenchRecord();
        private final RecordSource source;
        private final ResultSink sink;
        private long completed;
        private volatile boolean closing;

        NoPipeline(RecordSource source, ResultSink sink) {
            this.source = source;
            this.sink = sink;
            new Thread(() -> {
                        while (!closing) {
                            Thread.onSpinWait();
                        }
                    })
                    .start();
        }

        @Override
        public void publish(long first, int count) {
            for (long number = first; number < first + count; number++) {
                source.fill(record, number);
                sink.onResult(record);
            }
            completed += count;
        }

        @Override
        public long completed() {
            return completed;
        }

        @Override
        public void close() {
            closing = true;
        }
    }

    private final Due source = new Due();
    private final Latencies sink = new Latencies();
    private final Pipeline pipeline;
    private long published;

    private LatencyFork(Task task) {
        pipeline = task.candidate() == null
                ? new NoPipeline(source, sink)
                : task.candidate()
                        .start(new Setup(
                                new Setup.Load(SUB_STREAMS, true, CLAIM, Setup.SMALL_PAYLOAD, 0),
                                task.idle(),
                                source,
                                sink,
                                Path.of("unused")));
    }

    public static void main(String[] args) throws IOException {
        Task task = Fork.task(args, Task.class);
        LatencyFork fork = new LatencyFork(task);
        double highest = fork.flood(task.warmupMs());
        Phase[] phases = Arrays.stream(task.ratesPerSecond())
                .mapToObj(rate -> fork.measure(rate, task.leadMs(), task.measuredMs()))
                .toArray(Phase[]::new);
        fork.pipeline.close();
        Fork.answer(args, new Answer(highest, phases));
    }

    /** Publishes as fast as the pipeline accepts records. Returns the highest rate of any quarter. */
    private double flood(long ms) {
        double highest = 0;
        for (int i = 0; i < QUARTERS; i++) {
            highest = Math.max(highest, floodFor(ms / QUARTERS));
        }
        return highest;
    }

    private double floodFor(long ms) {
        long startNs = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(ms)) {
            source.start(System.nanoTime(), 0);
            pipeline.publish(0, BURST);
            count += BURST;
        }
        awaitAll(count);
        return count * NS_PER_SECOND / (System.nanoTime() - startNs);
    }

    private Phase measure(double ratePerSecond, long leadMs, long measuredMs) {
        publish(ratePerSecond, leadMs);
        // Every published record has come out, so the sink's thread reads nothing now.
        sink.start(System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(measuredMs) / WINDOWS);
        long startNs = System.nanoTime();
        long count = publish(ratePerSecond, measuredMs);
        double achieved = count * NS_PER_SECOND / (System.nanoTime() - startNs);
        Histogram all = new Histogram(DIGITS);
        sink.windows.forEach(all::add);
        return new Phase(
                ratePerSecond,
                achieved,
                latenciesNs(all),
                sink.windows.stream()
                        .filter(window -> window.getTotalCount() > 0)
                        .map(LatencyFork::latenciesNs)
                        .toArray(long[][]::new));
    }

    private static long[] latenciesNs(Histogram histogram) {
        return Arrays.stream(PERCENTILES)
                .mapToLong(histogram::getValueAtPercentile)
                .toArray();
    }

    private long publish(double ratePerSecond, long ms) {
        long total = Math.max(1, (long) (ratePerSecond * ms / 1_000));
        double intervalNs = NS_PER_SECOND / ratePerSecond;
        long startNs = System.nanoTime();
        source.start(startNs, intervalNs);
        for (long next = 0; next < total; ) {
            long due = Math.min(total, (long) ((System.nanoTime() - startNs) / intervalNs) + 1);
            if (next < due) {
                int some = (int) Math.min(due - next, CLAIM);
                pipeline.publish(next, some);
                next += some;
            } else {
                Thread.onSpinWait();
            }
        }
        awaitAll(total);
        return total;
    }

    private void awaitAll(long count) {
        published += count;
        pipeline.await(published);
    }

    /** Records that carry the time at which they were due. */
    private static final class Due implements RecordSource {
        private long startNs;
        private double intervalNs;

        void start(long startNs, double intervalNs) {
            this.startNs = startNs;
            this.intervalNs = intervalNs;
        }

        @Override
        public void fill(BenchRecord record, long number) {
            record.key = number;
            record.value = startNs + (long) (number * intervalNs);
        }
    }

    /** Records latencies by window. All histograms are made before, so that none is made while it measures. */
    private static final class Latencies implements ResultSink {
        private static final long LARGEST_NS = TimeUnit.HOURS.toNanos(1);

        private final List<Histogram> windows = Stream.generate(() -> new Histogram(LARGEST_NS, DIGITS))
                .limit(WINDOWS)
                .toList();
        private long windowNs = Long.MAX_VALUE;
        private long windowEndNs = Long.MAX_VALUE;
        private int next = 1;
        private Histogram current = windows.get(0);

        void start(long startNs, long windowNs) {
            windows.forEach(Histogram::reset);
            this.windowNs = windowNs;
            windowEndNs = startNs + windowNs;
            next = 1;
            current = windows.get(0);
        }

        @Override
        public void onResult(BenchRecord record) {
            long dueNs = record.value;
            while (dueNs >= windowEndNs && next < WINDOWS) {
                current = windows.get(next++);
                windowEndNs += windowNs;
            }
            current.recordValue(Math.min(LARGEST_NS, Math.max(0, System.nanoTime() - dueNs)));
        }
    }
}
