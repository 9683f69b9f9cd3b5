package dev.braid.bench;

import com.sun.management.ThreadMXBean;
import dev.braid.bench.peer.BenchRecord;
import dev.braid.bench.peer.Fold;
import dev.braid.bench.peer.JournalCandidate;
import dev.braid.bench.peer.JournalReading;
import dev.braid.bench.peer.JournalSink;
import dev.braid.bench.peer.ReadableSink;
import dev.braid.bench.peer.Setup;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.agrona.IoUtil;

/**
 * Writes a journal and reads it, again and again, each time in a new folder. Checks that the results read are those written. Run in
 * a process of its own.
 */
final class JournalFork {
    private static final double NS_PER_SECOND = 1e9;

    /** Reading is fast compared with writing, so that one read in each turn would not warm it up. */
    private static final int READS = 4;

    /** Reads a journal once, and returns the nanoseconds that it took. */
    private interface Read {
        long timeNs() throws IOException;
    }

    /**
     * The task.
     *
     * @param payloadBytes    of each result.
     * @param results         of each turn.
     * @param warmups         turns that do not count.
     * @param turns           that count.
     * @param resultsPerForce for a candidate that does not determine it by itself.
     */
    record Task(
            JournalCandidate candidate,
            int payloadBytes,
            String work,
            int results,
            int warmups,
            int turns,
            long resultsPerForce) {}

    /**
     * What was measured, by turn.
     *
     * @param readPerSecond     by a reader that was opened after its writer had let go of the journal. Without the time
     *                          that it took to open and to close it.
     * @param readWarmPerSecond through what the writer still had open; {@code null} if that is not possible.
     * @param bytesPerResult    allocated by all threads, on average, to append.
     * @param resultsPerForce   on average, 0 if nothing was forced.
     */
    record Answer(
            double[] appendedPerSecond,
            double[] readPerSecond,
            double[] readWarmPerSecond,
            double bytesPerResult,
            long resultsPerForce) {}

    private final Task task;
    private final BenchRecord record;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final double[] appended;
    private final double[] read;
    private double[] readWarm;
    private long allocated;
    private long forces;

    private JournalFork(Task task) {
        this.task = task;
        this.record = Setup.newRecord(task.payloadBytes());
        this.appended = new double[task.turns()];
        this.read = new double[task.turns()];
    }

    public static void main(String[] args) throws IOException {
        JournalFork fork = new JournalFork(Fork.task(args, Task.class));
        for (int turn = -fork.task.warmups(); turn < fork.task.turns(); turn++) {
            fork.turn(turn);
        }
        Fork.answer(args, fork.answer());
        System.exit(0); // Chronicle Queue keeps threads that do not end by themselves.
    }

    private void turn(int turn) throws IOException {
        Path folder = Files.createTempDirectory(Path.of(task.work()), "braid-bench-");
        try {
            JournalSink sink = task.candidate().open(folder, task.resultsPerForce());
            sink.onStart();
            long allocatedBefore = allocated();
            long startNs = System.nanoTime();
            append(sink);
            sink.awaitWritten();
            long appendNs = System.nanoTime() - startNs;
            long allocatedBytes = allocated() - allocatedBefore;
            sink.close();
            double warmPerSecond = sink instanceof ReadableSink open ? readsPerSecond(() -> timeNs(open::readBack)) : 0;
            sink.release();
            double perSecond = readsPerSecond(() -> readAnew(folder));
            if (turn >= 0) {
                appended[turn] = task.results() * NS_PER_SECOND / appendNs;
                read[turn] = perSecond;
                if (sink instanceof ReadableSink) {
                    readWarm = readWarm == null ? new double[task.turns()] : readWarm;
                    readWarm[turn] = warmPerSecond;
                }
                allocated += allocatedBytes;
                forces += sink.forces();
            }
        } finally {
            IoUtil.delete(folder.toFile(), true);
        }
    }

    private double readsPerSecond(Read read) throws IOException {
        long ns = 0;
        for (int i = 0; i < READS; i++) {
            ns += read.timeNs();
        }
        return READS * task.results() * NS_PER_SECOND / ns;
    }

    private long readAnew(Path folder) throws IOException {
        try (JournalReading reading = task.candidate().reopen(folder, task.payloadBytes())) {
            return timeNs(reading::fold);
        }
    }

    private long timeNs(Supplier<Fold> read) throws IOException {
        long startNs = System.nanoTime();
        Fold fold = read.get();
        long ns = System.nanoTime() - startNs;
        if (!fold.equals(expected())) {
            throw new IOException(task.candidate().title() + ": expected " + expected() + ", but read " + fold);
        }
        return ns;
    }

    private void append(JournalSink sink) {
        for (int i = 0; i < task.results(); i++) {
            record.key = i;
            record.value = i;
            record.result = i;
            sink.onResult(record);
            if ((i + 1) % JournalCandidate.BATCH == 0) {
                sink.onBatchEnd();
            }
        }
    }

    private Fold expected() {
        long results = task.results();
        return new Fold(results, results * (results - 1) / 2);
    }

    private long allocated() {
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    private Answer answer() {
        long results = (long) task.results() * task.turns();
        return new Answer(appended, read, readWarm, (double) allocated / results, forces == 0 ? 0 : results / forces);
    }
}
