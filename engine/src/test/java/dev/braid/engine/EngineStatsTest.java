package dev.braid.engine;

import static dev.braid.engine.Engines.NOTHING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine's numbers, from inside and from outside. */
class EngineStatsTest {
    private static final int WAIT_S = 60;

    private long nowNs;

    @Test
    void shouldMeasureHowLongRecordsWaitAndAreHandled() {
        EngineBuilder<Job> builder = Engines.invoked()
                .nanoClock(() -> nowNs)
                .round(10)
                .group(HandlerGroup.named("slow")
                        .weight(1)
                        .subStreams(1, id -> (job, sequence, end) -> nowNs += 2_000_000))
                .group(HandlerGroup.named("quick")
                        .weight(1)
                        .subStreams(1, id -> (job, sequence, end) -> nowNs += 1_000_000));
        try (BraidEngine<Job> engine = builder.start()) {
            for (int i = 0; i < 40; i++) {
                Engines.publish(engine, 0, i);
                Engines.publish(engine, 1, i);
                nowNs += 50_000_000;
                engine.invoke();
            }
            LatencyStats slow = engine.stats().groups().get(0).handling();
            assertEquals(40, slow.samples(), "with few records, all are measured");
            assertEquals(2_000_000, slow.p50Ns(), 20_000);
            assertEquals(2_000_000, slow.maxNs(), 20_000);
            LatencyStats quick = engine.stats().groups().get(1).handling();
            assertEquals(1_000_000, quick.p99Ns(), 10_000);
            LatencyStats waiting = engine.stats().groups().get(1).waiting();
            assertEquals(40, waiting.samples());
            assertTrue(
                    waiting.maxNs() >= 1_990_000 && waiting.maxNs() <= 2_020_000,
                    "one waits for the other's record: " + waiting);
            long busyNs = engine.stats().threads().get(0).busyNs();
            assertEquals(40 * 3_000_000L, busyNs, "of the thread that invokes");
        }
    }

    @Test
    void shouldCountRecordsOfWhichNoneWasMerged() {
        List<Long> seen = new ArrayList<>();
        List<GroupStats> groups = new ArrayList<>();
        EventHandler<Job> handler = (job, sequence, end) -> {
            for (GroupStats group : groups) {
                seen.addAll(List.of(group.accepted(), group.backlog(), group.inFlight()));
            }
            groups.clear();
        };
        EngineBuilder<Job> builder = Engines.invoked()
                .group(HandlerGroup.named("first").weight(1).subStreams(1, id -> handler))
                .group(HandlerGroup.named("second").weight(1).subStreams(1, id -> handler));
        try (BraidEngine<Job> engine = builder.start()) {
            groups.addAll(engine.stats().groups());
            for (int i = 0; i < 10; i++) {
                Engines.publish(engine, 0, i);
            }
            for (int i = 0; i < 17; i++) {
                Engines.publish(engine, 1, i);
            }
            engine.invoke();
            assertEquals(List.of(10L, 10L, 10L, 17L, 17L, 17L), seen, "while the first record is handled");
        }
    }

