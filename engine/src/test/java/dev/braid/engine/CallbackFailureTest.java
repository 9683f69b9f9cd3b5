package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a callback throws is reported, and ends the engine and all of its threads. */
class CallbackFailureTest {
    private static final int TIMEOUT_S = 60;

    private enum Callback {
        HANDLER_START,
        HANDLER_BATCH_START,
        HANDLER_EVENT,
        HANDLER_SHUTDOWN,
        MERGE_START,
        MERGE_RESULT,
        MERGE_BATCH_END,
        MERGE_SHUTDOWN,
        INGEST_START,
        INGEST_RECORD,
        INGEST_BATCH_END,
        INGEST_SHUTDOWN,
        PARTITIONER
    }

    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> errors = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> failed = Collections.synchronizedList(new ArrayList<>());

    static Stream<Arguments> callbacks() {
        List<Throwable> thrown = List.of(new IllegalStateException("expected"), new AssertionError("expected"));
        return Stream.of(Callback.values()).flatMap(callback -> Stream.of(0, 1, 2)
                .flatMap(workers -> thrown.stream().map(what -> Arguments.of(callback, workers, what))));
    }

    private static void at(Callback now, Callback chosen, Throwable thrown) {
        if (now == chosen) {
            if (thrown instanceof Error e) {
                throw e;
            }
            throw (RuntimeException) thrown;
        }
    }

    private static EventHandler<Job> handler(Callback chosen, Throwable thrown) {
        return new EventHandler<>() {
            @Override
            public void onStart() {
                at(Callback.HANDLER_START, chosen, thrown);
            }

            @Override
            public void onBatchStart(long batchSize, long queueDepth) {
                at(Callback.HANDLER_BATCH_START, chosen, thrown);
            }

            @Override
            public void onEvent(Job job, long sequence, boolean endOfBatch) {
                at(Callback.HANDLER_EVENT, chosen, thrown);
            }

            @Override
            public void onShutdown() {
                at(Callback.HANDLER_SHUTDOWN, chosen, thrown);
            }
        };
    }

    private MergeHandler<Job> merge(Callback chosen, Throwable thrown) {
        return new MergeHandler<>() {
            @Override
            public void onStart() {
                at(Callback.MERGE_START, chosen, thrown);
            }

            @Override
            public void onResult(Job job, long sequence, int subStream, Outcome outcome, Throwable cause) {
                if (cause != null) {
                    failed.add(cause);
                }
                at(Callback.MERGE_RESULT, chosen, thrown);
            }

            @Override
            public void onBatchEnd(long lowWatermark) {
                at(Callback.MERGE_BATCH_END, chosen, thrown);
            }

            @Override
            public void onShutdown() {
                at(Callback.MERGE_SHUTDOWN, chosen, thrown);
            }
        };
    }

    private static IngestHandler<Job> ingest(Callback chosen, Throwable thrown) {
        return new IngestHandler<>() {
            @Override
            public void onStart() {
                at(Callback.INGEST_START, chosen, thrown);
            }

            @Override
            public void onRecord(Job job, long sequence, int group, Throwable cause) {
                at(Callback.INGEST_RECORD, chosen, thrown);
            }

            @Override
            public long onBatchEnd(long sequence) {
                at(Callback.INGEST_BATCH_END, chosen, thrown);
                return sequence;
            }

            @Override
            public void onShutdown() {
                at(Callback.INGEST_SHUTDOWN, chosen, thrown);
            }
        };
    }

    @ParameterizedTest
    @MethodSource("callbacks")
    void shouldTellOfItAndEnd(Callback chosen, int workers, Throwable thrown) throws InterruptedException {
        BraidEngine<Job> engine = Engines.withWorkers(workers)
                .group(HandlerGroup.named("all").weight(1).subStreams(2, id -> handler(chosen, thrown)))
                .partitioner(job -> {
                    at(Callback.PARTITIONER, chosen, thrown);
                    return job.subStream;
                })
                .merge(merge(chosen, thrown))
                .ingest(ingest(chosen, thrown))
                .onError(errors::add)
                .threadFactory((role, task) -> {
                    Thread thread = new Thread(task);
                    threads.add(thread);
                    return thread;
                })
                .build();
        List<Throwable> told = new ArrayList<>();
        tell(told, engine::start);
        tell(told, () -> {
            for (int i = 0; i < 100; i++) {
                Engines.publish(engine, i % 2, i);
            }
        });
        tell(told, engine::close);
        tell(told, engine::close); // Once more does no harm.

        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
            assertFalse(thread.isAlive(), () -> "left behind: " + thread);
        }
        Stream<Throwable> all = Stream.of(told, errors, failed).flatMap(List::stream);
        assertTrue(all.anyMatch(t -> isCausedBy(t, thrown)), () -> "nobody was told: " + told + errors + failed);
        boolean isOrderly = chosen.name().endsWith("_SHUTDOWN")
                || chosen == Callback.PARTITIONER && thrown instanceof RuntimeException;
        assertEquals(
                isOrderly ? EngineState.CLOSED : EngineState.HALTED,
                engine.stats().state());
        if (engine.stats().state() == EngineState.HALTED) {
            assertTrue(isCausedBy(assertThrows(EngineHaltedException.class, engine::close), thrown));
        }
    }

    private interface Call {
        void run();
    }

    private static void tell(List<Throwable> told, Call call) {
        try {
            call.run();
        } catch (Throwable t) {
            told.add(t);
        }
    }

    private static boolean isCausedBy(Throwable t, Throwable thrown) {
        for (Throwable cause = t; cause != null; cause = cause.getCause()) {
            if (cause == thrown) {
                return true;
            }
        }
        return false;
    }
}
