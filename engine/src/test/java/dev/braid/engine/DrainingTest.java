package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing an engine whose handlers publish into it. */
class DrainingTest {
    private static final int SEEDS = 10;
    private static final int CHAIN = 50;

    private final RecordingMerge merge = new RecordingMerge();
    private final AtomicReference<BraidEngine<Job>> self = new AtomicReference<>();

    private static EngineBuilder<Job> builder(ThreadingMode threading) {
        EngineBuilder<Job> builder = Engines.invoked().threadingMode(threading);
        return threading == ThreadingMode.DEDICATED ? builder.workers(2) : builder;
    }

    /** Publishes the job's successor, as long as there is one. */
    private EventHandler<Job> chain(String ingress, LongUnaryOperator nextSubStream) {
        return (job, sequence, end) -> {
            if (job.number > 0) {
                int subStream = (int) nextSubStream.applyAsLong(job.subStream);
                long number = job.number - 1;
                Ingress<Job> own =
                        ingress == null ? self.get().ingress() : self.get().ingress(ingress);
                assertTrue(own.tryPublish((next, s) -> next.set(subStream, number, 0)), "room");
            }
        };
    }

    private BraidEngine<Job> start(EngineBuilder<Job> builder) {
        BraidEngine<Job> engine = builder.build();
        self.set(engine);
        return engine.start();
    }