    @Test
    void shouldCountRecordsOfAGroupWhoseHandlerBlocksAWorker() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        EngineBuilder<Job> builder = Engines.withWorkers(2)
                .group(HandlerGroup.named("blocks").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    begun.countDown();
                    assertTrue(release.await(WAIT_S, TimeUnit.SECONDS), "released");
                }));
        try (BraidEngine<Job> engine = builder.start()) {
            Engines.publish(engine, 0, 0);
            assertTrue(begun.await(WAIT_S, TimeUnit.SECONDS), "begun");
            for (int i = 1; i < 10; i++) {
                Engines.publish(engine, 0, i);
            }
            GroupStats group = engine.stats().groups().get(0);
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
            while (group.accepted() < 10) {
                assertTrue(System.nanoTime() - endNs < 0, "waited for 10 to be accepted, not " + group.accepted());
                Thread.onSpinWait();
            }
            assertEquals(10, group.backlog());
            assertEquals(10, group.inFlight());
            assertEquals(0, group.processed());
            release.countDown();
        }
    }

    @Test
    void shouldTellHowLongAGroupsRecordsWaitedInFrontOfTheEngine() {
        EngineBuilder<Job> builder = Engines.invoked()
                .nanoClock(() -> nowNs)
                .group(HandlerGroup.named("gold")
                        .weight(9)
                        .subStreams(1, id -> NOTHING)
                        .ownIngress())
                .group(HandlerGroup.named("bronze").weight(1).subStreams(1, id -> NOTHING));
        try (BraidEngine<Job> engine = builder.start()) {
            for (int i = 0; i < 40; i++) {
                engine.ingress("gold").publish((job, sequence) -> job.set(0, 0, 1));
                nowNs += 1_000_000;
                Engines.publish(engine, 1, i);
                nowNs += 2_000_000;
                engine.invoke();
            }
            LatencyStats gold = engine.stats().groups().get(0).waitingInRing();
            LatencyStats bronze = engine.stats().groups().get(1).waitingInRing();
            assertEquals(20, gold.samples(), "every other one: only when one has arrived is the next one asked for");
            assertEquals(20, bronze.samples());
            assertEquals(3_000_000, gold.p50Ns(), 210_000);
            assertEquals(2_000_000, bronze.p50Ns(), 140_000);
        }
    }

    @Test
    void shouldTellThatRecordsWaitInASaturatedSharedIngressWhereWeightsDoNotMatter() {
        long[] handled = new long[2];
        EngineBuilder<Job> builder = Engines.invoked()
                .nanoClock(() -> nowNs)
                .round(64)
                .ringSize(4096)
                .inFlight(128)
                .group(HandlerGroup.named("gold").weight(9).subStreams(1, id -> (job, sequence, end) -> {
                    nowNs += 1_000;
                    handled[0]++;
                }))
                .group(HandlerGroup.named("bronze").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    nowNs += 1_000;
                    handled[1]++;
                }));
        try (BraidEngine<Job> engine = builder.start()) {
            for (int i = 0; i < 100_000; i++) {
                int subStream = Integer.bitCount(i) & 1; // As many of each, in an order that the rounds do not follow.
                while (!engine.ingress().tryPublish((job, sequence) -> job.set(subStream, 0, 1))) {
                    engine.invoke();
                }
            }
            assertEquals(1, (double) handled[0] / handled[1], 0.05, "the mix of the ingress, whatever the weights");
            GroupStats gold = engine.stats().groups().get(0);
            assertTrue(
                    gold.waitingInRing().p50Ns() > 3_000_000 && gold.waiting().p99Ns() < 1_000_000,
                    "4,096 records of 1 us wait in front: " + gold.waitingInRing() + ", inside: " + gold.waiting());
        }
    }

    @Test
    void shouldMeasureOnlyAFewOfManyRecords() {
        EngineBuilder<Job> builder = Engines.invoked()
                .nanoClock(() -> nowNs)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> nowNs += 100));
        try (BraidEngine<Job> engine = builder.start()) {
            for (int i = 0; i < 100_000; i++) {
                Engines.publish(engine, 0, i);
                engine.invoke();
            }
            assertEquals(100, engine.stats().groups().get(0).handling().samples(), "in 10 ms, one each 100 us");
        }
    }

    private static long busyNs(EngineStats stats, String name) {
        return stats.threads().stream()
                .filter(thread -> thread.name().startsWith(name))
                .mapToLong(EngineStats.ThreadStats::busyNs)
                .sum();
    }

    @Test
    void shouldShowItsNumbersToOtherProcesses(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("counters");
        EngineBuilder<Job> builder = Engines.withWorkers(2)
                .countersFile(file)
                .errorPolicy(ErrorPolicy.SKIP)
                .onWarning(warning -> {})
                .inFlight(100)
                .group(HandlerGroup.named("gold").weight(3).subStreams(2, id -> NOTHING))
                .group(HandlerGroup.named("bronze").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    throw new IllegalStateException("always");
                }));
        EngineStats outside;
        try (BraidEngine<Job> engine = builder.start()) {
            outside = EngineStats.map(file);
            assertEquals(EngineState.RUNNING, outside.state());
            for (int i = 0; i < 90; i++) {
                Engines.publish(engine, i % 3, i);
            }
            Engines.publish(engine, 99, 0);
        }
        assertEquals(EngineState.CLOSED, outside.state());
        assertEquals(ProcessHandle.current().pid(), outside.processId());
        assertTrue(outside.updatedAtMs() >= outside.startedAtMs());
        assertEquals(90, outside.lowWatermark());
        assertEquals(1, outside.failedBeforeGroup());
        assertEquals(outside.ringSize(), outside.ringFree());
        assertEquals(
                List.of("braid-engine", "braid-worker-0", "braid-worker-1", "braid-merge"),
                outside.threads().stream().map(EngineStats.ThreadStats::name).toList());
        // Which of the workers was free first is left open.
        assertTrue(busyNs(outside, "braid-worker") > 0, outside.threads()::toString);
        assertTrue(busyNs(outside, "braid-engine") > 0, outside.threads()::toString);
        assertTrue(busyNs(outside, "braid-merge") > 0, outside.threads()::toString);
        GroupStats gold = outside.groups().get(0);
        assertEquals("gold", gold.name());
        assertEquals(3, gold.weight());
        assertEquals(75, gold.inFlightBound());
        assertEquals(60, gold.processed());
        assertEquals(60, gold.accepted());
        assertEquals(0, gold.inFlight() + gold.backlog() + gold.failed() + gold.shed());
        assertTrue(gold.waiting().samples() > 0 && gold.handling().samples() > 0);
        assertEquals(30, outside.groups().get(1).failed());
        try (Stream<Path> files = Files.list(dir)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void shouldGoOnWhenItsFileIsCutShortAndWriteItAgain(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("counters");
        EngineBuilder<Job> builder = Engines.invoked()
                .countersFile(file)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING));
        try (BraidEngine<Job> engine = builder.start()) {
            Files.write(file, new byte[0]);
            for (int i = 0; i < 10; i++) {
                Engines.publish(engine, 0, i);
                engine.invoke();
            }
        }
        assertEquals(EngineState.CLOSED, EngineStats.map(file).state());
        assertEquals(10, EngineStats.map(file).groups().get(0).processed());
    }

    @Test
    void shouldShowTheGaugesOfItsMergeHandlers(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("counters");
        long[] value = {7};
        EngineBuilder<Job> builder = Engines.invoked()
                .countersFile(file)
                .merge(withGauge("first", () -> 1).andThen(withGauge("second", () -> value[0])))
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING));
        try (BraidEngine<Job> engine = builder.start()) {
            assertEquals(Map.of("first", 1L, "second", 7L), engine.stats().gauges());
            value[0] = 8;
            assertEquals(8, engine.stats().gauges().get("second"));
            assertEquals(
                    List.of("first", "second"),
                    List.copyOf(engine.stats().gauges().keySet()));
            value[0] = 9;
        }
        assertEquals(9, EngineStats.map(file).gauges().get("second"));
    }

    private static MergeHandler<Job> withGauge(String name, LongSupplier value) {
        return new MergeHandler<>() {
            @Override
            public void onResult(Job job, long sequence, int subStream, Outcome outcome, Throwable cause) {}

            @Override
            public Map<String, LongSupplier> gauges() {
                return Map.of(name, value);
            }
        };
    }

    @Test
    void shouldGoOnBeatingWhenAGaugeThrows(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("counters");
        AtomicBoolean isBroken = new AtomicBoolean();
        BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
        EngineBuilder<Job> builder = Engines.invoked()
                .countersFile(file)
                .onError(errors::add)
                .merge(withGauge("broken", () -> {
                    if (isBroken.get()) {
                        throw new IllegalStateException("broken");
                    }
                    return 5;
                }))
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING));
        try (BraidEngine<Job> engine = builder.start()) {
            isBroken.set(true);
            Throwable error = errors.poll(WAIT_S, TimeUnit.SECONDS);
            assertTrue(error != null && "broken".equals(error.getMessage()), "told of within 60 s: " + error);
            isBroken.set(false);
            Files.write(file, new byte[0]);
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
            while (Files.size(file) == 0) {
                assertTrue(System.nanoTime() - endNs < 0, "waited for the next heartbeat");
                Thread.onSpinWait();
            }
            assertEquals(EngineState.RUNNING, engine.stats().state());
        }
        assertEquals(5, EngineStats.map(file).gauges().get("broken"));
    }

    @Test
    void shouldForgetASpikeOfTheStartInTheTimesOfTheLastSeconds() {
        long[] handlingNs = {50_000_000};
        EngineBuilder<Job> builder = Engines.invoked()
                .nanoClock(() -> nowNs)
                .group(HandlerGroup.named("all")
                        .weight(1)
                        .subStreams(1, id -> (job, sequence, end) -> nowNs += handlingNs[0]));
        try (BraidEngine<Job> engine = builder.start()) {
            GroupStats group = engine.stats().groups().get(0);
            for (int i = 0; i < 30; i++) {
                Engines.publish(engine, 0, i);
                engine.invoke();
                nowNs += 1_000_000_000;
                long spikes = group.recentlyHandling().samples();
                assertTrue(spikes <= 11, "at most the samples of ten seconds: " + spikes);
                handlingNs[0] = 1_000;
            }
            assertEquals(50_000_000, group.handling().maxNs(), 500_000);
            assertEquals(1_000, group.recentlyHandling().maxNs(), 70);
            assertTrue(
                    group.recentlyHandling().samples() >= 5,
                    () -> "five seconds at least: " + group.recentlyHandling());
            assertTrue(
                    group.recentlyWaiting().samples() >= 5, () -> "five seconds at least: " + group.recentlyWaiting());
        }
    }

    @Test
    void shouldTellTheShareBetweenTwoLooks() {
        EngineBuilder<Job> builder = Engines.invoked()
                .round(8)
                .group(HandlerGroup.named("gold").weight(3).subStreams(1, id -> NOTHING))
                .group(HandlerGroup.named("bronze").weight(1).subStreams(1, id -> NOTHING));
        try (BraidEngine<Job> engine = builder.start()) {
            GroupStats gold = engine.stats().groups().get(0);
            Engines.publish(engine, 0, 0);
            engine.invoke();
            assertEquals(1, gold.serviceOfAll(), "alone");
            long before = gold.service();
            for (int i = 0; i < 120; i++) {
                Engines.publish(engine, 0, i);
                Engines.publish(engine, 1, i);
            }
            while (gold.backlog() > 0 || gold.service() == before) {
                engine.invoke();
            }
            double share = (double) (gold.service() - before) / (gold.serviceOfAll() - 1);
            assertEquals(0.75, share, 0.05);
        }
    }

    @Test
    void shouldNotWriteToALinkThatHasTheNameOfItsGrowingFile(@TempDir Path dir) throws IOException {
        Path outside = Files.writeString(dir.resolve("outside"), "precious");
        Files.createSymbolicLink(dir.resolve("counters.new"), outside);
        Path file = dir.resolve("counters");
        Engines.invoked()
                .countersFile(file)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .build()
                .close();
        assertEquals("precious", Files.readString(outside));
        assertEquals(1, EngineStats.map(file).groups().size());
    }

    @Test
    void shouldReplaceTheFileOfTheEngineBefore(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("counters");
        for (int groups = 1; groups <= 2; groups++) {
            EngineBuilder<Job> builder = Engines.invoked().countersFile(file);
            for (int i = 0; i < groups; i++) {
                builder.group(HandlerGroup.named("group: " + i).weight(1).subStreams(1, id -> NOTHING));
            }
            builder.start().close();
            assertEquals(groups, EngineStats.map(file).groups().size());
            assertEquals("group: 0", EngineStats.map(file).groups().get(0).name());
        }
    }

    @Test
    void shouldNameTheFileThatIsOfNoUse(@TempDir Path dir) throws IOException {
        Path text = Files.writeString(dir.resolve("text"), "no counters here ".repeat(20));
        Path empty = Files.createFile(dir.resolve("empty"));
        Path file = dir.resolve("counters");
        Engines.invoked()
                .countersFile(file)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .build()
                .close();
        byte[] bytes = Files.readAllBytes(file);
        Path cut = Files.write(dir.resolve("cut"), java.util.Arrays.copyOf(bytes, bytes.length - 1));
        bytes[4]++;
        Path newer = Files.write(dir.resolve("newer"), bytes);
        for (Path wrong : List.of(text, empty, cut, newer, dir.resolve("absent"))) {
            String message = assertThrows(IOException.class, () -> EngineStats.map(wrong))
                    .getMessage();
            assertTrue(message.contains(wrong.toString()), message);
        }
        EngineBuilder<Job> builder = Engines.invoked()
                .countersFile(dir.resolve("absent").resolve("counters"))
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING));
        String message =
                assertThrows(UncheckedIOException.class, builder::build).getMessage();
        assertTrue(message.contains("absent"), message);
    }

    @Test
    void shouldWarnOfWeightsThatCannotBeKept() {
        List<String> warnings = new ArrayList<>();
        EngineBuilder<Job> builder = Engines.withWorkers(2)
                .onWarning(warnings::add)
                .group(HandlerGroup.named("gold").weight(10).subStreams(1, id -> NOTHING))
                .group(HandlerGroup.named("silver").weight(2).subStreams(4, id -> NOTHING))
                .group(HandlerGroup.named("bronze").weight(2).subStreams(1, id -> NOTHING));
        try (BraidEngine<Job> engine = builder.start()) {
            assertEquals(
                    List.of(
                            "group 'gold' of weight 10 is promised 71.4 % of 2 workers, but with 1 sub-stream it can use"
                                    + " at most 50.0 %; the rest goes to the other groups by weight"),
                    warnings);
            GroupStats gold = engine.stats().groups().get(0);
            assertEquals(10.0 / 14, gold.weightShare(), 1e-9);
            assertEquals(0.5, gold.dueShare(), 1e-9);
            assertEquals(0.25, engine.stats().groups().get(1).dueShare(), 1e-9);
            engine.setWeight("gold", 4);
            assertEquals(0.5, gold.weightShare(), 1e-9);
            engine.setWeight("gold", 5);
            assertEquals(2, warnings.size(), "it is said again when it happens again");
            engine.setWeight("gold", 6);
            assertEquals(2, warnings.size());
            engine.setWeight("silver", 1_000);
            assertEquals(2, warnings.size());
            assertFalse(engine.stats().groups().get(1).dueShare()
                    < engine.stats().groups().get(1).weightShare());
        }
    }
}
