package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.Ingress;
import dev.braid.engine.MergeHandler;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.Outcome;
import dev.braid.persistence.Restarts.Moment;
import dev.braid.persistence.Restarts.Probe;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.IoUtil;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An engine that is stopped at any moment in the life of any record: what it leaves is copied at that moment, and another
 * goes on from the copy.
 */
class RestartTest {
    private static final int RECORDS = 300;

    @TempDir
    Path folder;

    /** Takes an image of a journal at a moment. */
    private static final class Crash implements Probe {
        private final Path journal;
        private final Path image;
        private final Moment moment;
        private final AtomicInteger countdown;

        /** @param times that the moment comes; then it is the one. */
        Crash(Path journal, Path image, Moment moment, int times) {
            this.journal = journal;
            this.image = image;
            this.moment = moment;
            this.countdown = new AtomicInteger(times);
        }

        @Override
        public void at(Moment moment, long sequence) throws IOException {
            if (moment == this.moment && countdown.getAndDecrement() == 0) {
                Restarts.image(journal, image);
            }
        }

        boolean hasHappened() {
            return countdown.get() < 0;
        }
    }

    /** Runs until the crash, or the end. */
    private static StateReport run(
            Path dir, MergeOrder order, int workers, Durability durability, int snapshotEvery, Crash crash) {
        try (JournalWriter<Tx> journal = JournalWriter.builder(dir, Restarts.CODEC)
                        .groups(Restarts.groups(crash))
                        .durability(durability)
                        .onDurable(sequence -> crash.at(Moment.FORCED, sequence))
                        .unfinished(Unfinished.RESEND)
                        .open();
                HandlerStates<Tx> states = HandlerStates.builder(journal, Restarts.groups(crash), Tx::new)
                        .partitioner(Restarts::subStreamOf)
                        .snapshotEvery(snapshotEvery)
                        .onError(t -> {
                            throw new AssertionError(t);
                        })
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(order, workers, crash)
                        .groups(states.groups())
                        .merge(journal.andThen(probing(crash)))
                        .start()) {
            Ingress<Tx> ingress = engine.ingress();
            for (long n = journal.nextSequence(); n < RECORDS && !crash.hasHappened(); n++) {
                long sequence = ingress.next();
                assertEquals(n, sequence);
                crash.at(Moment.CLAIMED, sequence);
                ingress.get(sequence).fill(sequence);
                ingress.publish(sequence);
                if (workers == 0 && n % 3 == 0) {
                    engine.invoke();
                }
            }
            return states.report();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static MergeHandler<Tx> probing(Probe probe) {
        return new MergeHandler<>() {
            private long last;

            @Override
            public void onResult(Tx tx, long sequence, int subStream, Outcome outcome, Throwable cause)
                    throws Exception {
                last = sequence;
                probe.at(Moment.MERGED, sequence);
            }

            @Override
            public void onBatchEnd(long lowWatermark) throws Exception {
                probe.at(Moment.FRAMED, last);
            }
        };
    }

    private static Crash never(Path dir) {
        return new Crash(dir, dir, Moment.CLAIMED, Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGoOnFromEveryMomentInARecordsLife(Moment moment) throws IOException {
        int n = 0;
        for (MergeOrder order : MergeOrder.values()) {
            for (int workers : new int[] {0, 2}) {
                Path dir = folder.resolve("journal " + n);
                Path image = folder.resolve("image " + n++);
                Crash crash = new Crash(dir, image, moment, moment == Moment.FORCED ? 0 : 10);
                run(dir, order, workers, Durability.DISK, 50, crash);
                assertTrue(crash.hasHappened(), "no " + moment);

                run(image, order, workers, Durability.DISK, 50, never(image));

                Restarts.checkResults(image, RECORDS);
                assertArrayEquals(Restarts.expectedStateAt(RECORDS - 1), Restarts.stateAt(image, RECORDS));
            }
        }
    }

    @Property(tries = 10)
    void shouldEndUpAsIfNothingHadHappened(
            @ForAll MergeOrder order, @ForAll @IntRange(min = 0, max = 2) int workers, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        Path all = Files.createTempDirectory("restarts");
        try {
            Path dir = all.resolve("journal 0");
            for (int restart = 1; restart <= 4; restart++) {
                Path image = all.resolve("journal " + restart);
                Moment moment = Moment.values()[random.nextInt(Moment.FORCED.ordinal())];
                Crash crash = new Crash(dir, image, moment, random.nextInt(60));
                run(dir, order, workers, Durability.PROCESS, 1 + random.nextInt(100), crash);
                if (!crash.hasHappened()) {
                    break;
                }
                dir = image;
            }
            run(dir, order, workers, Durability.PROCESS, 1 + random.nextInt(100), never(dir));

            Restarts.checkResults(dir, RECORDS);
            long at = random.nextInt(RECORDS);
            assertArrayEquals(Restarts.expectedStateAt(at), Restarts.stateAt(dir, at), "state at " + at);
            StateReport report = run(dir, order, workers, Durability.PROCESS, 10, never(dir));
            assertTrue(report.snapshot().isPresent());
            assertEquals(0, report.replayed(), "after the snapshot of an orderly end");
        } finally {
            IoUtil.delete(all.toFile(), false);
        }
    }
}
