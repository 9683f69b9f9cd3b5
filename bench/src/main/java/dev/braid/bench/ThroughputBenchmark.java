package dev.braid.bench;

import dev.braid.bench.peer.Candidate;
import dev.braid.bench.peer.Fold;
import dev.braid.bench.peer.FoldingSink;
import dev.braid.bench.peer.Idle;
import dev.braid.bench.peer.JournaledPipeline;
import dev.braid.bench.peer.NumberedRecords;
import dev.braid.bench.peer.Pipeline;
import dev.braid.bench.peer.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Measures records per second through a whole pipeline: one thread publishes a run of records as fast as they are accepted, and the
 * run is over when the last of its results has come out at the end. The end of a fork checks that every record came out, and was
 * handled in the order of its sub-stream. Run by {@link JmhRounds}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class ThroughputBenchmark {
    private static final int RECORDS = 1 << 18;

    /** More than a journal grows in an iteration. */
    private static final int NEW_BYTES = 192 << 20;

    /** The pipeline that is measured. */
    @Param("BRAID")
    public Candidate candidate;

    /** See {@link Setup}. */
    @Param("8")
    public int subStreams;

    /** See {@link Setup}. */
    @Param("true")
    public boolean skewed;

    /** See {@link Setup}. */
    @Param("16")
    public int claim;

    /** See {@link Setup}. */
    @Param("64")
    public int payloadBytes;

    /** The folder in which a journal is made. */
    @Param("")
    public String work;

    private final FoldingSink sink = new FoldingSink();
    private Path folder;
    private Pipeline pipeline;
    private long runs;

    /** Starts the pipeline. */
    @org.openjdk.jmh.annotations.Setup
    public void start() throws IOException {
        folder = Files.createTempDirectory(Path.of(work), "braid-bench-");
        pipeline = candidate.start(new Setup(
                subStreams, skewed, claim, payloadBytes, Idle.BUSY_SPIN, new NumberedRecords(), sink, folder));
    }

    /** Provides recently used memory: journals take new memory from the system, and its availability must not be measured. */
    @org.openjdk.jmh.annotations.Setup(Level.Iteration)
    public void recyclePages() {
        if (candidate.journals()) {
            RecycledPages.provide(folder, NEW_BYTES);
        }
    }

    /** Publishes a run of records and waits until it has come out. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void run() {
        pipeline.publish(0, RECORDS);
        runs++;
        pipeline.await(runs * RECORDS);
    }

    /** Checks what came out, and stops the pipeline. */
    @TearDown
    public void stop() {
        try (Pipeline closed = pipeline) {
            Fold expected = Fold.expected(runs, RECORDS, subStreams, payloadBytes);
            Fold fold = closed instanceof JournaledPipeline journaled ? journaled.readBack() : sink.fold();
            if (!fold.equals(expected)) {
                throw new IllegalStateException(candidate + ": expected " + expected + ", but out came " + fold);
            }
        } finally {
            IoUtil.delete(folder.toFile(), true);
        }
    }
}
