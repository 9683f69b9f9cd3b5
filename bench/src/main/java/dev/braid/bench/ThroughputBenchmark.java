package dev.braid.bench;

import com.sun.management.ThreadMXBean;
import dev.braid.bench.peer.Candidate;
import dev.braid.bench.peer.Fold;
import dev.braid.bench.peer.FoldingSink;
import dev.braid.bench.peer.Idle;
import dev.braid.bench.peer.JournaledPipeline;
import dev.braid.bench.peer.NumberedRecords;
import dev.braid.bench.peer.Pipeline;
import dev.braid.bench.peer.Setup;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import org.openjdk.jmh.annotations.AuxCounters;
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

    /** Where handlers are slow: an iteration is no shorter than a run. */
    private static final int FEW_RECORDS = 1 << 14;

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

    /** See {@link Setup}. */
    @Param("0")
    public long handlingNs;

    /** The folder in which a journal is made. */
    @Param("")
    public String work;

    private final FoldingSink sink = new FoldingSink();
    private Path folder;
    private Pipeline pipeline;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long[] threadIds;
    private long runs;
    private int recordsOfRun;

    /** Starts the pipeline. */
    @org.openjdk.jmh.annotations.Setup
    public void start() throws IOException {
        folder = Files.createTempDirectory(Path.of(work), "braid-bench-");
        pipeline = candidate.start(new Setup(
                new Setup.Load(subStreams, skewed, claim, payloadBytes, handlingNs),
                Idle.BUSY_SPIN,
                new NumberedRecords(),
                sink,
                folder));
        threadIds = threads.getAllThreadIds();
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
    public void run(Allocation allocation) {
        run(RECORDS, allocation);
    }

    /** Publishes a short run of records and waits until it has come out. */
    @Benchmark
    @OperationsPerInvocation(FEW_RECORDS)
    public void runFew(Allocation allocation) {
        run(FEW_RECORDS, allocation);
    }

    private void run(int records, Allocation allocation) {
        long allocated = allocated();
        pipeline.publish(0, records);
        runs++;
        recordsOfRun = records;
        pipeline.await(runs * records);
        allocation.bytes += allocated() - allocated;
        allocation.records += records;
    }

    /** Returns what the threads have allocated that there were when the pipeline had started. */
    private long allocated() {
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threadIds)) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    /** What was allocated during runs, and for how many records. Not what JMH allocates around them, which is more than Braid does. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Allocation {
        /** By all threads. */
        public long bytes;

        /** Of the runs. */
        public long records;
    }

    /** Checks what came out, and stops the pipeline. */
    @TearDown
    public void stop() {
        try (Pipeline closed = pipeline) {
            Fold expected = Fold.expected(runs, recordsOfRun, subStreams, payloadBytes);
            Fold fold = closed instanceof JournaledPipeline journaled ? journaled.readBack() : sink.fold();
            if (!fold.equals(expected)) {
                throw new IllegalStateException(candidate + ": expected " + expected + ", but out came " + fold);
            }
        } finally {
            IoUtil.delete(folder.toFile(), true);
        }
    }
}
