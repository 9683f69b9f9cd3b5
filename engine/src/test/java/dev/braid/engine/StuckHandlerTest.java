package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.EngineStats.HandlerCallStats;
import dev.braid.engine.EngineStats.ThreadStats;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers that do not return. */
class StuckHandlerTest {
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final AtomicReference<HandlerWatch> watch = new AtomicReference<>();

    private void look(long seconds) {
        watch.get().watch(TimeUnit.SECONDS.toNanos(seconds), warnings::add);
    }

    /** The parts of an engine, so that the test's handlers can look at themselves at any time. */
    private static EngineAssembly<Job> run(
            EngineBuilder<Job> builder, AtomicReference<HandlerWatch> watch, int records) {
        EngineLifecycle lifecycle = new EngineLifecycle(t -> {}, 0, () -> false);
        EngineAssembly<Job> pipeline = new EngineAssembly<>(builder.freeze(), lifecycle);
        lifecycle.start();
        watch.set(pipeline.handlerWatch);
        Ingress<Job> ingress = new Ingress<>(pipeline, attempt -> {}, null, false);
        ingress.publish((job, sequence) -> job.set(0, sequence, 0), records);
        pipeline.conductor.onStart();
        while (pipeline.lowWatermark.get() < records - 1) {
            pipeline.conductor.doWork();
        }
        assertEquals(EngineState.RUNNING, lifecycle.state());
        return pipeline;
    }

    @Test
    void shouldWarnOnceOfACallThatTakesTooLong() {
        EngineBuilder<Job> builder = Engines.invoked()
                .round(1)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    long at = sequence * 100;
                    look(at);
                    if (sequence == 1) {
                        look(at + 9);
                        assertEquals(List.of(), warnings);
                        look(at + 10);
                        assertEquals(1, warnings.size());
                        look(at + 20);
                    }
                }));
        EngineAssembly<Job> pipeline = run(builder, watch, 3);
        assertEquals(1, warnings.size());
        assertTrue(
                warnings.get(0)
                        .startsWith(
                                "the batch that begins with sequence 1 has been under way on thread braid-engine for 10000 ms"),
                warnings.get(0));
        assertTrue(warnings.get(0).contains("the handler of sub-stream 0 (group 'all')"), warnings.get(0));
        look(1_000);
        look(2_000);
        assertEquals(1, warnings.size(), "nothing is under way");
        assertEquals(Optional.empty(), pipeline.stats.threads().get(0).call());
    }

    @Test
    void shouldNotTakeManyShortCallsOrAttemptsForALongOne() {
        int[] attempts = {0};
        EngineBuilder<Job> builder = Engines.invoked()
                .round(1)
                .errorPolicy(ErrorPolicy.SKIP.afterRetries(1_000, Duration.ZERO))
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    look(attempts[0]++ * 20L);
                    if (sequence == 50 && attempts[0] < 100) {
                        throw new IllegalStateException("once more");
                    }
                }));
        run(builder, watch, 100);
        assertEquals(List.of(), warnings);
    }

    @ParameterizedTest
    @EnumSource(value = ThreadingMode.class, names = "INVOKER", mode = EnumSource.Mode.EXCLUDE)
    void shouldTellTheWarningHandlerAndTheStatsOfAHandlerThatIsStuck(ThreadingMode threading)
            throws InterruptedException {
        CountDownLatch warned = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Instant before = Instant.now();
        BraidEngine<Job> engine = Engines.invoked()
                .threadingMode(threading)
                .stuckHandlerAfter(Duration.ofMillis(50))
                .onWarning(warning -> {
                    if (warning.contains(
                            "sequence 1 ")) { // A busy machine may stop the engine's thread in the first batch.
                        warnings.add(warning);
                        warned.countDown();
                    }
                })
                .group(HandlerGroup.named("idle").weight(1).subStreams(1, id -> Engines.NOTHING))
                .group(HandlerGroup.named("stuck").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    if (job.number == 1) {
                        assertTrue(release.await(60, TimeUnit.SECONDS), "released");
                    }
                }))
                .start();
        Engines.publish(engine, 1, 0);
        assertTrue(engine.ingress().awaitMerged(0, Duration.ofSeconds(60)), "the first record");
        Engines.publish(engine, 1, 1);
        assertTrue(warned.await(60, TimeUnit.SECONDS), "the warning");
        assertTrue(
                warnings.get(0).startsWith("the batch that begins with sequence 1 has been under way on thread braid-"),
                warnings.get(0));
        HandlerCallStats call = stuck(engine).get(0);
        assertEquals(1, call.sequence());
        assertEquals("stuck", call.group());
        assertTrue(
                !call.since().isBefore(before.minusMillis(100)) && !call.since().isAfter(Instant.now()),
                "since " + call.since());
        release.countDown();
        engine.close();
        assertEquals(List.of(), stuck(engine));
        assertEquals(1, warnings.size());
    }

    private static List<HandlerCallStats> stuck(BraidEngine<Job> engine) {
        List<HandlerCallStats> calls = new ArrayList<>();
        for (ThreadStats thread : engine.stats().threads()) {
            thread.call().ifPresent(calls::add);
        }
        return calls;
    }

    @Test
    void shouldNameATimeThatIsNone() {
        EngineBuilder<Job> builder = Engines.invoked()
                .round(1)
                .stuckHandlerAfter(Duration.ZERO)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> Engines.NOTHING));
        String message =
                assertThrows(IllegalArgumentException.class, builder::build).getMessage();
        assertTrue(message.contains("stuckHandlerAfter"), message);
    }
}
