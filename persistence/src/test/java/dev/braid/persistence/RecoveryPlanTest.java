package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.MergeOrder;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is planned is what a restart then does, and planning leaves no trace. */
class RecoveryPlanTest {
    private static final int RECORDS = 300;
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};

    @TempDir
    Path folder;

    /** Every file and folder, with what is in it. */
    static Map<String, Long> contents(Path dir) throws IOException {
        Map<String, Long> contents = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(dir)) {
            for (Path path : paths.toList()) {
                CRC32C crc = new CRC32C();
                if (Files.isRegularFile(path)) {
                    crc.update(Files.readAllBytes(path));
                }
                contents.put(path + " of " + (Files.isRegularFile(path) ? Files.size(path) : 0), crc.getValue());
            }
        }
        return contents;
    }

    private static RecoveryPlan plan(Path dir) throws IOException {
        Map<String, Long> before = contents(dir);
        RecoveryPlan plan = Journals.recoveryPlan(
                InputJournalTest.results(dir), InputJournalTest.input(dir), TestJournal.NO_PROGRESS);
        assertEquals(before, contents(dir));
        return plan;
    }

    private static List<Object> numbers(RecoveryReport report) {
        return List.of(
                report.segments().kept(),
                report.segments().removed(),
                report.sequences().lowWatermark(),
                report.sequences().end(),
                report.sequences().missing(),
                report.isManifestRebuilt(),
                report.problems());
    }

    private static List<Object> numbers(StateReport state) {
        return List.of("" + state.snapshot(), state.damaged(), state.fromSequence(), state.replayed());
    }

    private static JournalWriter<Tx> open(Path dir, Unfinished unfinished) {
        return JournalWriter.builder(dir, Restarts.CODEC)
                .groups(Restarts.groups(NOTHING))
                .unfinished(unfinished)
                .open();
    }

    private static HandlerStates<Tx> states(JournalWriter<Tx> journal) {
        return HandlerStates.builder(journal, Restarts.groups(NOTHING), Tx::new)
                .partitioner(Restarts::subStreamOf)
                .open();
    }

    private static void checkRestart(RecoveryPlan plan, Path dir, Unfinished unfinished) {
        try (JournalWriter<Tx> journal = open(InputJournalTest.results(dir), unfinished);
                HandlerStates<Tx> states = states(journal)) {
            assertEquals(numbers(journal.recovery()), numbers(plan.journal()));
            assertEquals(numbers(states.report()), numbers(plan.state().orElseThrow()));
            assertEquals(
                    unfinished == Unfinished.LOSE ? plan.journal().sequences().missing() : 0, journal.lost());
        }
    }

    private static void checkRestartWithInput(RecoveryPlan plan, Path dir) {
        try (JournalWriter<Tx> journal = open(InputJournalTest.results(dir), Unfinished.RESEND);
                InputJournal<Tx> input =
                        InputJournal.open(JournalWriter.builder(InputJournalTest.input(dir), Restarts.CODEC), journal);
                HandlerStates<Tx> states = states(journal)) {
            assertEquals(numbers(journal.recovery()), numbers(plan.journal()));
            assertEquals(numbers(input.recovery()), numbers(plan.input().orElseThrow()));
            assertEquals(numbers(states.report()), numbers(plan.state().orElseThrow()));
            assertEquals(input.toFeed(), plan.republished());
            assertEquals(journal.lost(), plan.lostByInput());
        }
    }

    @Property(tries = 8)
    void shouldPlanWhatARestartThenDoes(
            @ForAll MergeOrder order, @ForAll @IntRange(min = 0, max = 2) int workers, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        Path all = Files.createTempDirectory("plan");
        try {
            Path living = Files.createDirectories(all.resolve("living"));
            Path killed = all.resolve("killed");
            AtomicInteger countdown = new AtomicInteger(random.nextInt(3 * RECORDS));
            InputJournalTest.run(living, order, workers, Durability.PROCESS, RECORDS, (moment, sequence) -> {
                if (countdown.getAndDecrement() == 0) {
                    Restarts.image(InputJournalTest.results(living), InputJournalTest.results(killed));
                    Restarts.image(InputJournalTest.input(living), InputJournalTest.input(killed));
                }
            });
            if (countdown.get() >= 0) {
                TestJournal.copy(living, killed); // Nobody was killed.
            }
            List<Path> snapshots = SnapshotFile.newestFirst(InputJournalTest.results(killed));
            if (!snapshots.isEmpty() && random.nextBoolean()) {
                SnapshotTest.damage(snapshots.get(0));
            }
            for (String copy : List.of("resend", "lose", "input")) {
                TestJournal.copy(killed, all.resolve(copy));
            }

            RecoveryPlan plan = plan(killed);

            assertFalse(plan.isRefused(), plan::toString);
            Unbound.make(InputJournalTest.results(all.resolve("resend")));
            Unbound.make(InputJournalTest.results(all.resolve("lose")));
            checkRestart(plan, all.resolve("resend"), Unfinished.RESEND);
            checkRestart(plan, all.resolve("lose"), Unfinished.LOSE);
            checkRestartWithInput(plan, all.resolve("input"));
        } finally {
            IoUtil.delete(all.toFile(), false);
        }
    }

    @Test
    void shouldTellWhatBecomesOfSequencesWithoutAResult() throws IOException {
        TestJournal.writeKilledRun(InputJournalTest.results(folder), 1, 0, 1, 4, 7);
        TestJournal.writeRun(InputJournalTest.input(folder), 1, 0, 1, 2, 3, 4, 5);

        RecoveryPlan plan = plan(folder);

        assertEquals(4, plan.journal().sequences().missing());
        assertEquals(3, plan.republished(), "2, 3 and 5");
        assertEquals(1, plan.lostByInput(), "6");
        assertEquals(0, plan.state().orElseThrow().replayed(), "no handler kept state");
        try (JournalWriter<TestJournal.Line> journal = JournalWriter.builder(
                                InputJournalTest.results(folder), TestJournal.CODEC)
                        .unfinished(Unfinished.RESEND)
                        .open();
                InputJournal<TestJournal.Line> input = InputJournal.open(
                        JournalWriter.builder(InputJournalTest.input(folder), TestJournal.CODEC), journal)) {
            assertEquals(3, input.toFeed());
            assertEquals(1, journal.lost());
        }
    }

    @Test
    void shouldSayThatStateCannotBeRebuilt() throws IOException {
        InputJournalTest.run(folder, MergeOrder.WEIGHTED, 0, Durability.PROCESS, RECORDS, NOTHING);
        Path results = InputJournalTest.results(folder);
        TestJournal.Frame frame = TestJournal.frames(results, 0).get(1);
        TestJournal.writeBytes(
                TestJournal.dataFile(results, 0), frame.offset() + frame.length() / 2, new byte[] {77, 77, 77});
        assertEquals(Optional.empty(), plan(folder).stateRefusal(), "the damage is before the snapshot");
        for (Path snapshot : SnapshotFile.newestFirst(results)) {
            SnapshotTest.damage(snapshot);
        }

        RecoveryPlan plan = plan(folder);

        assertTrue(plan.isRefused());
        assertEquals(Optional.empty(), plan.state());
        assertTrue(plan.stateRefusal().orElseThrow().contains("frame 1"), plan::toString);
    }
}
