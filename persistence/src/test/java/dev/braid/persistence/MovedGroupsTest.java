package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Outcome;
import dev.braid.engine.Partitioners;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Restarts.Folds;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Groups are known by their names: where another one is added in front of them, or their order changes between two runs, state
 * and records that were accepted find their way. What has no place any more is refused.
 */
class MovedGroupsTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Of keys 0 to 3, 4 to 7 and 8 to 11. */
    private static final List<String> NAMES = List.of("silver", "bronze", "gold");

    private static final HandlerGroup<Tx> GOLD = group("gold", 4);
    private static final HandlerGroup<Tx> SILVER = group("silver", 2);
    private static final HandlerGroup<Tx> BRONZE = group("bronze", 3);

    @TempDir
    Path folder;

    private long published;

    private static HandlerGroup<Tx> group(String name, int subStreams) {
        return HandlerGroup.named(name)
                .weight(subStreams)
                .<Tx>subStreams(subStreams, number -> new Folds(NOTHING))
                .ownIngress()
                .partitioner(tx -> tx.key % subStreams);
    }

    private static String groupOf(Tx tx) {
        return NAMES.get(tx.key / 4);
    }

    private BraidBuilder<Tx> builder(List<HandlerGroup<Tx>> groups) {
        return Braid.builder(folder.resolve("journal"), Tx::new, Restarts.CODEC)
                .groups(groups)
                .partitioner(Partitioners.grouped(groups, MovedGroupsTest::groupOf))
                .input(Restarts.CODEC)
                .engine(engine ->
                        engine.onError(t -> {}).onWarning(warning -> {}).round(4));
    }

    /** Publishes records of these keys, some through the ingresses of groups, and some through the shared one. */
    private void publish(Braid<Tx> braid, int fromKey, int toKey, int count) {
        for (int i = 0; i < count; i++) {
            int key = fromKey + i % (toKey - fromKey);
            Tx named = new Tx();
            named.key = key;
            var ingress = i % 5 == 0 ? braid.ingress() : braid.ingress(groupOf(named));
            published = ingress.publish((tx, sequence) -> {
                tx.key = key;
                tx.value = sequence;
            });
        }
    }

    private void run(List<HandlerGroup<Tx>> groups, int toKey, UnaryOperator<BraidBuilder<Tx>> settings) {
        try (Braid<Tx> braid = settings.apply(builder(groups)).start()) {
            publish(braid, 0, toKey, 100);
        }
    }

    private static UnaryOperator<BraidBuilder<Tx>> snapshots(int every) {
        return every == 0 ? builder -> builder : builder -> builder.states(states -> states.snapshotEvery(every));
    }

    /** Every key's results go on from each other, and are in a sub-stream of the key's group. */
    private void checkResults(long records) {
        Path dir = folder.resolve("journal");
        long[] counts = new long[Restarts.KEYS];
        long[] folds = new long[Restarts.KEYS];
        long[] next = {0};
        Tx tx = new Tx();
        try (JournalReader reader = JournalReader.open(dir, ReadOrder.SEQUENCE)) {
            ResultHandler check = (sequence, subStream, outcome, timeNs, buffer, offset, length) -> {
                assertEquals(next[0]++, sequence);
                assertEquals(Outcome.PROCESSED, outcome);
                Restarts.CODEC.decode(tx, buffer, offset, length);
                folds[tx.key] = folds[tx.key] * 31 + tx.value;
                assertEquals(++counts[tx.key], tx.count, "count of " + sequence + ", of key " + tx.key);
                assertEquals(folds[tx.key], tx.fold, "fold of " + sequence + ", of key " + tx.key);
                assertEquals(groupOf(tx), JournalGroup.nameOf(subStream, reader.groups()), "group of " + sequence);
            };
            while (reader.poll(check, 100) > 0) {
                // Go on.
            }
        }
        assertEquals(records, next[0]);
        VerifyReport report = Journals.verify(dir, ProgressListener.NONE);
        assertTrue(report.isGood(), report::toString);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 1_000_000})
    void shouldMisrouteNothingWhereAGroupIsAddedInFront(int every) {
        run(List.of(SILVER, BRONZE), 8, snapshots(every));
        run(List.of(GOLD, SILVER, BRONZE), 12, snapshots(every));
        run(List.of(GOLD, SILVER, BRONZE), 12, snapshots(every));

        checkResults(300);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void shouldMisrouteNothingWhereTheOrderOfGroupsChanges(int every) {
        run(List.of(GOLD, SILVER, BRONZE), 12, snapshots(every));
        run(List.of(BRONZE, GOLD, SILVER), 12, snapshots(every));
        run(List.of(SILVER, BRONZE, GOLD), 12, snapshots(every));

        checkResults(300);
    }

    @Test
    void shouldFeedWhatWasAcceptedToTheGroupOfThatNameWhereAGroupIsAddedInFront() throws InterruptedException {
        CountDownLatch isAccepted = new CountDownLatch(1);
        Braid<Tx> stopped = builder(List.of(SILVER, BRONZE))
                .merge((tx, sequence, subStream, outcome, cause) -> {
                    if (sequence == 10) {
                        isAccepted.await();
                        throw new IllegalStateException("expected in this test");
                    }
                })
                .engine(engine -> engine.threadingMode(ThreadingMode.DEDICATED)) // The merge alone is held up.
                .start();
        publish(stopped, 0, 8, 60);
        assertTrue(stopped.input().orElseThrow().awaitDurable(published, TIMEOUT), "not accepted");
        isAccepted.countDown();
        assertThrows(EngineHaltedException.class, stopped::close);

        try (Braid<Tx> braid = builder(List.of(GOLD, SILVER, BRONZE)).start()) {
            assertTrue(braid.input().orElseThrow().toFeed() > 0, "nothing was fed");
            publish(braid, 0, 12, 40);
        }

        checkResults(100);
        Path salvaged = folder.resolve("salvaged");
        Journals.salvage(folder.resolve("journal"), salvaged, ProgressListener.NONE);
        ComparisonReport same =
                Journals.compare(folder.resolve("journal"), salvaged, ReadOrder.JOURNAL, ProgressListener.NONE);
        assertTrue(same.isSame(), same::toString);
        assertTrue(Journals.verify(salvaged, ProgressListener.NONE).isGood());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void shouldKeepTheStateOfAGroupThatIsRenamedInItsPlace(int every) throws InterruptedException {
        run(List.of(SILVER, BRONZE), 8, snapshots(every));
        HandlerGroup<Tx> iron = group("iron", 3);
        List<HandlerGroup<Tx>> renamed = List.of(SILVER, iron);

        try (Braid<Tx> braid = snapshots(every)
                .apply(Braid.builder(folder.resolve("journal"), Tx::new, Restarts.CODEC)
                        .groups(renamed)
                        .partitioner(Partitioners.grouped(renamed, tx -> tx.key < 4 ? "silver" : "iron"))
                        .input(Restarts.CODEC))
                .start()) {
            braid.ingress("iron").publish((tx, sequence) -> tx.key = 5);
            assertTrue(braid.awaitDurable(100, TIMEOUT), "not acknowledged");
        }

        Tx tx = new Tx();
        try (JournalReader reader = JournalReader.builder(folder.resolve("journal"))
                .fromSequence(100)
                .open()) {
            reader.poll(
                    (sequence, subStream, outcome, timeNs, buffer, offset, length) ->
                            Restarts.CODEC.decode(tx, buffer, offset, length),
                    1);
        }
        assertEquals(13, tx.count, "keys 0 to 7 were published 100 times in turn, so key 5 12 times");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void shouldRefuseGroupsInWhichStateHasNoPlace(int every) {
        run(List.of(SILVER, BRONZE), 8, snapshots(every));

        assertRefused(every, List.of(SILVER), "'bronze'");
        assertRefused(every, List.of(BRONZE), "'silver'");
        assertRefused(every, List.of(SILVER, group("bronze", 4)), "'bronze'");
        assertRefused(every, List.of(GOLD, SILVER, group("iron", 3)), "'bronze'");
        assertRefused(every, List.of(group("all", 4), SILVER), "'bronze'");

        run(List.of(SILVER, BRONZE), 8, snapshots(every));
        checkResults(200);
    }

    private void assertRefused(int every, List<HandlerGroup<Tx>> groups, String why) {
        PartitioningMismatchException e =
                assertThrows(PartitioningMismatchException.class, () -> run(groups, 4, snapshots(every)));
        assertTrue(e.getMessage().contains(why), e::getMessage);
    }

    /** Results of a journal that was not given the groups could be of any, once these have moved. */
    @Test
    void shouldRefuseResultsOfWhichNoGroupIsKnownWhereGroupsHaveMoved() {
        runWithoutNames(List.of(SILVER, BRONZE), 100);
        runWithoutNames(List.of(SILVER, BRONZE), 50);
        List<Path> files = SnapshotFile.newestFirst(folder.resolve("journal"));
        files.get(0).toFile().delete();

        PartitioningMismatchException e =
                assertThrows(PartitioningMismatchException.class, () -> runWithoutNames(List.of(BRONZE, SILVER), 100));

        assertTrue(e.getMessage().contains("has sequence 100 in sub-stream"), e::getMessage);
        runWithoutNames(List.of(SILVER, BRONZE), 100);
    }

    private void runWithoutNames(List<HandlerGroup<Tx>> groups, int records) {
        try (Braid<Tx> braid = Braid.builder(folder.resolve("journal"), Tx::new, Restarts.CODEC)
                .groups(groups)
                .results(results -> results.groups(List.of()))
                .partitioner(Partitioners.grouped(groups, MovedGroupsTest::groupOf))
                .states(states -> states.snapshotEvery(1_000_000))
                .start()) {
            publish(braid, 0, 8, records);
        }
    }

    /** What comes through gold's own ingress is none of the engine's partitioner's, which gives its keys to others. */
    @Test
    void shouldAskGroupsOwnPartitionersForWhatCameThroughTheirIngresses() {
        UnaryOperator<BraidBuilder<Tx>> own = builder -> builder.partitioner(tx -> 4)
                .states(states -> states.snapshotEvery(1_000_000).partitioner(tx -> 4));
        for (int n = 1; n <= 2; n++) {
            try (Braid<Tx> braid = own.apply(builder(List.of(GOLD, SILVER))).start()) {
                for (int i = 0; i < 40; i++) {
                    int key = 8 + i % 4;
                    braid.ingress("gold").publish((tx, sequence) -> {
                        tx.key = key;
                        tx.value = sequence;
                    });
                    braid.ingress().publish((tx, sequence) -> {
                        tx.key = 0;
                        tx.value = sequence;
                    });
                }
            }
            deleteSnapshots();
        }
        HandlerGroup<Tx> other = GOLD.partitioner(tx -> (tx.key + 1) % 4);

        PartitioningMismatchException e =
                assertThrows(PartitioningMismatchException.class, () -> own.apply(builder(List.of(other, SILVER)))
                        .start());

        assertTrue(e.getMessage().contains("in sub-stream 0 of group 'gold'"), e::getMessage);
        try (Braid<Tx> braid = own.apply(builder(List.of(other, SILVER)))
                .states(HandlerStatesBuilder::repartition)
                .start()) {
            assertTrue(braid.stateReport().isRepartitioned());
            published = braid.ingress("gold").publish((tx, sequence) -> {
                tx.key = 8;
                tx.value = sequence;
            });
        }
        long[] count = {0};
        try (JournalReader reader = JournalReader.builder(folder.resolve("journal"))
                .fromSequence(published)
                .open()) {
            Tx tx = new Tx();
            reader.poll(
                    (sequence, subStream, outcome, timeNs, buffer, offset, length) -> {
                        Restarts.CODEC.decode(tx, buffer, offset, length);
                        count[0] = tx.count;
                    },
                    1);
        }
        assertEquals(21, count[0], "key 8 came 10 times in each of two runs");
    }

    /** Of each group, the handlers of its ids now, have its keys and no others, as of any sequence. */
    @ParameterizedTest
    @ValueSource(ints = {0, 7, 1_000_000})
    void shouldRebuildTheStateOfEveryGroupAsOfASequenceWhereGroupsWereMoved(int every) {
        run(List.of(SILVER, BRONZE), 8, snapshots(every));
        run(List.of(GOLD, SILVER, BRONZE), 12, snapshots(every));
        List<HandlerGroup<Tx>> last = List.of(BRONZE, GOLD, SILVER);
        run(last, 12, snapshots(every));

        for (long at : new long[] {0, 50, 99, 100, 103, 170, 199, 200, 250, 299}) {
            checkStateAt(at, JournalGroup.layout(last));
        }
    }

    private void checkStateAt(long sequence, List<JournalGroup> groups) {
        Map<Integer, Folds> handlers = new HashMap<>();
        new StateRebuild<>(
                        folder.resolve("journal"),
                        Restarts.CODEC,
                        Tx::new,
                        id -> handlers.computeIfAbsent(id, any -> new Folds(NOTHING)))
                .toSequence(sequence)
                .run();
        Map<Integer, Folds> expected = new HashMap<>();
        Tx tx = new Tx();
        try (JournalReader reader = JournalReader.builder(folder.resolve("journal"))
                .toSequence(sequence)
                .open()) {
            ResultHandler replay = (at, subStream, outcome, timeNs, buffer, offset, length) -> {
                Restarts.CODEC.decode(tx, buffer, offset, length);
                JournalGroup then = SubStreamIds.group(reader.groups(), subStream);
                JournalGroup now = SubStreamIds.named(groups, then.name());
                expected.computeIfAbsent(
                                now.firstSubStream() + subStream - then.firstSubStream(), any -> new Folds(NOTHING))
                        .onReplay(tx, at);
            };
            while (reader.poll(replay, 100) > 0) {
                // Go on.
            }
        }
        expected.forEach((id, of) -> {
            String what = "of sub-stream " + id + " as of " + sequence;
            assertArrayEquals(of.counts, handlers.get(id).counts, () -> "counts " + what);
            assertArrayEquals(of.folds, handlers.get(id).folds, () -> "folds " + what);
        });
        assertTrue(handlers.keySet().stream().allMatch(id -> id < 9), () -> "ids " + handlers.keySet());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 1_000_000})
    void shouldPlanWhatARestartDoesWhereGroupsWereMoved(int every) {
        List<List<HandlerGroup<Tx>>> runs = List.of(
                List.of(SILVER, BRONZE),
                List.of(GOLD, SILVER, BRONZE),
                List.of(BRONZE, GOLD, SILVER),
                List.of(SILVER, BRONZE, GOLD));
        for (List<HandlerGroup<Tx>> groups : runs) {
            run(groups, 4 * groups.size(), snapshots(every));
            List<Path> files = SnapshotFile.newestFirst(folder.resolve("journal"));
            if (!files.isEmpty()) {
                files.get(0).toFile().delete(); // As if it had been killed, before it could take the last.
            }
            StateReport plan = Journals.recoveryPlan(folder.resolve("journal"), null, ProgressListener.NONE)
                    .state()
                    .orElseThrow();
            try (Braid<Tx> braid = snapshots(every).apply(builder(groups)).start()) {
                StateReport done = braid.stateReport();
                assertEquals(done.snapshot(), plan.snapshot());
                assertEquals(done.fromSequence(), plan.fromSequence());
                assertEquals(done.replayed(), plan.replayed());
                assertTrue(plan.replayed() > 0, "nothing is replayed");
                assertFalse(plan.isRepartitioned());
            }
        }
        checkResults(400);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_000_000})
    void shouldPlanThatStateWhoseGroupIsGoneIsPartitionedAnewOnceMore(int every) {
        run(List.of(SILVER, BRONZE), 8, snapshots(every));
        List<HandlerGroup<Tx>> other = List.of(group("all", 12));
        BraidBuilder<Tx> anew = Braid.builder(folder.resolve("journal"), Tx::new, Restarts.CODEC)
                .groups(other)
                .partitioner(tx -> tx.key)
                .input(Restarts.CODEC)
                .states(states -> states.partitioner(tx -> tx.key).repartition());
        try (Braid<Tx> braid = snapshots(every).apply(anew).start()) {
            assertTrue(braid.stateReport().isRepartitioned());
            braid.ingress().publish((tx, sequence) -> tx.key = 11);
        }
        if (every > 0) {
            SnapshotFile.newestFirst(folder.resolve("journal")).get(0).toFile().delete();
        }

        RecoveryPlan plan = Journals.recoveryPlan(folder.resolve("journal"), null, ProgressListener.NONE);

        assertFalse(plan.isRefused(), plan::toString);
        StateReport state = plan.state().orElseThrow();
        assertTrue(state.isRepartitioned());
        assertEquals(101, state.replayed());
        assertEquals(Optional.empty(), state.snapshot());
    }

    /** Rewrites the snapshots as the version before wrote them, which did not name groups. */
    private void writeSnapshotsOfVersion2() throws IOException {
        for (Path file : SnapshotFile.newestFirst(folder.resolve("journal"))) {
            ByteBuffer from = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int partitioning = from.getInt(64);
            int states = 64 + from.getInt(56);
            ByteBuffer to = ByteBuffer.allocate(64 + partitioning + from.capacity() - states)
                    .order(ByteOrder.LITTLE_ENDIAN);
            to.put(0, from, 0, 64).put(64, from, 68, partitioning);
            to.put(64 + partitioning, from, states, from.capacity() - states);
            to.putInt(4, 2).putInt(56, partitioning).putInt(60, 0);
            CRC32C crc = new CRC32C();
            crc.update(to.array(), 0, 64 + partitioning);
            to.putInt(60, (int) crc.getValue());
            Files.write(file, to.array());
        }
    }

    private StateReport restart(List<HandlerGroup<Tx>> groups) {
        try (Braid<Tx> braid = snapshots(1_000_000).apply(builder(groups)).start()) {
            return braid.stateReport();
        }
    }

    @Test
    void shouldPassOverASnapshotThatDoesNotNameGroupsWhereTheyWereMoved() throws IOException {
        run(List.of(GOLD, SILVER, BRONZE), 12, snapshots(1_000_000));
        writeSnapshotsOfVersion2();
        assertTrue(restart(List.of(GOLD, SILVER, BRONZE)).snapshot().isPresent(), "nothing was moved");
        writeSnapshotsOfVersion2();

        StateReport moved = restart(List.of(BRONZE, SILVER, GOLD));

        assertEquals(Optional.empty(), moved.snapshot());
        assertEquals(100, moved.replayed());
        assertTrue(
                moved.damaged().get(0).contains("does not name groups, and these were moved since"), moved::toString);
        run(List.of(SILVER, BRONZE, GOLD), 12, snapshots(1_000_000));
        checkResults(200);
    }

    @Test
    void shouldRefuseMovedGroupsWhereOnlyASnapshotThatDoesNotNameThemHasTheState() throws IOException {
        for (int n = 0; n < 3; n++) {
            run(List.of(GOLD, SILVER, BRONZE), 12, snapshots(1_000_000));
        }
        writeSnapshotsOfVersion2();
        JournalRetention.of(folder.resolve("journal")).below(100).apply();

        JournalException e = assertThrows(JournalException.class, () -> restart(List.of(BRONZE, SILVER, GOLD)));

        assertTrue(e.getMessage().contains("start once with the groups as they were"), e::getMessage);
        assertThrows(JournalException.class, () -> restart(List.of(BRONZE, SILVER, GOLD)), "and again");
        assertTrue(restart(List.of(GOLD, SILVER, BRONZE)).snapshot().isPresent());
        run(List.of(GOLD, SILVER, BRONZE), 12, snapshots(1_000_000));
        assertTrue(restart(List.of(BRONZE, SILVER, GOLD)).snapshot().isPresent());
    }

    private void deleteSnapshots() {
        SnapshotFile.newestFirst(folder.resolve("journal"))
                .forEach(file -> file.toFile().delete());
    }
}
