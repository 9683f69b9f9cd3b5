package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.dsl.ProducerType;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No garbage in steady state: counted by the JVM, on the one thread that does everything. */
class GarbageTest {
    @ParameterizedTest
    @EnumSource(MergeOrder.class)
    void shouldAllocateNothingPerRecord(MergeOrder order) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] sum = new long[1];
        EngineBuilder<Job> builder = Engines.invoked()
                .ringSize(1_024)
                .producer(ProducerType.MULTI)
                .mergeOrder(order)
                .onError(ErrorPolicy.SKIP)
                .cost(CostModel.NANOSECONDS)
                .merge((job, sequence, subStream, outcome, cause) -> sum[0] += job.result)
                .group("gold", 8, 64, id -> (job, sequence, endOfBatch) -> job.result = job.number)
                .group("bronze", 1, 64, id -> (job, sequence, endOfBatch) -> job.result = -job.number);
        try (BraidEngine<Job> engine = builder.start()) {
            long thread = Thread.currentThread().getId();
            publish(engine, 200_000);
            long before = threads.getThreadAllocatedBytes(thread);
            publish(engine, 1_000_000);
            long allocated = threads.getThreadAllocatedBytes(thread) - before;
            // A thousandth of a byte per record leaves room for what the JVM itself allocates on this thread.
            assertTrue(allocated < 1_000, "allocated " + allocated + " bytes for 1,000,000 records");
        }
    }

    private static void publish(BraidEngine<Job> engine, int records) {
        Ingress<Job> ingress = engine.ingress();
        for (int i = 0; i < records; i += 16) {
            long last = ingress.next(16);
            for (long sequence = last - 15; sequence <= last; sequence++) {
                ingress.get(sequence).set((int) (sequence & 127), sequence, 1);
            }
            ingress.publish(last - 15, last);
            engine.invoke();
        }
    }
}
