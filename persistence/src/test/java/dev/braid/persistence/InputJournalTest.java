package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.Outcome;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that cannot send again: what was acknowledged to it takes effect once, whatever happens. */
class InputJournalTest {
    private static final int RECORDS = 200;
    private static final int TIMEOUT_S = 60;
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};

    @TempDir
    Path folder;

    static Path results(Path dir) {
        return dir.resolve("results");
    }

    static Path input(Path dir) {
        return dir.resolve("input");
    }

    /** Publishes up to so many records in all, after what was accepted before. */
    static void run(Path dir, MergeOrder order, int workers, Durability durability, int records, Restarts.Probe probe) {
        try (JournalWriter<Tx> journal = JournalWriter.builder(results(dir), Restarts.CODEC)
                        .groups(Restarts.groups(probe))
                        .unfinished(Unfinished.RESEND)
                        .open();
                InputJournal<Tx> input = InputJournal.open(
                        JournalWriter.builder(input(dir), Restarts.CODEC)
                                .durability(durability)
                                .segmentSize(64 << 10),
                        journal);
                HandlerStates<Tx> states = HandlerStates.builder(journal, Restarts.groups(probe), Tx::new)
                        .partitioner(Restarts::subStreamOf)
                        .snapshotEvery(20)
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(order, workers, NOTHING)
                        .groups(states.groups())
                        .ingest(input)
                        .merge(journal)
                        .start()) {
            assertEquals(input.toFeed(), input.feed(engine));
            for (long n = input.nextSequence(); n < records; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
                probe.at(Restarts.Moment.CLAIMED, n);
            }
            engine.close();
            assertEquals(Math.max(records, input.nextSequence()) - 1, input.durableSequence());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Property(tries = 8)
    void shouldHandleOnceWhatWasAccepted(
            @ForAll MergeOrder order,
            @ForAll @IntRange(min = 0, max = 2) int workers,
            @ForAll Durability durability,
            @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        Path all = Files.createTempDirectory("input");
        try {
            Path dir = Files.createDirectories(all.resolve("0"));
            for (int restart = 1; restart <= 3; restart++) {
                Path image = all.resolve("" + restart);
                AtomicInteger countdown = new AtomicInteger(random.nextInt(100));
                Path from = dir;
                run(dir, order, workers, durability, random.nextInt(RECORDS), (moment, sequence) -> {
                    if (countdown.getAndDecrement() == 0) {
                        // The input journal is never behind the results.
                        Restarts.image(results(from), results(image));
                        Restarts.image(input(from), input(image));
                    }
                });
                if (countdown.get() >= 0) {
                    break;
                }
                dir = image;
            }

            run(dir, order, workers, durability, RECORDS, NOTHING);

            Restarts.checkResults(results(dir), RECORDS);
            assertTrue(Journals.verify(input(dir), TestJournal.NO_PROGRESS).isGood());
        } finally {
            IoUtil.delete(all.toFile(), false);
        }
    }

    @Test
    void shouldHandleNothingBeforeItIsAcknowledged() throws Exception {
        try (JournalWriter<Tx> journal = JournalWriter.builder(results(folder), Restarts.CODEC)
                        .groups(Restarts.groups(NOTHING))
                        .open();
                InputJournal<Tx> input = InputJournal.open(
                        JournalWriter.builder(input(folder), Restarts.CODEC).durability(Durability.DISK), journal);
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 1, (moment, sequence) -> {
                            if (moment == Restarts.Moment.TAGGED) {
                                assertTrue(sequence <= input.durableSequence(), "too early: " + sequence);
                            }
                        })
                        .groups(Restarts.plainGroups(NOTHING))
                        .ingest(input)
                        .merge(journal)
                        .start()) {
            for (int n = 0; n < RECORDS; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
            assertThrows(IllegalStateException.class, () -> engine.ingress().publish((tx, sequence) -> {
                throw new IllegalStateException("no record");
            }));
            assertTrue(input.awaitDurable(RECORDS, Duration.ofSeconds(TIMEOUT_S)), "not acknowledged");
            assertTrue(journal.awaitDurable(RECORDS, Duration.ofSeconds(TIMEOUT_S)), "not handled");
        }
        assertEquals(1, Journals.describe(input(folder)).outcomes().failed());
        assertEquals(1, Journals.describe(results(folder)).outcomes().failed());
    }

    @Test
    void shouldGiveUpWhatHasResults() {
        int records = 10_000;
        for (int run = 1; run <= 3; run++) {
            run(folder, MergeOrder.WEIGHTED, 0, Durability.PROCESS, run * records, NOTHING);
        }
        JournalDescription input = Journals.describe(input(folder));
        assertTrue(input.sequences().first() >= records, input::toString);
        assertTrue(Journals.verify(input(folder), TestJournal.NO_PROGRESS).isGood());
        Restarts.checkResults(results(folder), 3 * records);
    }

    @Test
    void shouldKeepWhatHasNoResultsFromRetention() {
        int records = 10_000;
        try (JournalWriter<Tx> input = JournalWriter.builder(input(folder), Restarts.CODEC)
                        .segmentSize(64 << 10)
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                        .groups(Restarts.plainGroups(NOTHING))
                        .merge(input)
                        .start()) {
            for (int n = 0; n < records; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
        }
        try (JournalWriter<Tx> journal =
                        JournalWriter.builder(results(folder), Restarts.CODEC).open();
                InputJournal<Tx> input =
                        InputJournal.open(JournalWriter.builder(input(folder), Restarts.CODEC), journal)) {
            assertEquals(records, input.toFeed());
        }

        JournalRetention.of(input(folder)).below(records).apply();

        assertEquals(0, Journals.describe(input(folder)).sequences().first());
        run(folder, MergeOrder.WEIGHTED, 0, Durability.PROCESS, records, NOTHING);
        Restarts.checkResults(results(folder), records);
    }

    @Test
    void shouldBeginWhereResultsGoOn() {
        try (JournalWriter<Tx> journal =
                        JournalWriter.builder(results(folder), Restarts.CODEC).open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                        .groups(Restarts.plainGroups(NOTHING))
                        .merge(journal)
                        .start()) {
            for (int n = 0; n < 50; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
        }
        // Nothing is known of what was before: only what comes now is in it.
        run(folder, MergeOrder.WEIGHTED, 0, Durability.PROCESS, 100, NOTHING);

        assertEquals(50, Journals.describe(input(folder)).sequences().first());
        Restarts.checkResults(results(folder), 100);
    }

    @Test
    void shouldDeclareLostInBothWhatItLost() throws IOException {
        TestJournal.writeKilledRun(results(folder), 1, 0, 1, 4);
        TestJournal.writeRun(input(folder), 1, 0, 1, 2);

        try (JournalWriter<TestJournal.Line> journal = JournalWriter.builder(results(folder), TestJournal.CODEC)
                        .unfinished(Unfinished.RESEND)
                        .open();
                InputJournal<TestJournal.Line> input =
                        InputJournal.open(JournalWriter.builder(input(folder), TestJournal.CODEC), journal)) {
            assertEquals(1, journal.lost());
            assertEquals(2, journal.nextSequence());
            assertFalse(journal.resumePoint().isDone(2));
            assertTrue(journal.resumePoint().isDone(3));
            assertEquals(5, input.nextSequence());
        }

        assertEquals(
                List.of(3L),
                TestJournal.read(results(folder), ReadOrder.SEQUENCE).stream()
                        .filter(result -> result.outcome() == Outcome.LOST)
                        .map(TestJournal.Result::sequence)
                        .toList());
    }

    @Test
    void shouldDeclareLostWhoseResultsWereLostAfterItGaveThemUp() {
        int records = 10_000;
        for (int run = 1; run <= 3; run++) {
            run(folder, MergeOrder.WEIGHTED, 0, Durability.PROCESS, run * records, NOTHING);
        }
        long first = Journals.describe(input(folder)).sequences().first();
        IoUtil.delete(results(folder).toFile(), false);
        JournalWriter.builder(results(folder), Restarts.CODEC).open().close();
        bindAsAfterALossOfPower();
        RecoveryPlan plan = Journals.recoveryPlan(results(folder), input(folder), TestJournal.NO_PROGRESS);

        run(folder, MergeOrder.WEIGHTED, 0, Durability.PROCESS, 3 * records, NOTHING);

        assertTrue(first > 0);
        assertEquals(first, Journals.describe(results(folder)).outcomes().lost());
        assertEquals(
                3 * records - first,
                Journals.describe(results(folder)).outcomes().processed());
        assertEquals(first, plan.lostByInput());
        assertEquals(3 * records - first, plan.republished());
    }

    /** As if a loss of power had taken all results, which were not forced. */
    private void bindAsAfterALossOfPower() {
        int results = ManifestFile.read(results(folder)).journal();
        Manifest input = ManifestFile.update(
                input(folder),
                FileDisk.INSTANCE,
                manifest -> manifest.with(manifest.binding().withResults(results)));
        ManifestFile.update(
                results(folder),
                FileDisk.INSTANCE,
                manifest -> manifest.with(manifest.binding()
                        .withInput(input.journal(), results(folder), input(folder))
                        .lacking()));
    }

    /** As it is in journals of version 1: so it can be fed to others. */
    private void unbind() {
        ManifestFile.update(input(folder), FileDisk.INSTANCE, manifest -> manifest.with(InputBinding.NONE));
    }

    /** Feeds all that was accepted; publishes, if there is nothing, the same keys through three ingresses. */
    private void runWithIngresses(List<HandlerGroup<Tx>> groups) {
        try (JournalWriter<Tx> journal = JournalWriter.builder(results(folder), Restarts.CODEC)
                        .groups(groups)
                        .unfinished(Unfinished.RESEND)
                        .open();
                InputJournal<Tx> input =
                        InputJournal.open(JournalWriter.builder(input(folder), Restarts.CODEC), journal);
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.SEQUENCE, 0, NOTHING)
                        .groups(groups)
                        .ingest(input)
                        .merge(journal)
                        .start()) {
            input.feed(engine);
            for (long n = input.nextSequence(); n < 3 * Restarts.KEYS; n++) {
                long group = n / Restarts.KEYS;
                Ingress<Tx> ingress =
                        group == 0 ? engine.ingress("gold") : group == 1 ? engine.ingress("bronze") : engine.ingress();
                ingress.publish((tx, sequence) -> tx.fill(sequence));
            }
        }
    }

    @Test
    void shouldFeedThroughTheIngressThatARecordCameThrough() throws IOException {
        runWithIngresses(Restarts.plainGroups(NOTHING));
        JournalDescription first = Journals.describe(results(folder));
        // Of the keys, a sixth are gold's, and a half bronze's. What came through another's ingress failed.
        assertEquals(
                Restarts.KEYS - Restarts.KEYS / 6 + Restarts.KEYS / 2,
                first.outcomes().failed());
        Files.move(results(folder), folder.resolve("before"));
        unbind();

        runWithIngresses(Restarts.plainGroups(NOTHING));

        ComparisonReport same =
                Journals.compare(folder.resolve("before"), results(folder), ReadOrder.JOURNAL, TestJournal.NO_PROGRESS);
        assertTrue(same.isSame(), same::toString);
    }

    @Test
    void shouldFeedThroughTheSharedIngressWhereTheGroupHasNoneOfItsOwnAnyMore() {
        runWithIngresses(Restarts.plainGroups(NOTHING));
        IoUtil.delete(results(folder).toFile(), false);
        unbind();

        runWithIngresses(
                List.of(HandlerGroup.named("all").weight(1).subStreams(6, id -> new Restarts.Folds(NOTHING)::onEvent)));

        assertEquals(
                3 * Restarts.KEYS, Journals.describe(results(folder)).outcomes().processed());
    }
}
