package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.dsl.ProducerType;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No garbage in steady state: counted by the JVM. */
class GarbageTest {
    /** For a million records: it leaves room for what the JVM itself allocates on a thread. */
    private static final long MAX_BYTES = 4_000;

    @ParameterizedTest
    @EnumSource(MergeOrder.class)
    void shouldAllocateNothingPerRecord(MergeOrder order) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] sum = new long[1];
        EngineBuilder<Job> builder = Engines.invoked()
                .ringSize(1_024)
                .producerType(ProducerType.MULTI)
                .mergeOrder(order)
                .errorPolicy(ErrorPolicy.SKIP)
                .costModel(CostModel.NANOSECONDS)
                .merge((job, sequence, subStream, outcome, cause) -> sum[0] += job.result)
                .group(HandlerGroup.named("gold")
                        .weight(8)
                        .subStreams(64, id -> (job, sequence, endOfBatch) -> job.result = job.number))
                .group(HandlerGroup.named("bronze")
                        .weight(1)
                        .subStreams(64, id -> (job, sequence, endOfBatch) -> job.result = -job.number));
        try (BraidEngine<Job> engine = builder.start()) {
            long thread = Thread.currentThread().getId();
            Runnable turn = engine::invoke;
            publish(engine, 200_000, turn);
            long before = threads.getThreadAllocatedBytes(thread);
            publish(engine, 1_000_000, turn);
            long allocated = threads.getThreadAllocatedBytes(thread) - before;
            assertTrue(allocated < MAX_BYTES, "allocated " + allocated + " bytes for 1,000,000 records");
        }
    }

    @ParameterizedTest
    @EnumSource(MergeOrder.class)
    void shouldAllocateNothingPerRecordOnAnyThreadWithWorkers(MergeOrder order) {
        ThreadMXBean allocations = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Thread> threads = new ArrayList<>();
        long[] sum = new long[1];
        EngineBuilder<Job> builder = Engines.withWorkers(2)
                .ringSize(1_024)
                .mergeOrder(order)
                .errorPolicy(ErrorPolicy.SKIP)
                .costModel(CostModel.NANOSECONDS)
                .threadFactory((role, task) -> {
                    threads.add(new Thread(task));
                    return threads.get(threads.size() - 1);
                })
                .merge((job, sequence, subStream, outcome, cause) -> sum[0] += job.result)
                .group(HandlerGroup.named("gold")
                        .weight(8)
                        .subStreams(64, id -> (job, sequence, endOfBatch) -> job.result = job.number))
                .group(HandlerGroup.named("bronze")
                        .weight(1)
                        .subStreams(64, id -> (job, sequence, endOfBatch) -> job.result = -job.number));
        try (BraidEngine<Job> engine = builder.start()) {
            assertEquals(4, threads.size(), "conductor, two workers, merge");
            threads.add(Thread.currentThread());
            Runnable nothing = () -> {};
            publish(engine, 200_000, nothing);
            long[] before = allocated(allocations, threads);
            publish(engine, 1_000_000, nothing);
            long[] after = allocated(allocations, threads);
            for (int i = 0; i < before.length; i++) {
                assertTrue(
                        after[i] - before[i] < MAX_BYTES,
                        "thread " + i + " allocated " + (after[i] - before[i]) + " bytes for 1,000,000 records");
            }
        }
    }

    private static long[] allocated(ThreadMXBean allocations, List<Thread> threads) {
        return allocations.getThreadAllocatedBytes(
                threads.stream().mapToLong(Thread::getId).toArray());
    }

    private static void publish(BraidEngine<Job> engine, int records, Runnable turn) {
        Ingress<Job> ingress = engine.ingress();
        for (int i = 0; i < records; i += 16) {
            long last = ingress.next(16);
            for (long sequence = last - 15; sequence <= last; sequence++) {
                ingress.get(sequence).set((int) (sequence & 127), sequence, 1);
            }
            ingress.publish(last - 15, last);
            turn.run();
        }
    }
}
