package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.AgentTerminationException;

/**
 * The hand-overs between conductor, workers and merge in random interleavings, on one thread: a random party takes the next
 * step, and a batch that a worker has begun may stay with it for any time. {@link RecordingMerge} checks order and low
 * watermark at every call.
 */
class WorkerProperties {
    private static final int JOBS = 400;

    /** The progress of a worker's thread. */
    private final class Lane {
        final Worker<?> worker;
        Batch batch;
        /** What goes on with the last batch, as long as the worker has not decided whether it is to. */
        Batch further;

        EngineHaltedException failure;

        Lane(Worker<?> worker) {
            this.worker = worker;
        }

        void step(EngineLifecycle lifecycle) {
            if (batch != null) {
                for (int run = 0; run < batch.runs; run++) {
                    busy.remove((Integer) batch.subStreams[run]);
                }
                further = worker.end(batch);
                batch = null;
                if (failure != null) {
                    lifecycle.halt(failure);
                }
            } else if (further != null) {
                worker.goOn(further);
                further = null;
            } else if (!lifecycle.isHalted() && (batch = worker.take()) != null) {
                for (int run = 0; run < batch.runs; run++) {
                    assertFalse(busy.contains(batch.subStreams[run]), "two workers have " + batch.subStreams[run]);
                    busy.add(batch.subStreams[run]);
                }
                failure = worker.handle(batch);
            }
        }
    }

    private final List<Integer> busy = new ArrayList<>();

    @Property(tries = 1_000)
    void shouldKeepOrderAndAccountsInEveryInterleaving(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 50) Integer> weights,
            @ForAll @IntRange(min = 1, max = 4) int subStreams,
            @ForAll @IntRange(min = 1, max = 5) int workers,
            @ForAll @IntRange(min = 1, max = 100) int inFlight,
            @ForAll @IntRange(min = 1, max = 64) int round,
            @ForAll CostModel costs,
            @ForAll MergeOrder order,
            @ForAll boolean halts,
            @ForAll long seed) {
        busy.clear();
        Random random = new Random(seed);
        RecordingMerge merge = new RecordingMerge();
        long[] handled = new long[1];
        long[] nowNs = new long[1];
        ErrorPolicy policy = halts ? ErrorPolicy.HALT : ErrorPolicy.SKIP;
        EngineBuilder<Job> builder = BraidEngine.<Job>builder(Job::new)
                .threadingMode(ThreadingMode.DEDICATED)
                .workers(workers)
                .onWarning(warning -> {})
                .ringSize(64)
                .inFlight(inFlight)
                .round(round)
                .costModel(costs)
                .nanoClock(() -> nowNs[0] += random.nextInt(10))
                .mergeOrder(order)
                .errorPolicy(policy.afterRetries(2, Duration.ofNanos(30)))
                .partitioner(job -> job.subStream)
                .merge(merge);
        for (int i = 0; i < weights.size(); i++) {
            builder.group(HandlerGroup.named("group " + i)
                    .weight(weights.get(i))
                    .subStreams(subStreams, id -> (job, sequence, end) -> {
                        if (job.cost > 0) {
                            job.cost--;
                            throw new IllegalStateException("not yet");
                        }
                        handled[0]++;
                    }));
        }
        EngineLifecycle lifecycle = new EngineLifecycle(t -> {}, 0, () -> false);
        lifecycle.start();
        EngineAssembly<Job> pipeline = new EngineAssembly<>(builder.freeze(), lifecycle);
        Ingress<Job> ingress = new Ingress<>(pipeline, attempt -> {}, null, false);
        WorkerDispatcher<?> dispatcher = (WorkerDispatcher<?>) pipeline.dispatcher;
        List<Lane> lanes = new ArrayList<>();
        for (Worker<?> worker : dispatcher.workers()) {
            lanes.add(new Lane(worker));
        }
        dispatcher.mergeAgent().onStart();
        pipeline.conductor.onStart();
        int published = 0;
        boolean conductorRuns = true;
        boolean mergeRuns = true;
        while (mergeRuns) {
            if (random.nextInt(50) == 0) {
                pipeline.weightChanges.request(random.nextInt(weights.size()), 1 + random.nextInt(50));
            }
            int turn = random.nextInt(lanes.size() + 3);
            if (turn < lanes.size()) {
                lanes.get(turn).step(lifecycle);
            } else if (turn == lanes.size() && conductorRuns) {
                conductorRuns = isGoingOn(pipeline.conductor);
            } else if (turn == lanes.size() + 1) {
                mergeRuns = isGoingOn(dispatcher.mergeAgent());
            } else if (published < JOBS && !lifecycle.isHalted()) {
                int group = random.nextInt(weights.size());
                int fails = random.nextInt(20) == 0 ? random.nextInt(halts ? 3 : 5) : 0;
                int subStream = group * subStreams + random.nextInt(subStreams);
                int number = published;
                if (ingress.tryPublish((job, sequence) -> job.set(subStream, number, fails))) {
                    published++;
                }
            } else if (published == JOBS && conductorRuns) {
                lifecycle.beginClose(pipeline.ring);
                if (halts && random.nextInt(10) == 0) {
                    lifecycle.halt(new EngineHaltedException("in the middle of it", null));
                }
            }
            if (lifecycle.isHalted()) {
                for (Lane lane : lanes) {
                    if (lane.batch == null) {
                        lane.worker.onClose();
                    }
                }
            }
        }
        if (lifecycle.isHalted()) {
            assertTrue(halts, "halted");
            if (order == MergeOrder.WEIGHTED) { // Otherwise some of it waits for the one that failed.
                assertEquals(handled[0], merge.results.size(), "what was handled is merged");
            }
            assertThrows(EngineHaltedException.class, () -> ingress.tryNext(1));
        } else {
            merge.assertComplete(JOBS);
            assertEquals(JOBS - 1, pipeline.lowWatermark.get());
            for (GroupStats group : pipeline.stats.groups()) {
                assertEquals(0, group.inFlight() + group.backlog());
            }
        }
        if (order == MergeOrder.SEQUENCE) {
            merge.assertAscending();
        }
    }

    private static boolean isGoingOn(org.agrona.concurrent.Agent agent) {
        try {
            agent.doWork();
            return true;
        } catch (AgentTerminationException e) {
            agent.onClose();
            return false;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
