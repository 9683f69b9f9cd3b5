package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WakeableIdleStrategyTest {
    private static final long LONG_S = 60;

    private final WakeableIdleStrategy idle = new WakeableIdleStrategy(0, 0);

    @Test
    @Timeout(LONG_S)
    void shouldNotSleepWhenItIsWokenAfterItAnnouncedThat() {
        idle.idle(0); // Announces, and has the agent look once more.
        assertTrue(idle.wakeUp().wake());
        idle.idle(0); // Would be until tomorrow.
        assertFalse(idle.wakeUp().wake(), "it is awake");
    }

    @Test
    @Timeout(LONG_S)
    void shouldLookOnceMoreBeforeEverySleep() {
        for (int i = 0; i < 3; i++) {
            assertFalse(idle.wakeUp().wake(), "nothing is announced");
            idle.idle(0);
            assertTrue(idle.wakeUp().wake(), "it is announced before the agent looks again");
            idle.idle(0);
        }
    }

    @Test
    void shouldTakeItsAnnouncementBackWhenThereIsWork() {
        idle.idle(0);
        idle.idle(1);
        assertFalse(idle.wakeUp().wake());
        idle.idle(0);
        assertTrue(idle.stopIdling(), "it may have been woken for something else");
        assertFalse(idle.stopIdling());
    }

    @Test
    @Timeout(LONG_S)
    void shouldSleepNoLongerThanItsAgentSays() {
        idle.sleepAtMost(1);
        idle.idle(0);
        for (int i = 0; i < 1_000; i++) {
            idle.idle(0);
        }
        assertTrue(idle.wakeUp().wake(), "it is still asleep, for nobody woke it");
    }

    @Test
    void shouldRefuseToServeTwoThreads() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Thread first = new Thread(() -> {
            idle.idle(0);
            begun.countDown();
            awaitEnd(end);
        });
        first.start();
        assertTrue(begun.await(LONG_S, TimeUnit.SECONDS), "the first thread does not idle");
        idle.reset();
        assertThrows(IllegalStateException.class, () -> idle.idle(0));
        end.countDown();
        first.join(TimeUnit.SECONDS.toMillis(LONG_S));
        assertFalse(first.isAlive());
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldRefuseNegativeCounts() {
        assertThrows(IllegalArgumentException.class, () -> new WakeableIdleStrategy(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> new WakeableIdleStrategy(0, -1));
    }

    /** Two threads hand a number back and forth, and sleep at once where they find none: one lost wake-up, and both sleep forever. */
    @Test
    void shouldLoseNoWakeUpBetweenTwoThreads() throws InterruptedException {
        int rounds = 100_000;
        WakeableIdleStrategy[] idles = {new WakeableIdleStrategy(0, 0), new WakeableIdleStrategy(3, 1)};
        AtomicLong turn = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] players = new Thread[2];
        for (int i = 0; i < 2; i++) {
            int self = i;
            players[i] = new Thread(() -> {
                try {
                    while (turn.get() < rounds) {
                        long now = turn.get();
                        boolean isMine = now % 2 == self && now < rounds;
                        if (isMine) {
                            turn.lazySet(now + 1); // As the ring does: the fence is wake's.
                            idles[1 - self].wake();
                        }
                        idles[self].idle(isMine ? 1 : 0);
                    }
                    idles[1 - self].wake();
                } catch (Throwable t) {
                    failure.set(t);
                }
            });
            players[i].setDaemon(true);
        }
        for (Thread player : players) {
            player.start();
        }
        for (Thread player : players) {
            player.join(TimeUnit.SECONDS.toMillis(LONG_S));
            assertFalse(
                    player.isAlive(),
                    () -> "after 60 s it is at turn " + turn.get() + " of " + rounds + ": a wake-up was lost; "
                            + failure.get());
        }
        assertEquals(rounds, turn.get());
        assertEquals(null, failure.get());
    }
}
