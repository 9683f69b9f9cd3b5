package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.dsl.ProducerType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two threads that publish into an engine for one are noticed where that costs no record anything. */
class SinglePublisherTest {
    private static final int TIMEOUT_S = 60;

    private static EngineBuilder<Job> builder(ProducerType producers) {
        return Engines.invoked()
                .producerType(producers)
                .ringSize(4)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> Engines.NOTHING));
    }

    private static FutureTask<Long> waiter(Ingress<Job> ingress, String name, Duration timeout) {
        FutureTask<Long> waiting = new FutureTask<>(() -> ingress.next(1, timeout));
        Thread thread = new Thread(waiting, name);
        thread.setDaemon(true);
        thread.start();
        return waiting;
    }

    @Test
    void shouldRefuseASecondThreadThatWaitsForRoom() throws Exception {
        BraidEngine<Job> engine = builder(ProducerType.SINGLE).build(); // Before the start there is no room.
        List<FutureTask<Long>> waiting = new ArrayList<>();
        for (String name : List.of("one", "other")) {
            waiting.add(waiter(engine.ingress(), name, Duration.ofSeconds(TIMEOUT_S)));
        }
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (waiting.stream().noneMatch(FutureTask::isDone)) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "none was refused in 60 s");
            Thread.onSpinWait();
        }
        FutureTask<Long> refused = waiting.get(waiting.get(0).isDone() ? 0 : 1);
        FutureTask<Long> left = waiting.get(waiting.get(0).isDone() ? 1 : 0);

        ExecutionException e = assertThrows(ExecutionException.class, refused::get);

        assertInstanceOf(IllegalStateException.class, e.getCause());
        String message = e.getCause().getMessage();
        assertTrue(
                message.matches(
                        "threads (one and other|other and one) publish at the same time, but the engine was built"
                                + " with ProducerType.SINGLE"),
                message);
        engine.close();
        assertThrows(ExecutionException.class, () -> left.get(TIMEOUT_S, TimeUnit.SECONDS));
    }

    @Test
    void shouldLetOneThreadWaitAfterTheOther() throws Exception {
        BraidEngine<Job> engine = builder(ProducerType.SINGLE).build();

        for (String name : List.of("one", "other")) {
            assertEquals(
                    Ingress.NO_CAPACITY,
                    waiter(engine.ingress(), name, Duration.ofMillis(1)).get(TIMEOUT_S, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldLetManyThreadsWaitWhereAnyNumberMayPublish() throws Exception {
        BraidEngine<Job> engine = builder(ProducerType.MULTI).build();
        List<FutureTask<Long>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(waiter(engine.ingress(), "publisher-" + i, Duration.ofMillis(10)));
        }
        for (FutureTask<Long> each : waiting) {
            assertEquals(Ingress.NO_CAPACITY, each.get(TIMEOUT_S, TimeUnit.SECONDS));
        }
    }

    /** As where one thread has claimed, and publishes after another one that has claimed later, and was handled. */
    @Test
    void shouldHaltWhereTheCursorGoesBack() {
        BraidEngine<Job> engine = builder(ProducerType.SINGLE).start();
        Ingress<Job> ingress = engine.ingress();
        long early = ingress.next();
        long late = ingress.next();
        ingress.publish(late);
        engine.invoke();
        ingress.publish(early);

        EngineHaltedException e = assertThrows(EngineHaltedException.class, engine::invoke);

        assertEquals(
                "the ring's cursor went back from 1 to 0: two threads publish, but the engine was built with"
                        + " ProducerType.SINGLE",
                e.getCause().getMessage());
        assertThrows(EngineHaltedException.class, engine::close);
    }
}
