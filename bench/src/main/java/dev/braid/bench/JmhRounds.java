package dev.braid.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures {@link ThroughputBenchmark} in forks of JMH, one by one. In every round each case has one fork, so that what
 * changes on the machine meanwhile hits all alike; every other round goes backwards.
 */
final class JmhRounds {
    private static final int TIMEOUT_S = 60;
    private static final String BYTES_PER_RECORD = "gc.alloc.rate.norm";

    /**
     * Journals have shorter iterations, and so many more: with a few GiB in a fork, it would be the disk that decides, for the
     * system begins to write back what is dirty when that is a tenth of its memory.
     */
    private static final int JOURNAL_ITERATIONS = 3;

    private static final int JOURNAL_ITERATION_MS = 100;

    private final ForkOptions.Length length;
    private final int rounds;
    private final Path work;
    private final String jvm;

    /** How long a fork takes. */
    private record Iterations(int warmups, int iterations, int ms) {
        static Iterations of(ForkOptions.Length length, boolean journals) {
            Iterations usual =
                    switch (length) {
                        case FULL -> new Iterations(3, 4, 700);
                        case QUICK -> new Iterations(3, 3, 300);
                        case TINY -> new Iterations(1, 1, 50);
                    };
            return journals
                    ? new Iterations(
                            JOURNAL_ITERATIONS * usual.warmups,
                            JOURNAL_ITERATIONS * usual.iterations,
                            Math.min(JOURNAL_ITERATION_MS, usual.ms))
                    : usual;
        }
    }

    /**
     * What was measured of a case.
     *
     * @param recordsPerSecond by round and iteration.
     * @param bytesPerRecord   allocated, by round.
     */
    record Measured(List<double[]> recordsPerSecond, List<Double> bytesPerRecord) {
        Measured() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    /** @param jvm that runs the forks, or {@code null} for the one that runs this. */
    JmhRounds(ForkOptions.Length length, int rounds, Path work, String jvm) {
        this.length = length;
        this.rounds = rounds;
        this.work = work;
        this.jvm = jvm;
    }

    Map<ThroughputCase, Measured> run(Collection<ThroughputCase> cases, Progress progress) throws RunnerException {
        Map<ThroughputCase, Measured> measured = new LinkedHashMap<>();
        cases.forEach(each -> measured.put(each, new Measured()));
        List<ThroughputCase> order = new ArrayList<>(cases);
        for (int round = 1; round <= rounds; round++) {
            for (ThroughputCase each : order) {
                progress.step(each.name() + (rounds == 1 ? "" : ", round " + round + " of " + rounds));
                fork(each, measured.get(each));
            }
            Collections.reverse(order);
        }
        return measured;
    }

    /** In the form that ratios are made of. */
    static Map<String, List<double[]>> rates(Map<ThroughputCase, Measured> measured) {
        Map<String, List<double[]>> rates = new LinkedHashMap<>();
        measured.forEach((of, figures) -> rates.put(of.name(), figures.recordsPerSecond()));
        return rates;
    }

    private void fork(ThroughputCase of, Measured measured) throws RunnerException {
        Path log = newLog();
        RunResult result;
        try {
            result = new Runner(options(of, log).build()).runSingle();
        } catch (RunnerException e) {
            throw new RunnerException(of.name() + " could not be measured, JMH's log is " + log, e);
        }
        measured.recordsPerSecond()
                .add(result.getAggregatedResult().getIterationResults().stream()
                        .map(IterationResult::getPrimaryResult)
                        .mapToDouble(each -> each.getScore())
                        .toArray());
        measured.bytesPerRecord()
                .add(result.getSecondaryResults().get(BYTES_PER_RECORD).getScore());
        delete(log);
    }

    private ChainedOptionsBuilder options(ThroughputCase of, Path log) {
        Iterations iterations = Iterations.of(length, of.candidate().journals());
        TimeValue time = TimeValue.milliseconds(iterations.ms());
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(ThroughputBenchmark.class.getName() + ".run")
                .param("candidate", of.candidate().name())
                .param("subStreams", Integer.toString(of.subStreams()))
                .param("skewed", Boolean.toString(of.skewed()))
                .param("claim", Integer.toString(of.claim()))
                .param("payloadBytes", Integer.toString(of.payloadBytes()))
                .param("work", work.toString())
                .forks(1)
                .warmupIterations(iterations.warmups())
                .warmupTime(time)
                .measurementIterations(iterations.iterations())
                .measurementTime(time)
                .timeout(TimeValue.seconds(TIMEOUT_S))
                .shouldFailOnError(true)
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend(Fork.HEAP)
                .output(log.toString());
        return jvm == null ? options : options.jvm(jvm);
    }

    private Path newLog() {
        try {
            return Files.createTempFile(work, "jmh-", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path log) {
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
