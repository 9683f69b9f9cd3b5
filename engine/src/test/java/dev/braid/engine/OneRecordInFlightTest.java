package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A heavy group that asks for little, among many light ones that always have work: whenever it has had less than its due over
 * the last round, its record waits for one batch of one of them at most.
 */
class OneRecordInFlightTest {
    private static final int GOLD = 0;
    private static final int GOLD_WEIGHT = 64;
    private static final int ROUND = 256;
    private static final int BURST = 300;
    private static final int SCENARIOS = Integer.getInteger("braid.scenarios", 3);

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    static Stream<Arguments> bronzesAndRounds() {
        return IntStream.of(16, 64, 256).boxed().flatMap(bronzes -> Stream.of(16, 256, 4_096)
                .map(round -> Arguments.of(bronzes, round)));
    }

    @ParameterizedTest
    @MethodSource("bronzesAndRounds")
    void shouldGetItsDueWithOneRecordInFlight(int bronzes, int round) {
        Load load = new Load(bronzes, round);
        load.run(() -> load.backlog[GOLD] == 0); // Published as soon as the one before was handled.
        load.assertWaits();
        double due = (double) GOLD_WEIGHT / (GOLD_WEIGHT + bronzes);
        assertEquals(due, load.shareOfGold(), 0.1 * due, "share of gold");
    }

    @ParameterizedTest
    @MethodSource("bronzesAndRounds")
    void shouldWaitForOneBatchWhenItsRecordComesWhileAnotherGroupIsServed(int bronzes, int round) {
        Load load = new Load(bronzes, round);
        load.run(() -> load.backlog[GOLD] == 0 && load.groups.get(load.groups.size() - 1) != GOLD);
        load.assertWaits();
    }

    @ParameterizedTest
    @MethodSource("bronzesAndRounds")
    void shouldWaitForOneBatchAtAFifthOfTheLoad(int bronzes, int round) {
        Load load = new Load(bronzes, round);
        load.run(() -> load.groups.size() % 5 == 0);
        load.assertWaits();
    }

