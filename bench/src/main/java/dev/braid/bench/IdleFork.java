package dev.braid.bench;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import dev.braid.persistence.Durability;
import dev.braid.persistence.InputJournal;
import dev.braid.persistence.JournalWriter;
import dev.braid.persistence.Unfinished;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.agrona.IoUtil;

/**
 * Keeps engines idle, each with a journal of results at {@link Durability#DISK} and an input journal, and measures the processor
 * time that they use; then publishes one record to each of them in turn, and measures how soon it is handled. Run in a process of
 * its own.
 */
final class IdleFork {
    /**
     * The task.
     *
     * @param engines  the number of engines.
     * @param settleMs time after their first use that is not measured.
     * @param idleMs   time that is measured.
     * @param samples  the least number of records to publish.
     * @param pauseMs  time that all are idle, once each has had a record.
     */
    record Task(String work, int engines, long settleMs, long idleMs, int samples, long pauseMs) {}

    /**
     * The answer.
     *
     * @param cores     the number of cores that this process kept busy on average.
     * @param threads   of this process.
     * @param handledNs percentiles 50, 99 and 100 of the time from before a record was published to its handler.
     * @param publishNs these percentiles of the time that publishing took its caller.
     */
    record Answer(double cores, int threads, int samples, long[] handledNs, long[] publishNs) {}

    private static final int OPENERS = 32;
    private static final int RECORDS = 64;
    private static final int ROUND = 16;
    private static final int FRAME_LENGTH = 4096;
    private static final int DIGITS = 3;
    private static final int WARM_UPS = 2_000;
    private static final long TIMEOUT_S = 60;

    /** An engine with its journals. */
    private static final class Subject implements EventHandler<Deposit>, AutoCloseable {
        private final JournalWriter<Deposit> results;
        private final InputJournal<Deposit> input;
        private final BraidEngine<Deposit> engine;
        private final Ingress<Deposit> ingress;
        private volatile long handledAtNs;
        private long published;

        Subject(Path folder) {
            this.results = JournalWriter.builder(folder.resolve("results"), Deposit.CODEC)
                    .durability(Durability.DISK)
                    .maxFrameLength(FRAME_LENGTH)
                    .unfinished(Unfinished.RESEND)
                    .open();
            this.input = InputJournal.open(
                    JournalWriter.builder(folder.resolve("input"), Deposit.CODEC)
                            .maxFrameLength(FRAME_LENGTH),
                    results);
            this.engine = BraidEngine.<Deposit>builder(Deposit::new)
                    .ringSize(RECORDS)
                    .inFlight(RECORDS)
                    .round(ROUND)
                    .group(HandlerGroup.<Deposit>named("all").weight(1).subStreams(1, id -> this))
                    .ingest(input)
                    .merge(results)
                    .resumeAt(results.resumePoint())
                    .start();
            this.ingress = engine.ingress();
        }

        @Override
        public void onEvent(Deposit deposit, long sequence, boolean endOfBatch) {
            handledAtNs = System.nanoTime();
        }

        /** Publishes a record, and waits until its result is on disk and the engine has nothing to do. */
        void publish(Histogram handled, Histogram publishing) throws InterruptedException {
            long beforeNs = System.nanoTime();
            ingress.publish((deposit, sequence) -> deposit.account = sequence);
            publishing.recordValue(System.nanoTime() - beforeNs);
            long deadlineNs = beforeNs + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
            while (results.durableSequence() < published) {
                if (System.nanoTime() > deadlineNs) {
                    throw new IllegalStateException(
                            "sequence " + published + " is not on disk after " + TIMEOUT_S + " s");
                }
                Thread.sleep(1);
            }
            published++;
            handled.recordValue(handledAtNs - beforeNs);
        }

        @Override
        public void close() {
            engine.close();
            input.close();
            results.close();
        }
    }

    private IdleFork() {}

    public static void main(String[] args) throws Exception {
        Task task = Fork.task(args, Task.class);
        Path work = Files.createTempDirectory(Path.of(task.work()), "braid-bench-");
        try {
            List<Subject> subjects = open(task.engines(), work);
            Fork.answer(args, measure(task, subjects));
            inParallel(subjects, subject -> {
                subject.close();
                return subject;
            });
        } finally {
            IoUtil.delete(work.toFile(), true);
        }
        System.exit(0); // Chronicle Queue keeps threads that do not end by themselves.
    }

    private static Answer measure(Task task, List<Subject> subjects) throws InterruptedException {
        Histogram handled = new Histogram(DIGITS);
        Histogram publishing = new Histogram(DIGITS);
        for (int i = 0; i < Math.max(subjects.size(), subjects.isEmpty() ? 0 : WARM_UPS); i++) {
            subjects.get(i % subjects.size()).publish(handled, publishing); // Compiles what is measured.
        }
        handled.reset();
        publishing.reset();
        Thread.sleep(task.settleMs());
        double cores = busyCores(task.idleMs());
        int samples = 0;
        while (samples < task.samples() && !subjects.isEmpty()) {
            if (samples > 0) {
                Thread.sleep(task.pauseMs());
            }
            for (Subject subject : subjects) {
                subject.publish(handled, publishing);
                samples++;
            }
        }
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        return new Answer(cores, threads, samples, percentiles(handled), percentiles(publishing));
    }

    private static double busyCores(long ms) throws InterruptedException {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpuNs = system.getProcessCpuTime();
        long startNs = System.nanoTime();
        Thread.sleep(ms);
        return (double) (system.getProcessCpuTime() - cpuNs) / (System.nanoTime() - startNs);
    }

    private static long[] percentiles(Histogram histogram) {
        return new long[] {
            histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99), histogram.getMaxValue()
        };
    }

    private static List<Subject> open(int engines, Path work) throws Exception {
        List<Path> folders = new ArrayList<>();
        for (int i = 0; i < engines; i++) {
            folders.add(work.resolve("engine-" + i));
        }
        return inParallel(folders, folder -> {
            Files.createDirectories(folder);
            return new Subject(folder);
        });
    }

    private interface Step<T, R> {
        R run(T each) throws IOException;
    }

    /** Runs a step for several subjects at a time, because a writer waits when it takes a journal, and when its disk does. */
    private static <T, R> List<R> inParallel(List<T> all, Step<T, R> step)
            throws InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newFixedThreadPool(OPENERS);
        try {
            List<Callable<R>> tasks = new ArrayList<>();
            all.forEach(each -> tasks.add(() -> step.run(each)));
            List<R> done = new ArrayList<>();
            for (Future<R> future : executor.invokeAll(tasks)) {
                done.add(future.get());
            }
            return done;
        } finally {
            executor.shutdown();
        }
    }
}
