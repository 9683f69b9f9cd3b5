package dev.braid.bench;

import dev.braid.bench.peer.BenchRecord;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.GroupStats;
import dev.braid.engine.Ingress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Threads that publish to every group as much as it accepts, until they are closed. Each has groups of its own. */
final class Publishers implements AutoCloseable {
    private static final long PAUSE_NS = 200_000;

    private final List<Thread> threads = new ArrayList<>();
    private final List<ClosedLoop> loops;
    private volatile boolean stopping;
    private volatile Throwable failure;

    /** @param loops the handlers of the groups that have one, in order. */
    Publishers(BraidEngine<BenchRecord> engine, FairnessCase load, List<ClosedLoop> loops) {
        this.loops = loops;
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).begin(engine.ingress("group " + i), i * load.subStreams(), load.subStreams());
        }
        for (int i = 0; i < load.supply().threads(); i++) {
            int first = i;
            Thread thread = new Thread(() -> publish(engine, load, first), "publisher-" + i);
            thread.setUncaughtExceptionHandler((t, e) -> failure = e);
            threads.add(thread);
            thread.start();
        }
    }

    private void publish(BraidEngine<BenchRecord> engine, FairnessCase load, int first) {
        List<GroupStats> groups = engine.stats().groups();
        List<Ingress<BenchRecord>> ingresses = new ArrayList<>();
        for (GroupStats group : groups) {
            ingresses.add(engine.ingress(group.name()));
        }
        int[] next = new int[groups.size()];
        while (!stopping) {
            boolean published = false;
            for (int group = load.supply().loops() + first;
                    group < next.length;
                    group += load.supply().threads()) {
                Ingress<BenchRecord> ingress = ingresses.get(group);
                long sequence;
                while (!stopping && (sequence = ingress.tryNext(1)) != Ingress.NO_CAPACITY) {
                    ingress.get(sequence).key = (long) group * load.subStreams() + next[group]++ % load.subStreams();
                    ingress.publish(sequence);
                    published = true;
                }
            }
            if (!published) {
                LockSupport.parkNanos(PAUSE_NS); // All groups are full, with more than they can handle meanwhile.
            }
        }
    }

    /** Throws if a publisher has failed. */
    void check() {
        if (failure != null) {
            throw new IllegalStateException("a publisher failed: " + failure, failure);
        }
    }

    @Override
    public void close() {
        stopping = true;
        loops.forEach(ClosedLoop::close);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
