package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightedSchedulerTest {
    /** Records of group 0 are cheap. */
    private static final SchedulerRun.CostOf COSTS = group -> group == 0 ? 1 : 10;

    @Test
    void shouldPickNothingWhenNobodyIsBacklogged() {
        WeightedScheduler scheduler = scheduler(100, 1, 2);
        assertEquals(WeightedScheduler.NONE, scheduler.pick());
        scheduler.enter(1);
        assertEquals(1, scheduler.pick());
        scheduler.charge(1, 1, 1, false);
        scheduler.sleep(1);
        assertEquals(WeightedScheduler.NONE, scheduler.pick());
    }

    @Test
    void shouldServeThoseThatWokeFirstFirstAmongEquals() {
        WeightedScheduler scheduler = scheduler(70, 2, 3, 2);
        for (int group = 0; group < 3; group++) {
            scheduler.enter(group);
        }
        int[] picks = new int[3];
        for (int i = 0; i < 3; i++) {
            picks[i] = scheduler.pick();
            scheduler.charge(picks[i], scheduler.batchSize(picks[i]), scheduler.batchSize(picks[i]), true);
        }
        assertArrayEquals(new int[] {0, 1, 2}, picks);
    }

    @Test
    void shouldMakeBatchesProportionalToWeightsAmongTheBackloggedGroups() {
        WeightedScheduler scheduler = scheduler(110, 8, 2, 1);
        for (int group = 0; group < 3; group++) {
            scheduler.enter(group);
        }
        assertEquals(80, scheduler.batchSize(0));
        assertEquals(20, scheduler.batchSize(1));
        assertEquals(10, scheduler.batchSize(2));
        scheduler.charge(scheduler.pick(), 1, 1, false); // Group 0 is done.
        scheduler.sleep(0);
        assertEquals(73, scheduler.batchSize(1));
    }

    @Test
    void shouldMakeBatchesOfAtLeastOneRecord() {
        WeightedScheduler scheduler = scheduler(10, 1, 1_000);
        scheduler.enter(0);
        scheduler.enter(1);
        assertEquals(1, scheduler.batchSize(0));
        assertEquals(9, scheduler.batchSize(1));
    }

    @Test
    void shouldNotCreditAGroupForTheTimeItSlept() {
        WeightedScheduler scheduler = scheduler(20, 1, 1);
        scheduler.enter(0);
        for (int i = 0; i < 1_000; i++) {
            scheduler.charge(scheduler.pick(), 10, 10, true);
        }
        scheduler.enter(1);
        long[] served = serve(scheduler, 1_000, 10, 2);
        assertEquals(served[0], served[1], 10);
    }

    @Test
    void shouldServeAWokenGroupBeforeOthersThatAreAsFarBehind() {
        WeightedScheduler scheduler = scheduler(40, 8, 8, 8, 1);
        for (int group = 0; group < 3; group++) {
            scheduler.enter(group);
        }
        for (int i = 0; i < 4; i++) { // All three once, and the first one again.
            scheduler.charge(scheduler.pick(), 10, 10, true);
        }
        scheduler.enter(3);
        assertEquals(3, scheduler.pick());
    }

    @Test
    void shouldNotForgiveAGroupThatSleepsWhatItOverdrew() {
        WeightedScheduler scheduler = scheduler(20, 1, 1);
        scheduler.enter(0);
        scheduler.enter(1);
        scheduler.pick();
        scheduler.charge(0, 10, 1_000, false);
        scheduler.sleep(0);
        scheduler.enter(0);
        long servedBefore = 0;
        while (scheduler.pick() == 1) {
            scheduler.charge(1, 10, 10, true);
            servedBefore += 10;
        }
        assertEquals(1_000, servedBefore, "of group 1, until group 0's debt is paid");
    }

    @Test
    void shouldLoseNothingToRoundingWithAwkwardWeights() {
        int[] weights = {3, 7, 11, 999_983, 1 << 20};
        WeightedScheduler scheduler = scheduler(1, weights);
        for (int group = 0; group < weights.length; group++) {
            scheduler.enter(group);
        }
        int rounds = 2;
        long[] served = serve(scheduler, rounds * Arrays.stream(weights).sum(), 1, weights.length);
        for (int group = 0; group < weights.length; group++) {
            assertEquals((double) rounds * weights[group], served[group], 2, "group " + group);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100, VirtualTimes.MAX_COST})
    void shouldShareOnAcrossTheRebaseOfVirtualTime(long cost) {
        WeightedScheduler scheduler = scheduler(1, 1, 3, 1);
        scheduler.enter(0);
        long beforeRebase = VirtualTimes.REBASE_AT / (1 << VirtualTimes.FRACTION_BITS) - 2_000 * cost;
        scheduler.charge(scheduler.pick(), 1, Math.max(cost, beforeRebase), true);
        scheduler.enter(1);
        scheduler.enter(2);
        scheduler.charge(scheduler.pick(), 1, cost, false);
        scheduler.sleep(1); // It sleeps through the rebase.
        long[] served = serve(scheduler, 10_000, cost, 3);
        assertEquals(served[0], served[2], 2.0 * cost);
        scheduler.enter(1);
        served = serve(scheduler, 10_000, cost, 3);
        assertEquals(served[0], served[2], 2.0 * cost);
        assertEquals(served[1], 3 * served[2], 4.0 * cost);
    }

    @Test
    void shouldLoseNothingToRoundingAtWaking() {
        int[] weights = {5 << 17, 3 << 17}; // Of due 0.625 and 0.375; a record advances them by 1.6 and 2.7 units.
        for (int round : new int[] {1, 4}) {
            SchedulerRun run = new SchedulerRun(weights, round, "round " + round);
            run.publish(0, 1 << 30);
            while (run.totalService < 100_000) {
                if (run.waiting[1] == 0) {
                    run.publish(1, 1); // It has one record in flight at a time.
                }
                run.serve(group -> 1);
            }
            assertEquals(0.375, (double) run.served[1] / run.totalService, 0.001, "round " + round);
        }
    }

    /** It sleeps after each record, so that whatever is rounded when it wakes adds up. */
    @Test
    void shouldRoundNothingForAGroupThatWakesForEachRecordAmongOthersThatAlwaysHaveWork() {
        for (int round : new int[] {1, 4, 64}) {
            int[] weights = {900_113, 517_852, 355_373, 217_562, 262_059}; // Records of 1.2 to 4.8 units.
            SchedulerRun run = new SchedulerRun(weights, round, "round " + round);
            for (int group = 1; group < weights.length; group++) {
                run.publish(group, 1 << 30);
            }
            while (run.totalService < 100_000) {
                if (run.waiting[0] == 0) {
                    run.publish(0, 1);
                }
                run.serve(group -> 1);
            }
            double due = (double) weights[0] / Arrays.stream(weights).sum();
            assertEquals(due, (double) run.served[0] / run.totalService, 0.0005, "round " + round);
        }
    }

    @Test
    void shouldNotTakeAGroupForDueThatIsAheadByAPartOfAUnit() {
        WeightedScheduler scheduler = scheduler(1, 899_875, 656_007); // A record advances them by 1.2 and 1.6 units.
        scheduler.enter(0);
        scheduler.enter(1);
        assertTrue(scheduler.isDue(0) && scheduler.isDue(1), "both have just woken");
        serve(scheduler, 2, 1, 2);
        assertTrue(scheduler.isDue(0), "it is behind");
        assertFalse(scheduler.isDue(1), "it is ahead, and may not shed");
    }

    /** Its account would otherwise advance by whole units, and it would have 0.933 of due 0.925. */
    @Test
    void shouldChargeAccountsForPartsOfAUnit() {
        int[] weights = {630_926, 50_901}; // A record advances the first by 1.7 units.
        SchedulerRun run = new SchedulerRun(weights, 8, "parts of a unit");
        run.publish(1, 1 << 30);
        while (run.totalService < 100_000) {
            if (run.waiting[0] == 0) {
                run.publish(0, 1);
            }
            run.serve(group -> 1);
        }
        double due = (double) weights[0] / (weights[0] + weights[1]);
        assertEquals(due, (double) run.served[0] / run.totalService, 0.001);
    }

    @Test
    void shouldServeWhoHasWaitedLongestAmongEquals() {
        WeightedScheduler scheduler = scheduler(3, 1, 1, 1);
        for (int group = 0; group < 3; group++) {
            scheduler.enter(group);
        }
        int[] costs = {2, 1, 1, 1, 1};
        int[] picks = new int[costs.length];
        for (int i = 0; i < costs.length; i++) {
            picks[i] = scheduler.pick();
            scheduler.charge(picks[i], 1, costs[i], true);
        }
        assertArrayEquals(new int[] {0, 1, 2, 1, 2}, picks);
        assertEquals(0, scheduler.pick(), "all are level, and it was served before the others");
        scheduler.charge(0, 1, 0, true);
        assertEquals(1, scheduler.pick());
    }

    @Test
    void shouldKeepTheShareBoundForManyGroupsThatComeAndGo() {
        long seed = 20_261_122;
        Random random = new Random(seed);
        int groups = 200;
        int[] weights = random.ints(groups, 1, 1_000).toArray();
        WeightedScheduler scheduler = scheduler(4_000, weights);
        for (int group = 0; group < groups; group++) {
            scheduler.enter(group);
        }
        boolean[] asleep = new boolean[groups];
        long[] served = new long[groups];
        long[] largest = new long[groups];
        for (int i = 0; i < 200_000; i++) {
            int group = scheduler.pick();
            long cost = 1 + random.nextInt(scheduler.batchSize(group) + 3);
            // Only the upper half comes and goes.
            boolean sleeps = group >= groups / 2 && random.nextInt(10) == 0;
            scheduler.charge(group, (int) cost, cost, !sleeps);
            if (sleeps) {
                scheduler.sleep(group);
            }
            asleep[group] = sleeps;
            served[group] += cost;
            largest[group] = Math.max(largest[group], cost);
            int other = groups / 2 + random.nextInt(groups / 2);
            if (asleep[other]) {
                asleep[other] = false;
                scheduler.enter(other);
            }
        }
        for (int a = 0; a < groups / 2; a++) {
            for (int b = 0; b < a; b++) {
                double lag = Math.abs((double) served[a] / weights[a] - (double) served[b] / weights[b]);
                double bound = (double) largest[a] / weights[a] + (double) largest[b] / weights[b];
                assertTrue(lag <= bound + 1e-6, "groups " + a + ", " + b + ": lag " + lag + " above " + bound);
            }
        }
    }

    /** For it could have what is due to it in turn, and that what it asks for out of turn, in one interval. */
    @Test
    void shouldNotServeAGroupOutOfTurnThatWasChargedSinceItWoke() {
        SchedulerRun run = new SchedulerRun(new int[] {1, 1, 1}, 12, "charged since it woke");
        run.publish(1, 100);
        run.publish(2, 100);
        for (int i = 0; i < 4; i++) {
            run.serve(group -> 1);
        }
        run.publish(0, 2);
        assertEquals(0, run.scheduler.pick());
        assertTrue(run.scheduler.isPickedOnRequest(), "it asks for little");
        run.scheduler.chargeUnpicked(0, 1);
        assertNotEquals(0, run.scheduler.pick());
        assertFalse(run.scheduler.isPickedOnRequest());
    }

    /** Each of the many would otherwise count as served out of turn, and give way to the next. */
    @Test
    void shouldServeAGroupOutOfTurnAfterOneOfManyThatHaveJustWokenToo() {
        SchedulerRun run = new SchedulerRun(new int[] {64, 1, 5, 9, 7, 11}, 256, "many have just woken");
        run.publish(1, 1_000);
        run.serve(group -> 1);
        for (int group = 2; group < 6; group++) {
            run.publish(group, 300);
        }
        int others = 0;
        for (int i = 0; i < 6; i++) {
            run.publish(0, 1);
            while (run.scheduler.pick() != 0) {
                run.serve(group -> 1);
                assertTrue(++others <= i + 1, "one batch before each record of gold");
            }
            run.serve(group -> 1);
        }
        assertTrue(others > 2, "several waited in turn");
    }

    /** A round costs 641, and half of it is gold's. */
    @Test
    void shouldServeInPartsByTurnsWhatIsDueInARound() {
        SchedulerRun run = goldAmong64();
        run.publish(0, 1_000);
        List<Boolean> isGold = new ArrayList<>();
        long before = run.served[0];
        while (run.served[0] - before < 250) {
            isGold.add(run.serve(COSTS) == 0);
            assertTrue(isGold.size() <= 60, "each part is as much as another group's batch: " + isGold);
        }
        int inSuccession = 0;
        for (boolean gold : isGold) {
            inSuccession = gold ? inSuccession + 1 : 0;
            assertTrue(inSuccession <= 2, "others have batches in between: " + isGold);
        }
        assertTrue(run.parts >= 20, run.parts + " parts");
    }

    @Test
    void shouldServeNoMoreThanItsDueInPartsToAGroupThatAsksForMore() {
        SchedulerRun run = goldAmong64();
        run.publish(0, 100_000);
        for (int i = 0; i < 1_000; i++) {
            run.serve(COSTS); // Checks the bound.
        }
        long partsAtFirst = run.parts;
        for (int i = 0; i < 10_000; i++) {
            run.serve(COSTS);
        }
        assertTrue(partsAtFirst > 20, partsAtFirst + " parts");
        assertEquals(partsAtFirst, run.parts, "it has had its due, and takes its turns");
    }

    @Test
    void shouldServeNoPartsWhileAnotherGroupThatHasJustWokenWaitsInTurn() {
        SchedulerRun run = goldAmong64();
        run.publish(0, 200);
        run.serve(COSTS);
        for (int group = 65; group < 70; group++) {
            run.publish(group, 100);
        }
        long parts = run.parts;
        for (int i = 0; i < 5; i++) {
            assertTrue(run.serve(COSTS) >= 65, "one that has just woken is served");
        }
        assertEquals(parts, run.parts);
    }

    /** Gold of weight 64, and groups of weight 1, of which 64 always have work and the rest sleeps. */
    private static SchedulerRun goldAmong64() {
        int[] weights = new int[70];
        Arrays.fill(weights, 1);
        weights[0] = 64;
        SchedulerRun run = new SchedulerRun(weights, 16, "gold among 64");
        for (int group = 0; group < weights.length; group++) {
            run.publish(group, group == 0 || group > 64 ? 1 : 1_000_000);
        }
        for (int i = 0; i < 1_000; i++) {
            run.serve(COSTS);
        }
        return run;
    }

    @Test
    void shouldWatchHowFarAGroupWasAheadOfItsDue() {
        EngineCounters counters = counters("a", "b");
        WeightedScheduler scheduler =
                new WeightedScheduler(new int[] {2, 1}, 30, new ShareMeter(2, counters), group -> 1_000);
        scheduler.enter(0);
        scheduler.enter(1);
        serve(scheduler, 20); // a is 20 ahead of b, which has had nothing.
        assertEquals(20, EngineCounters.get(counters.reader(), 0, EngineCounters.PerGroup.LARGEST_LEAD));
        serve(scheduler, 4); // b is level with what 8 would be for a.
        serve(scheduler, 4);
        serve(scheduler, 7); // b is 15 to a's 20: ahead by 5 for its weight.
        assertEquals(5, EngineCounters.get(counters.reader(), 1, EngineCounters.PerGroup.LARGEST_LEAD));
        assertEquals(20, EngineCounters.get(counters.reader(), 0, EngineCounters.PerGroup.LARGEST_LEAD));
        assertEquals(20, EngineCounters.get(counters.reader(), 0, EngineCounters.PerGroup.LARGEST_BATCH));
        assertEquals(7, EngineCounters.get(counters.reader(), 1, EngineCounters.PerGroup.LARGEST_BATCH));
    }

    private static void serve(WeightedScheduler scheduler, long cost) {
        int group = scheduler.pick();
        scheduler.charge(group, 1, cost, true);
        scheduler.measureLead(group);
    }

    private static long[] serve(WeightedScheduler scheduler, long picks, long cost, int groups) {
        long[] served = new long[groups];
        for (long i = 0; i < picks; i++) {
            int group = scheduler.pick();
            served[group] += cost;
            scheduler.charge(group, 1, cost, true);
        }
        return served;
    }

    static WeightedScheduler scheduler(int round, int... weights) {
        String[] names = new String[weights.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = "group " + i;
        }
        return new WeightedScheduler(
                weights, round, new ShareMeter(weights.length, counters(names)), group -> 1_000_000);
    }

    private static EngineCounters counters(String... groups) {
        return new EngineCounters(
                new String[] {"thread"},
                groups,
                new String[0],
                CountersFile.inMemory(EngineCounters.count(1, groups.length, 0)));
    }
}
