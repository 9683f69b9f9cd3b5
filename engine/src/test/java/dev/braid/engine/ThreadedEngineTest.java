package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.dsl.ProducerType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hand-overs between publishers and the engine's thread, under stress: small rings, many publishers. */
class ThreadedEngineTest {
    private static final int RECORDS = 200_000;

    @ParameterizedTest
    @CsvSource({"WEIGHTED, 0", "SEQUENCE, 0", "WEIGHTED, 1", "WEIGHTED, 2", "SEQUENCE, 2", "WEIGHTED, 5", "SEQUENCE, 5"
    })
    void shouldKeepEveryRecordOfEveryPublisherInOrder(MergeOrder order, int workers) throws InterruptedException {
        int publishers = 3;
        RecordingMerge merge = new RecordingMerge();
        long[][] next = new long[publishers][8];
        BraidEngine<Job> engine = (workers == 0 ? BraidEngine.<Job>builder(Job::new) : Engines.withWorkers(workers))
                .ringSize(64)
                .inFlight(96)
                .round(32)
                .mergeOrder(order)
                .merge(merge)
                .partitioner(job -> job.subStream)
                .group(HandlerGroup.named("heavy")
                        .weight(5)
                        .subStreams(4, id -> (job, sequence, endOfBatch) -> inOrder(next, job)))
                .group(HandlerGroup.named("light")
                        .weight(1)
                        .subStreams(4, id -> (job, sequence, endOfBatch) -> inOrder(next, job)))
                .start();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        for (int p = 0; p < publishers; p++) {
            int publisher = p;
            Thread thread = new Thread(() -> {
                Ingress<Job> ingress = engine.ingress();
                long[] numbers = new long[8];
                for (int i = 0; i < RECORDS / publishers; ) {
                    int claim = Math.min(RECORDS / publishers - i, 1 + i % 7);
                    long last = ingress.next(claim);
                    for (long sequence = last - claim + 1; sequence <= last; sequence++, i++) {
                        int subStream = (i * 5 + publisher) % 8;
                        Job job = ingress.get(sequence);
                        job.set(subStream, numbers[subStream]++, 0);
                        job.publisher = publisher;
                    }
                    ingress.publish(last - claim + 1, last);
                }
            });
            thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        engine.close();
        assertEquals(List.of(), failures);
        merge.assertComplete((long) RECORDS / publishers * publishers);
        if (order == MergeOrder.SEQUENCE) {
            merge.assertAscending();
        }
    }

    private static void inOrder(long[][] next, Job job) {
        assertEquals(next[job.publisher][job.subStream]++, job.number, "number within publisher and sub-stream");
    }

    @Test
    void shouldShareByWeightWithARealThread() {
        long[] served = new long[2];
        long[] atHalf = new long[2];
        BraidEngine<Job> engine = BraidEngine.<Job>builder(Job::new)
                .producerType(ProducerType.SINGLE)
                .ringSize(1 << 16)
                .partitioner(job -> job.subStream)
                .group(group("nine", 9, served, 0, atHalf))
                .group(group("one", 1, served, 1, atHalf))
                .build();
        engine.start();
        Ingress<Job> ingress = engine.ingress();
        long last = ingress.next(40_000);
        for (long sequence = last - 39_999; sequence <= last; sequence++) {
            ingress.get(sequence).set((int) (sequence & 1), sequence, 0);
        }
        ingress.publish(last - 39_999, last);
        engine.close();
        double share = (double) atHalf[0] / (atHalf[0] + atHalf[1]);
        assertEquals(0.9, share, 0.01, "share of weight 9 when it had 10,000 records served");
        assertTrue(engine.stats().groups().get(0).share() > 0.88);
    }

    private static HandlerGroup<Job> group(String name, int weight, long[] served, int index, long[] atHalf) {
        return HandlerGroup.named(name)
                .weight(weight)
                .<Job>subStreams(1, id -> (job, sequence, endOfBatch) -> {
                    served[index]++;
                    if (served[0] == 10_000 && atHalf[0] == 0) {
                        atHalf[0] = served[0];
                        atHalf[1] = served[1];
                    }
                })
                .inFlight(20_000);
    }
}
