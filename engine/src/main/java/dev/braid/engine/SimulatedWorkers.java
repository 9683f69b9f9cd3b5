package dev.braid.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Runs the conductor, the workers and the merge of an engine on one thread, in simulated time: a batch takes as long as its
 * handlers say, on a worker of its own, and is given back when that time is over; everything else takes no time. Tests and
 * benchmarks can thus measure the shares of more workers than the machine has cores, exactly and reproducibly.
 */
final class SimulatedWorkers<E> {
    private final EngineAssembly<E> parts;
    private final MergeAgent<?> mergeAgent;
    private final Ingress<E> ingress;
    private final List<Lane> lanes = new ArrayList<>();
    private final IntConsumer onBatchEnd;
    private final LongSupplier delayNs;

    private long nowNs;
    private long conductAtNs;
    private long batches;
    private long conductedNs;
    /** The worker whose handlers are being called, or {@code null}. */
    private Lane handling;

    /**
     * Builds the engine and calls {@code onStart} of its handlers.
     *
     * @param builder    of an engine with workers. Its clock and its threading mode are set here.
     * @param onBatchEnd receives the number of a worker whose batch ends.
     * @param delayNs    how long the conductor stays away each time, while workers continue; {@code null} if it runs whenever a
     *                   batch has ended, before the worker looks for the next one.
     */
    SimulatedWorkers(EngineBuilder<E> builder, IntConsumer onBatchEnd, LongSupplier delayNs) {
        this.onBatchEnd = onBatchEnd;
        this.delayNs = delayNs;
        EngineConfig<E> config = builder.threadingMode(ThreadingMode.DEDICATED)
                .nanoClock(this::nanoTime)
                .freeze();
        EngineLifecycle lifecycle = new EngineLifecycle(config.errorHandler, 0, () -> false);
        this.parts = new EngineAssembly<>(config, lifecycle);
        WorkerDispatcher<?> dispatcher = (WorkerDispatcher<?>) parts.dispatcher;
        this.mergeAgent = dispatcher.mergeAgent();
        this.ingress = new Ingress<>(parts, attempt -> conduct(), null, false);
        for (Worker<?> worker : dispatcher.workers()) {
            lanes.add(new Lane(worker, lanes.size()));
        }
        lifecycle.start();
        mergeAgent.onStart();
        parts.conductor.onStart();
    }

    private final class Lane {
        private final Worker<?> worker;
        private final int number;
        private Batch batch;
        private long timeNs;

        Lane(Worker<?> worker, int number) {
            this.worker = worker;
            this.number = number;
        }

        /** Takes a batch, if it has none, and handles it. Returns whether it did. */
        boolean begin() {
            if (batch != null || (batch = worker.take()) == null) {
                return false;
            }
            timeNs = nowNs;
            handling = this;
            EngineHaltedException failure = worker.handle(batch);
            handling = null;
            if (failure != null) {
                throw failure;
            }
            batches++;
            return true;
        }

        void end() {
            onBatchEnd.accept(number);
            worker.goOn(worker.end(batch));
            batch = null;
        }
    }

    /** Returns the present: inside a handler, its worker's. */
    long nanoTime() {
        return handling == null ? nowNs : handling.timeNs;
    }

    /**
     * Adds time to a handler's call. For handlers.
     *
     * @return the number of the worker.
     */
    int spend(long ns) {
        handling.timeNs += ns;
        return handling.number;
    }

    EngineAssembly<E> parts() {
        return parts;
    }

    /** Returns the ingress for all records. While there is no room, the conductor works. */
    Ingress<E> ingress() {
        return ingress;
    }

    /** Returns the number of batches that workers have begun. */
    long batches() {
        return batches;
    }

    /** Returns the real time that conductor and merge took so far. */
    long conductedNs() {
        return conductedNs;
    }

    /** Runs the conductor and the merge until they have nothing to do. */
    void conduct() {
        long startNs = System.nanoTime();
        while (parts.conductor.doWork() + mergeAgent.doWork() > 0) {
            Thread.onSpinWait();
        }
        conductedNs += System.nanoTime() - startNs;
    }

    /** Advances to the end of the next batch. Returns whether there was one. */
    boolean step() {
        Lane next = nextToEnd();
        while (next == null || conductAtNs <= next.timeNs) {
            nowNs = Math.max(nowNs, conductAtNs);
            do {
                conduct();
            } while (begin());
            next = nextToEnd();
            conductAtNs = delayNs == null ? Long.MAX_VALUE : nowNs + delayNs.getAsLong();
            if (next == null) {
                return false;
            }
        }
        nowNs = next.timeNs;
        next.end();
        if (delayNs == null) {
            conductAtNs = nowNs;
        } else {
            next.begin(); // It does not wait for the conductor.
        }
        return true;
    }

    /** Lets free workers begin what there is. Returns whether one did. */
    private boolean begin() {
        boolean begun = false;
        for (Lane lane : lanes) {
            begun |= lane.begin();
        }
        return begun;
    }

    private Lane nextToEnd() {
        Lane next = null;
        for (Lane lane : lanes) {
            if (lane.batch != null && (next == null || lane.timeNs < next.timeNs)) {
                next = lane;
            }
        }
        return next;
    }
}
