package dev.braid.engine;

import com.lmax.disruptor.EventHandler;

/** Engines for tests: driven by the test's own thread, jobs partitioned by their own sub-stream. */
final class Engines {
    static final EventHandler<Job> NOTHING = (job, sequence, endOfBatch) -> {};

    private Engines() {}

    static EngineBuilder<Job> invoked() {
        return BraidEngine.<Job>builder(Job::new)
                .threadingMode(ThreadingMode.INVOKER)
                .onError(t -> {})
                .onWarning(warning -> {})
                .partitioner(job -> job.subStream);
    }

    /** With the given number of workers; driven by the test's thread if 0. */
    static EngineBuilder<Job> withWorkers(int workers) {
        return workers == 0
                ? invoked()
                : invoked().threadingMode(ThreadingMode.DEDICATED).workers(workers);
    }

    static void publish(BraidEngine<Job> engine, int subStream, long number) {
        publish(engine, subStream, number, 1);
    }

    static void publish(BraidEngine<Job> engine, int subStream, long number, long cost) {
        Ingress<Job> ingress = engine.ingress();
        long sequence = ingress.next();
        ingress.get(sequence).set(subStream, number, cost);
        ingress.publish(sequence);
    }

    /** Invokes until there is nothing more to do. */
    static void drain(BraidEngine<Job> engine) {
        while (engine.invoke() > 0) {
            Thread.onSpinWait();
        }
    }
}
