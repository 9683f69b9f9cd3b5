package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine that cannot be started halts: nobody waits for it, and no thread of it is left. */
class StartFailureTest {
    private static final int TIMEOUT_S = 60;

    @TempDir
    Path folder;

    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());

    private EngineBuilder<Job> builder() {
        return Engines.withWorkers(2)
                .group(HandlerGroup.named("all").weight(1).subStreams(2, id -> Engines.NOTHING))
                .countersFile(folder.resolve("counters"));
    }

    private Thread track(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    @ParameterizedTest
    @ValueSource(strings = {ThreadRole.CONDUCTOR, ThreadRole.WORKER, ThreadRole.MERGE, ThreadRole.STATS})
    void shouldHaltWhereAThreadCannotBeMade(String duty) throws Exception {
        IllegalStateException expected = new IllegalStateException("expected in this test");
        BraidEngine<Job> engine = builder()
                .threadFactory((role, task) -> {
                    if (role.duty().equals(duty)) {
                        throw expected;
                    }
                    return track(task);
                })
                .build();
        FutureTask<Void> publisher = new FutureTask<>(() -> {
            while (true) { // Waits until the engine is started, and then as soon as it is full.
                engine.ingress().publish((job, sequence) -> {});
            }
        });
        new Thread(publisher).start();

        assertSame(expected, assertThrows(IllegalStateException.class, engine::start));

        ExecutionException refused =
                assertThrows(ExecutionException.class, () -> publisher.get(TIMEOUT_S, TimeUnit.SECONDS));
        assertInstanceOf(EngineHaltedException.class, refused.getCause());
        assertSame(
                expected,
                assertThrows(EngineHaltedException.class, engine::close).getCause());
        assertSame(
                expected,
                assertThrows(EngineHaltedException.class, engine::start).getCause());
        assertEquals(EngineState.HALTED, engine.stats().state());
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
            assertFalse(thread.isAlive(), () -> "left behind: " + thread);
        }
    }

    @Test
    void shouldSayForWhatNoThreadWasMade() {
        BraidEngine<Job> engine = builder()
                .threadFactory((role, task) -> role.duty().equals(ThreadRole.MERGE) ? null : track(task))
                .build();

        NullPointerException e = assertThrows(NullPointerException.class, engine::start);

        assertTrue(e.getMessage().contains("made no thread for braid-merge"), e::getMessage);
        assertThrows(EngineHaltedException.class, engine::close);
    }

    /** As where a thread factory forgets the task. */
    @ParameterizedTest
    @ValueSource(strings = {ThreadRole.CONDUCTOR, ThreadRole.WORKER, ThreadRole.MERGE})
    void shouldSayWhichThreadDidNotRunItsTask(String duty) {
        BraidEngine<Job> engine = builder()
                .threadFactory((role, task) -> track(role.duty().equals(duty) ? () -> {} : task))
                .start();
        engine.ingress().publish((job, sequence) -> {});

        EngineHaltedException e = assertThrows(EngineHaltedException.class, engine::close);

        assertTrue(e.getMessage().contains("ended without having run its task"), e::getMessage);
        assertTrue(e.getMessage().contains(duty), e::getMessage);
    }

    @Test
    void shouldRefuseOneWakeableIdleStrategyForTwoThreads() {
        IdleStrategy shared = new WakeableIdleStrategy();
        EngineBuilder<Job> builder = builder().idleStrategy(role -> shared);

        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, builder::build);

        assertTrue(e.getMessage().contains("each thread needs one of its own"), e::getMessage);
        builder.idleStrategy(role -> NoOpIdleStrategy.INSTANCE).start().close();
    }

    @Test
    void shouldRefuseOneBackoffIdleStrategyForTwoThreads() {
        IdleStrategy shared = new BackoffIdleStrategy();
        EngineBuilder<Job> builder = builder().idleStrategy(role -> shared);

        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, builder::build);

        assertTrue(e.getMessage().contains("were given the same BackoffIdleStrategy"), e::getMessage);
    }

    /** Of two engines, one after the other may have it, and any number that one thread invokes. */
    @Test
    void shouldRefuseAWakeableIdleStrategyThatAThreadOfAnotherEngineHas() {
        IdleStrategy shared = new WakeableIdleStrategy();
        EngineBuilder<Job> first = single("first", shared);
        EngineBuilder<Job> second = single("second", shared);
        BraidEngine<Job> started = first.start();
        BraidEngine<Job> refused = second.build();

        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, refused::start);

        assertEquals(
                "threads first-engine and second-engine were given the same WakeableIdleStrategy: each thread needs"
                        + " one of its own",
                e.getMessage());
        assertThrows(EngineHaltedException.class, refused::close);
        assertThrows(IllegalArgumentException.class, second::start, "the refused engine must not release it");
        started.close();
        second.start().close();
        for (int i = 0; i < 2; i++) {
            single("invoked", shared)
                    .threadingMode(ThreadingMode.INVOKER)
                    .start()
                    .close();
        }
    }

    private EngineBuilder<Job> single(String name, IdleStrategy idleStrategy) {
        return Engines.invoked()
                .threadingMode(ThreadingMode.SHARED)
                .engineName(name)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> Engines.NOTHING))
                .idleStrategy(role -> idleStrategy);
    }
}