    private static void publishSeeds(Ingress<Job> ingress, int subStreams) {
        for (int i = 0; i < SEEDS; i++) {
            int subStream = i % subStreams;
            ingress.publish((job, sequence) -> job.set(subStream, CHAIN, 0));
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldHandleWhatHandlersPublishWhileItCloses(ThreadingMode threading) {
        BraidEngine<Job> engine = start(builder(threading)
                .merge(merge)
                .group(HandlerGroup.named("all").weight(1).subStreams(3, id -> chain(null, s -> (s + 1) % 3))));
        publishSeeds(engine.ingress(), 3);
        engine.close();
        merge.assertComplete(SEEDS * (CHAIN + 1));
        assertEquals(EngineState.CLOSED, engine.stats().state());
        assertThrows(EngineClosedException.class, () -> engine.ingress().tryNext(1));
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldHandleWhatHandlersPublishThroughAnotherGroupsIngressWhileItCloses(ThreadingMode threading) {
        BraidEngine<Job> engine = start(builder(threading)
                .merge(merge)
                .group(HandlerGroup.named("ping")
                        .weight(3)
                        .<Job>subStreams(1, id -> chain("pong", s -> 1))
                        .ownIngress())
                .group(HandlerGroup.named("pong")
                        .weight(1)
                        .<Job>subStreams(1, id -> chain("ping", s -> 0))
                        .ownIngress()));
        publishSeeds(engine.ingress("ping"), 1);
        engine.close();
        merge.assertComplete(SEEDS * (CHAIN + 1));
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldHandleWhatTheMergeHandlerPublishesWhileItCloses(ThreadingMode threading) {
        AtomicLong results = new AtomicLong();
        EventHandler<Job> successor = chain(null, s -> s);
        MergeHandler<Job> closedLoop = (job, sequence, subStream, outcome, cause) -> {
            results.incrementAndGet();
            successor.onEvent(job, sequence, false);
        };
        BraidEngine<Job> engine = start(builder(threading)
                .merge(closedLoop)
                .group(HandlerGroup.named("all")
                        .weight(1)
                        .<Job>subStreams(2, id -> Engines.NOTHING)
                        .ownIngress()));
        publishSeeds(engine.ingress(), 2);
        engine.close();
        assertEquals(SEEDS * (CHAIN + 1), results.get());
    }

    @ParameterizedTest
    @EnumSource(value = ThreadingMode.class, names = "INVOKER", mode = EnumSource.Mode.EXCLUDE)
    void shouldRefuseOtherThreadsWhileHandlersGoOn(ThreadingMode threading) throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger published = new AtomicInteger();
        BraidEngine<Job> engine = start(builder(threading)
                .merge(merge)
                .group(HandlerGroup.named("all")
                        .weight(1)
                        .<Job>subStreams(1, id -> (job, sequence, end) -> {
                            if (job.number == 0) {
                                entered.countDown();
                                assertTrue(release.await(60, TimeUnit.SECONDS), "released");
                                assertTrue(self.get().ingress().tryPublish((next, s) -> next.set(0, 1, 0)));
                                published.incrementAndGet();
                            }
                        })
                        .ownIngress()));
        engine.ingress("all").publish((job, sequence) -> job.set(0, 0, 0));
        assertTrue(entered.await(60, TimeUnit.SECONDS), "the handler's call");
        Thread closer = new Thread(engine::close);
        closer.start();
        awaitRefusal(engine);
        assertThrows(EngineClosedException.class, () -> engine.ingress().next());
        release.countDown();
        closer.join(TimeUnit.SECONDS.toMillis(60));
        assertFalse(closer.isAlive(), "close() has returned");
        assertEquals(1, published.get());
        assertEquals(EngineState.CLOSED, engine.stats().state());
        merge.assertComplete(merge.results.size());
        assertEquals(1, merge.results.get(merge.results.size() - 1).number(), "the handler's comes last");
    }

    /** Claims nothing: as long as a record is in flight there is no room for as many as the group may have. */
    private static void awaitRefusal(BraidEngine<Job> engine) {
        int bound = engine.stats().groups().get(0).inFlightBound();
        long startNs = System.nanoTime();
        try {
            while (System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(60)) {
                assertEquals(Ingress.NO_CAPACITY, engine.ingress("all").tryNext(bound));
            }
        } catch (EngineClosedException expected) {
            return;
        }
        throw new AssertionError("publishers are not refused");
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldGiveUpAfterTheTimeoutAndSaySoWhenAHandlerAlwaysPublishes(ThreadingMode threading) {
        BraidEngine<Job> engine = start(builder(threading)
                .closeTimeout(Duration.ofMillis(50))
                .group(HandlerGroup.named("all")
                        .weight(1)
                        .<Job>subStreams(
                                1,
                                id -> (job, sequence, end) ->
                                        self.get().ingress().tryPublish((next, s) -> next.set(0, 0, 0)))
                        .ownIngress()));
        engine.ingress().publish((job, sequence) -> job.set(0, 0, 0));
        String message =
                assertThrows(EngineHaltedException.class, engine::close).getMessage();
        assertTrue(message.contains("timed out after 50 ms"), message);
        assertTrue(message.contains("handlers that always publish into their own engine keep it from ending"), message);
    }

    /** The race that {@link EngineLifecycle} is about, with handlers that publish, too. */
    @RepeatedTest(100)
    void shouldMergeExactlyWhatWasAcceptedFromWithinAndFromOutside() throws InterruptedException {
        for (ThreadingMode threading : new ThreadingMode[] {ThreadingMode.SHARED, ThreadingMode.DEDICATED}) {
            RecordingMerge results = new RecordingMerge();
            AtomicLong accepted = new AtomicLong();
            BraidEngine<Job> engine = start(builder(threading)
                    .ringSize(64)
                    .inFlight(64)
                    .merge(results)
                    .group(HandlerGroup.named("all").weight(1).subStreams(2, id -> (job, sequence, end) -> {
                        if (job.number > 0) {
                            long number = job.number - 1;
                            int subStream = (int) (number & 1);
                            if (self.get().ingress().tryPublish((next, s) -> next.set(subStream, number, 0))) {
                                accepted.incrementAndGet();
                            }
                        }
                    })));
            CountDownLatch underWay = new CountDownLatch(2);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                threads.add(new Thread(() -> {
                    try {
                        while (true) {
                            engine.ingress().publish((job, sequence) -> job.set(0, sequence % 4, 0));
                            accepted.incrementAndGet();
                            underWay.countDown();
                        }
                    } catch (EngineClosedException expected) {
                        underWay.countDown();
                    }
                }));
            }
            threads.forEach(Thread::start);
            assertTrue(underWay.await(60, TimeUnit.SECONDS), "publishers are under way");
            engine.close();
            for (Thread thread : threads) {
                thread.join();
            }
            results.assertComplete(accepted.get());
        }
    }

    @Test
    void shouldAcceptWhatIsPublishedUntilItIsSealed() {
        boolean[] inCallback = {true};
        EngineLifecycle lifecycle = new EngineLifecycle(t -> {}, 0, () -> inCallback[0]);
        lifecycle.start();
        assertFalse(lifecycle.seal(7), "it is open");
        assertTrue(lifecycle.forbid());
        assertFalse(lifecycle.seal(7), "it is not known yet what is accepted");
        lifecycle.accept(7);
        assertTrue(lifecycle.mayPublish(false));
        inCallback[0] = false;
        assertThrows(EngineClosedException.class, () -> lifecycle.mayPublish(false));
        inCallback[0] = true;
        assertEquals(7, lifecycle.takeThrough());
        lifecycle.checkAccepted(9); // And with it what another thread claimed before the engine closed.
        assertEquals(9, lifecycle.takeThrough());
        lifecycle.checkAccepted(8);
        assertEquals(9, lifecycle.takeThrough());
        assertFalse(lifecycle.seal(8), "9 is not taken yet");
        assertTrue(lifecycle.seal(9));
        assertThrows(EngineClosedException.class, () -> lifecycle.checkAccepted(10));
        assertThrows(EngineClosedException.class, () -> lifecycle.mayPublish(false));
        lifecycle.checkAccepted(9);
        assertTrue(lifecycle.seal(9), "once sealed it stays so");
    }

    @Test
    void shouldLetNobodyPublishWhileItClosesIfRecordsOfEarlierRunsAreStillToBeFed() {
        EngineLifecycle lifecycle = new EngineLifecycle(t -> {}, 3, () -> true);
        lifecycle.start();
        lifecycle.forbid();
        lifecycle.accept(0);
        assertThrows(EngineClosedException.class, () -> lifecycle.mayPublish(false));
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldGoOnDrainingWhenTheThreadThatClosesIsInterrupted(ThreadingMode threading) throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        BraidEngine<Job> engine = start(builder(threading)
                .merge(merge)
                .group(HandlerGroup.named("all")
                        .weight(1)
                        .<Job>subStreams(1, id -> (job, sequence, end) -> {
                            entered.countDown();
                            while (release.getCount() > 0) {
                                Thread.onSpinWait(); // Not in a wait, for in INVOKER mode the thread that closes is
                                // this one.
                            }
                        })
                        .ownIngress()));
        for (int i = 0; i < SEEDS; i++) {
            engine.ingress("all").publish((job, sequence) -> job.set(0, sequence, 0));
        }
        boolean[] interrupted = {false};
        Runnable close = () -> {
            engine.close();
            interrupted[0] = Thread.currentThread().isInterrupted();
        };
        if (threading == ThreadingMode.INVOKER) {
            Thread.currentThread().interrupt();
            release.countDown();
            close.run();
            assertTrue(Thread.interrupted());
        } else {
            Thread closer = new Thread(close);
            closer.start();
            assertTrue(entered.await(60, TimeUnit.SECONDS), "the handler's call");
            closer.interrupt();
            awaitRefusal(engine);
            closer.interrupt();
            release.countDown();
            closer.join(TimeUnit.SECONDS.toMillis(60));
            assertFalse(closer.isAlive(), "close() has returned");
        }
        assertTrue(interrupted[0], "the flag is set again");
        assertEquals(EngineState.CLOSED, engine.stats().state());
        assertTrue(merge.results.size() >= SEEDS);
        merge.assertComplete(merge.results.size());
    }

    /** The wake-up that comes with its publication comes too early: until it is accepted it may not be taken. */
    @Test
    void shouldWakeTheEngineForARecordThatIsAcceptedWhileItCloses() {
        AtomicInteger wakes = new AtomicInteger();
        EngineLifecycle lifecycle = new EngineLifecycle(t -> {}, 0, () -> true);
        lifecycle.wakes(wakes::incrementAndGet);
        lifecycle.start();
        lifecycle.forbid();
        lifecycle.accept(4);
        int before = wakes.get();
        lifecycle.checkAccepted(4);
        assertEquals(before, wakes.get(), "sequence 4 was accepted before");
        lifecycle.checkAccepted(5);
        assertEquals(before + 1, wakes.get(), "sequence 5 is accepted now");
        assertEquals(5, lifecycle.takeThrough());
    }
}
