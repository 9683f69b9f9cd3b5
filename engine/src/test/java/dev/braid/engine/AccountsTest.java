package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The average of accounts when groups come, go, are served and change their weights. */
class AccountsTest {
    private static final int GROUPS = 6;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private final VirtualTimes times = new VirtualTimes(new int[] {1, 1, 2, 8, 1_000, 1 << 20});
    private final Accounts accounts = new Accounts(times, GROUPS);

    @Test
    void shouldNotMoveTheAverageWhenGroupsJoin() {
        accounts.wake(0);
        accounts.add(0, 700);
        assertEquals(700, accounts.average());
        accounts.wake(3);
        accounts.wake(4);
        assertEquals(700, accounts.average());
        accounts.add(4, 1_009);
        assertEquals(1_700, accounts.average());
    }

    @Test
    void shouldCountAGroupThatOwesUntilTheAverageHasCaughtUpWithIt() {
        accounts.wake(0);
        accounts.wake(3);
        accounts.add(3, 90);
        accounts.sleep(3);
        assertEquals(80, accounts.average(), "it has had more than its due");
        assertEquals(9, accounts.weight());
        assertEquals(90, accounts.debt(3), "ahead of the other one, which has had nothing");
        accounts.add(0, 90);
        assertEquals(90, accounts.average());
        assertEquals(1, accounts.weight());
        assertEquals(0, accounts.debt(3));
    }

    @Test
    void shouldDivideWhatAGroupLeavesBetweenTheOthers() {
        accounts.wake(0);
        accounts.wake(3);
        accounts.add(0, 9);
        accounts.sleep(3); // It has had nothing of what was due to it.
        assertEquals(9, accounts.average());
    }

    @Test
    void shouldForgiveDebtsWhenNobodyHasWork() {
        accounts.wake(0);
        accounts.wake(3);
        accounts.add(3, 90);
        accounts.sleep(0);
        accounts.sleep(3);
        accounts.clear();
        assertEquals(90, accounts.average());
        assertEquals(0, accounts.debt(3));
        accounts.wake(0);
        assertEquals(90, accounts.of(0));
    }

    @Test
    void shouldNeverMoveTheAverageBack() {
        Random random = seed.random();
        boolean[] awake = new boolean[GROUPS];
        double before = 0;
        for (int i = 0; i < 200_000; i++) {
            int group = random.nextInt(GROUPS);
            switch (random.nextInt(8)) {
                case 0 -> {
                    if (awake[group]) {
                        accounts.sleep(group);
                    } else {
                        accounts.wake(group);
                    }
                    awake[group] = !awake[group];
                }
                case 1 -> accounts.add(group, -random.nextInt(10)); // A batch cost less than it was charged for.
                case 2 -> {
                    int weight = 1 + random.nextInt(1 << random.nextInt(20));
                    int weightBefore = times.weight(group);
                    times.setWeight(group, weight);
                    accounts.weightChanged(group, weightBefore, 1_000);
                }
                default -> accounts.add(group, random.nextInt(100));
            }
            if (accounts.isFar()) {
                before -= accounts.rebase();
            }
            double average = accounts.average();
            assertTrue(average >= before && average < Double.MAX_VALUE, average + " after " + before);
            before = average;
        }
    }

    @Test
    void shouldStayNearTheAccountsHoweverOftenWeightsChange() {
        Random random = seed.random();
        IntStream.range(0, GROUPS).forEach(accounts::wake);
        double most = 0;
        for (int i = 0; i < 100_000; i++) {
            int group = random.nextInt(GROUPS);
            int before = times.weight(group);
            times.setWeight(group, 1 + random.nextInt(1 << random.nextInt(20)));
            accounts.weightChanged(group, before, 100);
            most += VirtualTimes.ofCost(100.0 / accounts.weight()); // A lead that a change leaves may be that large.
            int served = random.nextInt(GROUPS);
            long step = random.nextInt(1 << 20);
            accounts.add(served, step);
            most += step;
        }
        assertTrue(accounts.average() <= most, accounts.average() + " of " + most);
        for (int group = 0; group < GROUPS; group++) {
            assertTrue(Math.abs(accounts.of(group)) <= 2 * most, "account " + accounts.of(group));
        }
    }

    @Test
    void shouldFollowAGroupThatAlwaysHasWorkWhileOthersComeAndGo() {
        Random random = seed.random();
        boolean[] awake = new boolean[GROUPS];
        accounts.wake(0);
        for (int i = 0; i < 200_000; i++) {
            int group = 1 + random.nextInt(GROUPS - 1);
            if (random.nextInt(4) == 0) {
                if (awake[group]) {
                    accounts.sleep(group);
                } else {
                    accounts.wake(group);
                }
                awake[group] = !awake[group];
            }
            int first = IntStream.range(0, GROUPS)
                    .filter(other -> other == 0 || awake[other])
                    .reduce((a, b) -> accounts.of(b) < accounts.of(a) ? b : a)
                    .orElseThrow();
            accounts.add(first, 1 + random.nextInt(1 << 10));
            double lag = accounts.average() - accounts.of(0);
            assertTrue(Math.abs(lag) <= 2 << 10, "lag " + lag + " after " + i);
        }
    }
}
