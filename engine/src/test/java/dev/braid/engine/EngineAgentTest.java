package dev.braid.engine;

import static dev.braid.engine.Engines.NOTHING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;

/** An engine that is run by the user's own runner. */
class EngineAgentTest {
    private final RecordingMerge merge = new RecordingMerge();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private BraidEngine<Job> engine() {
        return Engines.invoked()
                .merge(merge)
                .group(HandlerGroup.named("all").weight(1).subStreams(2, id -> NOTHING))
                .build();
    }

    private AgentRunner run(Agent agent) {
        AgentRunner runner = new AgentRunner(YieldingIdleStrategy.INSTANCE, errors::add, null, agent);
        AgentRunner.startOnThread(runner);
        return runner;
    }

    private static void publish(BraidEngine<Job> engine, int records) {
        for (int i = 0; i < records; i++) {
            int number = i;
            engine.ingress().publish((job, sequence) -> job.set(number & 1, number, 0));
        }
    }

    @Test
    void shouldBeRunByARunnerAndDrainedWhenThatIsClosed() {
        BraidEngine<Job> engine = engine();
        try (engine;
                AgentRunner runner = run(engine.agent())) {
            publish(engine, 10_000); // As soon as the runner's thread has started the engine.
            assertEquals("braid-engine", runner.thread().getName());
        } // Closes the runner first; then any thread may close the engine.
        merge.assertComplete(10_000);
        assertEquals(1, merge.shutdowns);
        assertEquals(EngineState.CLOSED, engine.stats().state());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldBeDrainedWhenItsRunnersThreadIsInterrupted() throws InterruptedException {
        BraidEngine<Job> engine = engine();
        AgentRunner runner = run(engine.agent());
        publish(engine, 1_000);
        Thread thread = runner.thread();
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(60));
        assertFalse(thread.isAlive(), "the runner goes on");
        runner.close();
        engine.close();
        merge.assertComplete(1_000);
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldLiveInACompositeAgentBesideAnother() throws InterruptedException {
        BraidEngine<Job> engine = engine();
        CountDownLatch cycles = new CountDownLatch(1_000);
        Agent other = new Agent() {
            @Override
            public int doWork() {
                engine.ingress()
                        .publish((job, sequence) -> job.set(0, sequence, 0)); // Drives the engine where it has to wait.
                cycles.countDown();
                return 1;
            }

            @Override
            public String roleName() {
                return "source";
            }
        };
        AgentRunner runner = run(new CompositeAgent(engine.agent(), other));
        assertTrue(cycles.await(60, TimeUnit.SECONDS), "the other agent's turns");
        runner.close();
        engine.close();
        assertTrue(merge.results.size() >= 1_000);
        merge.assertComplete(merge.results.size());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldTellItsRunnerOnceThatItHaltedAndLeaveOthersRunning() throws InterruptedException {
        IllegalStateException thrown = new IllegalStateException("boom");
        BraidEngine<Job> engine = Engines.invoked()
                .merge(merge)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    throw thrown;
                }))
                .build();
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch cycles = new CountDownLatch(100);
        Agent other = new Agent() {
            @Override
            public int doWork() {
                if (told.getCount() == 0) {
                    cycles.countDown();
                }
                return 1;
            }

            @Override
            public String roleName() {
                return "other";
            }
        };
        AgentRunner runner = new AgentRunner(
                YieldingIdleStrategy.INSTANCE,
                t -> {
                    errors.add(t);
                    told.countDown();
                },
                null,
                new CompositeAgent(engine.agent(), other));
        AgentRunner.startOnThread(runner);
        publish(engine, 1);
        assertTrue(told.await(60, TimeUnit.SECONDS), "told that it halted");
        assertTrue(cycles.await(60, TimeUnit.SECONDS), "the other agent's turns after that");
        assertEquals(1, errors.size());
        assertSame(thrown, errors.get(0).getCause());
        runner.close();
        assertEquals(2, errors.size(), "told again when it was closed");
        assertThrows(EngineHaltedException.class, engine::close);
        assertEquals(1, merge.shutdowns);
    }

    @Test
    void shouldRefuseAllThreadsButItsRunnersUntilItHasEnded() {
        BraidEngine<Job> engine = engine();
        AgentRunner runner = run(engine.agent());
        publish(engine, 1);
        String message =
                assertThrows(IllegalStateException.class, engine::close).getMessage();
        assertTrue(
                message.contains("close() is for the thread that started the engine, which is braid-engine"), message);
        assertThrows(IllegalStateException.class, engine::invoke);
        assertThrows(IllegalStateException.class, engine::start);
        runner.close();
        engine.close();
        merge.assertComplete(1);
    }

    @Test
    void shouldTellARunnerThatTheEngineIsAnotherThreads() {
        BraidEngine<Job> engine = engine();
        engine.start();
        AgentRunner runner = run(engine.agent());
        long startNs = System.nanoTime();
        while (errors.isEmpty()) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(60), "the runner was told nothing");
            Thread.onSpinWait();
        }
        runner.close();
        assertTrue(
                errors.get(0).getMessage().contains("was started before"),
                errors.get(0).getMessage());
        publish(engine, 3);
        engine.close();
        merge.assertComplete(3);
    }

    @Test
    void shouldBeDrivenByAnInvoker() {
        BraidEngine<Job> engine = engine();
        AgentInvoker invoker = new AgentInvoker(errors::add, null, engine.agent());
        invoker.start();
        publish(engine, 5);
        assertEquals(5, invoker.invoke() / 2, "tagged and served");
        invoker.close();
        merge.assertComplete(5);
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldBeForTheInvokerOnly() {
        try (BraidEngine<Job> engine = Engines.invoked()
                .threadingMode(ThreadingMode.SHARED)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .start()) {
            String message =
                    assertThrows(IllegalStateException.class, engine::agent).getMessage();
            assertTrue(message.contains("ThreadingMode.INVOKER"), message);
        }
    }
}
