package dev.braid.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The steps of a benchmark, one after the other. Reports progress on the error stream, a line for each step, and keeps measurements
 * from being lost: a step that fails is named, and the next one follows; after {@link #stop} no step begins. One thread runs the
 * steps, and any thread may stop them.
 */
final class BenchSteps implements AutoCloseable {
    private static final long SECONDS_PER_MINUTE = 60;
    /** Ctrl-C also ends what a step has started, and the step may notice before this process does: such a step did not fail. */
    private static final long STOP_GRACE_MS = 200;

    private final PrintWriter err;
    private final String bench;
    private final long startNs = System.nanoTime();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Failed> failed = new ArrayList<>();
    /** A thread of its own, so that nobody has to wait for a step when it is stopped: the JVM ends then. */
    private final ExecutorService thread;

    private Future<?> current;
    private int expected;
    private int begun;
    private int done;

    /** A step that failed. */
    record Failed(String step, String cause) {}

    /** @param done the number of steps that did not fail. */
    record Account(int done, int of, List<Failed> failed) {
        boolean isComplete() {
            return done == of;
        }

        @Override
        public String toString() {
            return done + " of " + of + " steps" + (failed.isEmpty() ? "" : ", " + failed.size() + " failed");
        }
    }

    BenchSteps(PrintWriter err, String bench) {
        this.err = err;
        this.bench = bench;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread daemon = new Thread(task, bench);
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /** Announces the number of steps, so that the remaining time can be estimated. */
    void expect(int steps) {
        expected = steps;
    }

    /** Runs a step, and returns its result: empty if it failed, or was not begun or not finished before a stop. */
    <T> Optional<T> run(String what, Callable<T> step) throws InterruptedException {
        Future<T> result;
        synchronized (this) {
            if (isStopped()) {
                return Optional.empty();
            }
            say(what);
            result = thread.submit(step);
            current = result;
        }
        try {
            T value = result.get();
            done++;
            return Optional.of(value);
        } catch (CancellationException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            if (!stopped.await(STOP_GRACE_MS, TimeUnit.MILLISECONDS)) {
                fail(what, e.getCause());
            }
            return Optional.empty();
        }
    }

    /** Begins no other step, and aborts the running one, with the processes that it started. */
    void stop() {
        synchronized (this) {
            stopped.countDown();
            if (current != null) {
                current.cancel(false);
            }
        }
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
    }

    boolean isStopped() {
        return stopped.getCount() == 0;
    }

    Account account() {
        return new Account(done, Math.max(begun, expected), List.copyOf(failed));
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private void say(String what) {
        long elapsedNs = System.nanoTime() - startNs;
        String left = begun == 0 || begun >= expected
                ? ""
                : ", " + duration(elapsedNs / begun * (expected - begun)) + " left";
        begun++;
        err.println(bench + ": " + begun + " of " + Math.max(begun, expected) + left + ": " + what);
        err.flush();
    }

    private void fail(String what, Throwable cause) {
        err.println(bench + ": failed, the others go on: " + what);
        if (cause instanceof IOException) { // Failures of files and processes: the message is complete.
            err.println(cause.getMessage());
        } else {
            cause.printStackTrace(err);
        }
        err.flush();
        failed.add(new Failed(what, cause.toString().lines().findFirst().orElse("")));
    }

    private static String duration(long ns) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(ns);
        return seconds < 2 * SECONDS_PER_MINUTE ? seconds + " s" : seconds / SECONDS_PER_MINUTE + " min";
    }
}
