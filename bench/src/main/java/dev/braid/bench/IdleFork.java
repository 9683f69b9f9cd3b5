package dev.braid.bench;

import dev.braid.persistence.Durability;
import dev.braid.persistence.InputJournal;
import dev.braid.persistence.JournalWriter;
import dev.braid.persistence.Unfinished;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;
import org.agrona.IoUtil;

/**
 * Keeps engines idle, each with a journal of results at {@link Durability#DISK} and an input journal, and measures the processor
 * time that they use. Then an engine without journals and a {@link ParkedThread} are added beside each, all are idle for as long once
 * more, and it is measured how soon the first record of each engine is handled, and the thread awake: in turns. Run in a process of its
 * own.
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
     * The answer. Percentiles are 50, 99 and 100.
     *
     * @param cores     the number of cores that this process kept busy on average.
     * @param threads   of this process, while that was measured.
     * @param handledNs percentiles of the time from before a record was published to its handler.
     * @param plainNs   percentiles of this time for engines without journals.
     * @param bareNs    percentiles of the time from before a parked thread was unparked until it was awake.
     * @param publishNs percentiles of the time that publishing took its caller, where there are journals.
     */
    record Answer(
            double cores,
            int threads,
            int samples,
            long[] handledNs,
            long[] plainNs,
            long[] bareNs,
            long[] publishNs) {}

    private static final int OPENERS = 32;
    private static final int FRAME_LENGTH = 4096;
    private static final int DIGITS = 3;
    private static final int WARM_UPS = 2_000;

    /** An engine with its journals. */
    private static final class Subject implements Sleeper, AutoCloseable {
        private final JournalWriter<Deposit> results;
        private final InputJournal<Deposit> input;
        private final SleepingEngine engine;
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
            this.engine = new SleepingEngine(builder -> builder.ingest(input).merge(results));
        }

        /** Publishes a record, and waits until its result is on disk and the engine has nothing to do. */
        @Override
        public long wake() throws InterruptedException {
            long handledNs = engine.wake();
            if (!results.awaitDurable(published, Duration.ofSeconds(Sleeper.TIMEOUT_S))) {
                throw new IllegalStateException(
                        "sequence " + published + " is not on disk after " + Sleeper.TIMEOUT_S + " s");
            }
            published++;
            return handledNs;
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
        for (int i = 0; i < Math.max(subjects.size(), subjects.isEmpty() ? 0 : WARM_UPS); i++) {
            subjects.get(i % subjects.size()).wake(); // Compiles what is measured.
        }
        Thread.sleep(task.settleMs());
        double cores = busyCores(task.idleMs());
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        List<SleepingEngine> plain = new ArrayList<>();
        List<ParkedThread> parked = new ArrayList<>();
        for (int i = 0; i < subjects.size(); i++) {
            plain.add(new SleepingEngine(builder -> builder));
            parked.add(new ParkedThread());
        }
        List<List<? extends Sleeper>> kinds = List.of(subjects, plain, parked);
        for (int i = 0; i < WARM_UPS && !subjects.isEmpty(); i++) {
            plain.get(i % plain.size()).wake();
            parked.get(i % parked.size()).wake();
        }
        subjects.forEach(subject -> subject.engine.publishing().reset());
        Thread.sleep(subjects.isEmpty() ? 0 : task.idleMs());
        Histogram[] times = sample(task, kinds);
        Histogram publishing = new Histogram(DIGITS);
        subjects.forEach(subject -> publishing.add(subject.engine.publishing()));
        plain.forEach(SleepingEngine::close);
        parked.forEach(ParkedThread::close);
        return new Answer(
                cores,
                threads,
                (int) times[0].getTotalCount(),
                percentiles(times[0]),
                percentiles(times[1]),
                percentiles(times[2]),
                percentiles(publishing));
    }

    /** Returns how long those of each kind took to be awake; which kind comes first changes in turns. */
    private static Histogram[] sample(Task task, List<List<? extends Sleeper>> kinds) throws InterruptedException {
        Histogram[] times = {new Histogram(DIGITS), new Histogram(DIGITS), new Histogram(DIGITS)};
        int samples = 0;
        while (samples < task.samples() && !kinds.get(0).isEmpty()) {
            if (samples > 0) {
                Thread.sleep(task.pauseMs());
            }
            for (int i = 0; i < kinds.get(0).size(); i++, samples++) {
                for (int turn = 0; turn < times.length; turn++) {
                    int kind = (samples + turn) % times.length;
                    times[kind].recordValue(kinds.get(kind).get(i).wake());
                }
            }
        }
        return times;
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
