package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerThread;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notices handler calls of an engine that do not return: a call that is seen at two successive looks has lasted at least as long as
 * the time between them. For any thread.
 */
final class HandlerWatch {
    private final List<EngineThread> threads;
    private final SubStream<?>[] subStreams;
    private final EngineCounters counters;
    private final long stuckAfterNs;

    // By thread, for the call that was seen last:
    private final long[] sequences;
    private final long[] runs;
    private final long[] sinceNs;
    private final boolean[] warned;

    /** @param layout its counters are updated. */
    HandlerWatch(List<EngineThread> threads, EngineLayout<?> layout, long stuckAfterNs) {
        int count = threads.size();
        this.threads = threads;
        this.subStreams = layout.subStreams;
        this.counters = layout.counters;
        this.stuckAfterNs = stuckAfterNs;
        this.sequences = new long[count];
        this.runs = new long[count];
        this.sinceNs = new long[count];
        this.warned = new boolean[count];
        for (int thread = 0; thread < threads.size(); thread++) {
            forget(thread, HandlerCall.NONE);
        }
    }

    /** Updates the counters. */
    synchronized void look(long nowNs) {
        for (int thread = 0; thread < threads.size(); thread++) {
            HandlerCall call = threads.get(thread).call();
            long run = call.run();
            long sequence = call.sequence();
            if (run != call.run() || sequence == HandlerCall.NONE) {
                forget(thread, HandlerCall.NONE);
            } else if (run != runs[thread] || sequence != sequences[thread]) {
                forget(thread, sequence);
                runs[thread] = run;
                sinceNs[thread] = nowNs;
            } else {
                long lastedMs = TimeUnit.NANOSECONDS.toMillis(nowNs - sinceNs[thread]);
                counters.set(thread, PerThread.CALL_GROUP, subStreamOf(thread).group.index);
                counters.set(thread, PerThread.CALL_SINCE_MS, System.currentTimeMillis() - lastedMs);
                counters.set(thread, PerThread.CALL_SEQUENCE, sequence);
            }
        }
    }

    private void forget(int thread, long sequence) {
        sequences[thread] = sequence;
        warned[thread] = false;
        counters.set(thread, PerThread.CALL_SEQUENCE, HandlerCall.NONE);
    }

    /** Looks, and warns once of each call that has lasted too long. */
    void watch(long nowNs, Consumer<String> warnings) {
        look(nowNs);
        for (int thread = 0; thread < threads.size(); thread++) {
            String warning = warning(thread, nowNs);
            if (warning != null) {
                warnings.accept(warning);
            }
        }
    }

    /** Returns the warning about a thread's call that is due, or {@code null}. */
    private synchronized String warning(int thread, long nowNs) {
        long lastedNs = nowNs - sinceNs[thread];
        if (sequences[thread] == HandlerCall.NONE || warned[thread] || lastedNs < stuckAfterNs) {
            return null;
        }
        warned[thread] = true;
        SubStream<?> subStream = subStreamOf(thread);
        return "the batch that begins with sequence " + sequences[thread] + " has been under way on thread "
                + threads.get(thread).name() + " for "
                + TimeUnit.NANOSECONDS.toMillis(lastedNs) + " ms: the handler of sub-stream " + subStream.id
                + " (group '"
                + subStream.group.name + "') does not return, or the merge handler if that thread calls it";
    }

    private SubStream<?> subStreamOf(int thread) {
        return subStreams[HandlerCall.subStream(runs[thread])];
    }
}