    @ParameterizedTest
    @CsvSource({"16, 20", "64, 20", "250, 50", "250, 150", "1000, 200"})
    void shouldWaitForOneBatchWhileAGroupTenTimesAsHeavyAsAllOthersComesAndGoes(int bronzes, int every) {
        Load load = new Load(bronzes, ROUND, new Random(1), 10 * bronzes);
        load.run(() -> load.backlog[GOLD] == 0 && load.groups.size() % every == 0);
        load.assertWaitsOnceBelowDueByAllWeights();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64, 250, 1_000})
    void shouldWaitForOneBatchWhileGroupsJoinAndLeaveAtRandom(int bronzes) {
        for (int i = 0; i < SCENARIOS; i++) {
            Random random = new Random(seed.value() + i);
            int[] comers = random.ints(1 + random.nextInt(8), 1, 2 + random.nextInt(4 * bronzes))
                    .toArray();
            Load load = new Load(bronzes, ROUND, random, comers);
            int gap = 1 + random.nextInt(1 + 2 * load.allWeights() / GOLD_WEIGHT);
            load.run(() -> load.backlog[GOLD] == 0 && random.nextInt(gap) == 0);
            load.assertWaitsOnceBelowDueByAllWeights();
        }
    }

    /** An engine whose handlers publish gold, and the order of service. */
    private static final class Load {
        private final int bronzes;
        private final int round;
        private final Random random;
        private final String context;
        /** Weights of groups that come with a burst and go when it is handled. */
        private final int[] comers;

        private final BraidEngine<Job> engine;
        final int[] backlog;
        /** By record that was handled: its group. */
        final List<Integer> groups = new ArrayList<>();
        /** By record of gold: after how many records of all groups it was published. */
        final List<Integer> publishedAfter = new ArrayList<>();

        private BooleanSupplier isGoldDue;
        private boolean isClosing;
        private double shareOfGold;

        Load(int bronzes, int round) {
            this(bronzes, round, null);
        }

        Load(int bronzes, int round, Random random, int... comers) {
            this.bronzes = bronzes;
            this.round = round;
            this.random = random;
            this.comers = comers;
            this.context = bronzes + " bronzes, comers " + Arrays.toString(comers);
            this.backlog = new int[1 + bronzes + comers.length];
            EngineBuilder<Job> builder = Engines.invoked().ringSize(1 << 15).round(round);
            for (int group = 0; group < backlog.length; group++) {
                int served = group;
                builder.group(HandlerGroup.named("group " + group)
                        .weight(weight(group))
                        .<Job>subStreams(1, id -> (job, sequence, endOfBatch) -> handled(served))
                        .inFlight(4_096));
            }
            this.engine = builder.start();
        }

        private int weight(int group) {
            return group == GOLD ? GOLD_WEIGHT : group <= bronzes ? 1 : comers[group - bronzes - 1];
        }

        int allWeights() {
            return IntStream.range(0, backlog.length).map(this::weight).sum();
        }

        private void handled(int group) {
            backlog[group]--;
            groups.add(group);
            if (comers.length > 0 && !isClosing && random.nextInt(BURST) == 0) {
                int comer = 1 + bronzes + random.nextInt(comers.length);
                for (int left = backlog[comer] == 0 ? ROUND + random.nextInt(BURST) : 0; left > 0; left--) {
                    publish(comer);
                }
            }
            if (isGoldDue.getAsBoolean()) {
                publishedAfter.add(groups.size());
                publish(GOLD);
            }
        }

        private void publish(int group) {
            backlog[group]++;
            if (!engine.ingress().tryPublish((job, sequence) -> job.set(group, 0, 1))) {
                throw new AssertionError("no room in the ring");
            }
        }

        void run(BooleanSupplier isGoldDue) {
            int sweep = Math.max(round, bronzes + GOLD_WEIGHT);
            this.isGoldDue = () -> false;
            runBronze(sweep); // Until all that was published at first is tagged.
            this.isGoldDue = isGoldDue;
            runBronze(10 * sweep);
            long ofGold = groups.stream().filter(group -> group == GOLD).count();
            shareOfGold = (double) ofGold / (groups.size() - publishedAfter.get(0));
            this.isGoldDue = () -> false;
            isClosing = true;
            engine.close();
        }

        private void runBronze(int records) {
            int enough = 4 * Math.max(1, round / bronzes);
            int until = groups.size() + records;
            while (groups.size() < until) {
                for (int bronze = 1; bronze <= bronzes; bronze++) {
                    while (backlog[bronze] < enough) {
                        publish(bronze);
                    }
                }
                engine.invoke();
            }
        }

        double shareOfGold() {
            return shareOfGold;
        }

        void assertWaits() {
            double due = (double) round * GOLD_WEIGHT / (GOLD_WEIGHT + bronzes);
            int[] goldBefore = goldBefore();
            int at = 0;
            int belowDue = 0;
            for (int record = 0; record < publishedAfter.size(); record++, at++) {
                while (groups.get(at) != GOLD) {
                    at++;
                }
                int published = publishedAfter.get(record);
                int inRound = goldBefore[published] - goldBefore[Math.max(0, published - round)];
                if (inRound + 1 <= due) {
                    belowDue++;
                    assertTrue(
                            others(published, at) <= 1,
                            "record " + record + " of gold waited for " + others(published, at)
                                    + " other groups, having had " + inRound + " of " + due
                                    + " due in the last round");
                }
            }
            assertTrue(belowDue > 0, "gold was never below its due");
        }

        /**
         * A bucket from which runs what is due to gold while all groups there are have work, and into which runs what it gets:
         * as long as a batch finds room there, it has had no more than its due, whoever came and went.
         */
        void assertWaitsOnceBelowDueByAllWeights() {
            double due = (double) GOLD_WEIGHT / allWeights();
            double[] levels = new double[groups.size() + 1];
            for (int i = 0; i < groups.size(); i++) {
                levels[i + 1] = Math.max(0, levels[i] - due) + (groups.get(i) == GOLD ? 1 : 0);
            }
            int at = 0;
            int belowDue = 0;
            for (int record = 0; record < publishedAfter.size(); record++, at++) {
                while (groups.get(at) != GOLD) {
                    at++;
                }
                int published = publishedAfter.get(record);
                if (levels[published] + 1 < round * due) {
                    belowDue++;
                    assertTrue(
                            others(published, at) <= 1,
                            "record " + record + " of gold waited for " + others(published, at)
                                    + " other groups at a level of " + levels[published] + " of " + round * due + "; "
                                    + context);
                }
            }
            assertTrue(belowDue > 0 || round * due < 2, "gold was never below its due; " + context);
        }

        private long others(int from, int to) {
            return groups.subList(from, Math.max(from, to)).stream()
                    .filter(group -> group != GOLD)
                    .distinct()
                    .count();
        }

        /** By number of records: how many of them were gold's. */
        private int[] goldBefore() {
            int[] before = new int[groups.size() + 1];
            for (int i = 0; i < groups.size(); i++) {
                before[i + 1] = before[i] + (groups.get(i) == GOLD ? 1 : 0);
            }
            return before;
        }
    }
}
