package dev.braid.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Measures {@link ThroughputBenchmark} in forks of JMH, one at a time: in every round each case has one. */
final class JmhRounds {
    private static final int TIMEOUT_S = 60;
    /** Handlers that take longer have shorter runs. */
    private static final long MOST_NS_OF_LONG_RUNS = 100;

    /**
     * Journals have shorter iterations, and accordingly more of them. With a few GiB in a fork the disk would dominate, because the
     * system begins to write back when dirty pages are a tenth of its memory.
     */
    private static final int JOURNAL_ITERATIONS = 3;

    private static final int JOURNAL_ITERATION_MS = 100;

    /** With two cores the compiler shares them with threads that spin: it takes up to six seconds until all is compiled. */
    private static final int WARMUPS = 10;

    private final ForkOptions.Length length;
    private final int rounds;
    private final Path work;
    private final String jvm;

    /** The length of a fork. */
    private record Iterations(int warmups, int iterations, int ms) {
        static Iterations of(ForkOptions.Length length, boolean journals) {
            Iterations usual =
                    switch (length) {
                        case FULL -> new Iterations(WARMUPS, 4, 700);
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
     * The result of a fork.
     *
     * @param recordsPerSecond by iteration.
     * @param bytesPerRecord   allocated.
     */
    record Measured(double[] recordsPerSecond, double bytesPerRecord) {}

    /** @param jvm that runs the forks, or {@code null} for the one that runs this. */
    JmhRounds(ForkOptions.Length length, int rounds, Path work, String jvm) {
        this.length = length;
        this.rounds = rounds;
        this.work = work;
        this.jvm = jvm;
    }

    Rounds<ThroughputCase, Measured> run(Collection<ThroughputCase> cases, BenchSteps steps)
            throws InterruptedException {
        return new Rounds<>(rounds, ThroughputCase::name, steps, this::fork)
                .with(HandOver.of(length))
                .runToAndFro(cases);
    }

    private Measured fork(ThroughputCase of) throws IOException {
        Path log = Files.createTempFile(work, "jmh-", ".log");
        try {
            RunResult result = new Runner(options(of, log).build()).runSingle();
            return new Measured(
                    result.getAggregatedResult().getIterationResults().stream()
                            .map(IterationResult::getPrimaryResult)
                            .mapToDouble(each -> each.getScore())
                            .toArray(),
                    secondary(result, "bytes") / secondary(result, "records"));
        } catch (RunnerException e) {
            String text = Files.readString(log);
            throw new IOException(failure(text) + "\n" + text, e);
        } finally {
            Files.deleteIfExists(log);
        }
    }

    /** Returns the sum of a counter over all iterations. */
    private static double secondary(RunResult result, String counter) {
        return result.getSecondaryResults().get(counter).getScore();
    }

    /** Returns the reason in JMH's log why a fork failed. */
    private static String failure(String log) {
        return log.lines()
                .dropWhile(line -> !line.equals("<failure>"))
                .skip(1)
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("JMH does not say why");
    }

    private ChainedOptionsBuilder options(ThroughputCase of, Path log) {
        Iterations iterations = Iterations.of(length, of.candidate().journals());
        TimeValue time = TimeValue.milliseconds(iterations.ms());
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(ThroughputBenchmark.class.getName()
                        + (of.handlingNs() > MOST_NS_OF_LONG_RUNS ? ".runFew$" : ".run$"))
                .param("candidate", of.candidate().name())
                .param("subStreams", Integer.toString(of.subStreams()))
                .param("skewed", Boolean.toString(of.skewed()))
                .param("claim", Integer.toString(of.claim()))
                .param("payloadBytes", Integer.toString(of.payloadBytes()))
                .param("handlingNs", Long.toString(of.handlingNs()))
                .param("work", work.toString())
                .forks(1)
                .warmupIterations(iterations.warmups())
                .warmupTime(time)
                .measurementIterations(iterations.iterations())
                .measurementTime(time)
                .timeout(TimeValue.seconds(TIMEOUT_S))
                .shouldFailOnError(true)
                .jvmArgsAppend(Fork.HEAP)
                .output(log.toString());
        return jvm == null ? options : options.jvm(jvm);
    }
}
