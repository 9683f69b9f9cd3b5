package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.agrona.concurrent.AgentTerminationException;
import org.junit.jupiter.api.Test;

/** A sub-stream's batches form a chain of leases, of which only the last one is taken back: step by step, on one thread. */
class LeaseTest {
    private static final int JOBS = 100;

    private final List<Long> handled = new ArrayList<>();
    private final RecordingMerge merge = new RecordingMerge();
    private final EngineLifecycle lifecycle = new EngineLifecycle(Throwable::printStackTrace, 0, () -> false);
    private final EngineAssembly<Job> pipeline = new EngineAssembly<>(
            BraidEngine.<Job>builder(Job::new)
                    .threadingMode(ThreadingMode.DEDICATED)
                    .workers(1)
                    .onWarning(warning -> {})
                    .round(16)
                    .partitioner(job -> job.subStream)
                    .merge(merge)
                    .group(HandlerGroup.named("first")
                            .weight(1)
                            .subStreams(1, id -> (job, sequence, end) -> handled.add(job.number)))
                    .group(HandlerGroup.named("second").weight(1).subStreams(1, id -> Engines.NOTHING))
                    .freeze(),
            lifecycle);
    private final WorkerDispatcher<?> workers = (WorkerDispatcher<?>) pipeline.dispatcher;
    private final Ingress<Job> ingress = new Ingress<>(pipeline, attempt -> {}, null, false);
    private final Worker<?> worker = workers.workers()[0];

    @Test
    void shouldNotGoOnWithABatchThatItsWorkerMayStillLayOut() throws Exception {
        lifecycle.start();
        workers.mergeAgent().onStart();
        pipeline.conductor.onStart();
        publish(0, JOBS);
        pipeline.conductor.doWork();
        Batch begun = worker.take();
        assertNull(worker.handle(begun));
        publish(1, 1);
        pipeline.conductor.doWork(); // Another one is to go on with it, and the second group is due earlier.
        Batch further = worker.end(begun);
        assertNotNull(further, "goes on with the first");
        pipeline.conductor.doWork(); // It takes the first back, while the worker holds the other and has not begun it.
        assertNull(further.handedFurther, "nothing goes on with what may be taken back");
        worker.goOn(further);
        Batch ofSecond = worker.take();
        assertEquals(1, ofSecond.group, "it is due earlier, and the other one was laid out for it");
        assertNull(worker.handle(ofSecond));
        pipeline.conductor.doWork();
        pipeline.weightChanges.request(0, 2); // What nobody has begun is taken back and made again.
        pipeline.conductor.doWork();
        worker.goOn(worker.end(ofSecond));
        finish();
        assertEquals(LongStream.range(0, JOBS).boxed().toList(), handled);
        merge.assertComplete(JOBS + 1);
    }

    private void publish(int subStream, int jobs) {
        for (int number = 0; number < jobs; number++) {
            long sequence = ingress.next();
            ingress.get(sequence).set(subStream, number, 0);
            ingress.publish(sequence);
        }
    }

    private void finish() throws Exception {
        lifecycle.beginClose(pipeline.ring);
        boolean isGoingOn = true;
        for (int i = 0; i < 10 * JOBS && isGoingOn; i++) {
            try {
                pipeline.conductor.doWork();
            } catch (AgentTerminationException e) {
                isGoingOn = false;
            }
            workers.mergeAgent().doWork();
            Batch batch = worker.take();
            if (batch != null) {
                assertNull(worker.handle(batch));
                worker.goOn(worker.end(batch));
            }
        }
    }
}
