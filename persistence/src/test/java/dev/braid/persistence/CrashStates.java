package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.Ingress;
import dev.braid.engine.MergeOrder;
import dev.braid.persistence.RecordingDisk.Event;
import dev.braid.persistence.RecordingDisk.Kind;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;

/**
 * Records what a service asks of its disk: an engine with handlers' state, its journal, its snapshots and perhaps an input
 * journal, which is closed and started again. Then opens what a kill or a loss of power may leave after any of that, and
 * runs the service to its end: nothing that was acknowledged may be missing, and nothing may be wrong.
 */
final class CrashStates {
    private static final BootId EARLIER = new BootId(new UUID(1, 2));
    private static final int SAMPLED = 20;
    private static final int FRAME_LENGTH = 8 * 1024;

    /**
     * A service.
     *
     * @param hasInput whether its source cannot send again, and has an input journal.
     * @param records  that there are in the end.
     * @param starts   how often it is started on the way.
     */
    record Service(Durability durability, boolean hasInput, int records, int starts) {}

    private final Service service;
    private final boolean isPowerLost;
    private final Path root;
    private final List<Event> events;

    /**
     * Runs the service on a disk that notes everything.
     *
     * @param isPowerLost whether the power is lost and the machine started anew, or the process is killed.
     */
    CrashStates(Service service, boolean isPowerLost, Path root) throws IOException {
        this.service = service;
        this.isPowerLost = isPowerLost;
        this.root = Files.createDirectories(root);
        Path journal = journal(root);
        Path input = InputJournalTest.input(journal);
        RecordingDisk disk = new RecordingDisk(
                isPowerLost ? EARLIER : BootId.CURRENT,
                List.of(
                        journal.resolve(JournalMark.FILE_NAME),
                        journal.resolve(JournalLock.FILE_NAME),
                        input.resolve(JournalMark.FILE_NAME),
                        input.resolve(JournalLock.FILE_NAME)));
        for (int start = 1; start <= service.starts(); start++) {
            run(journal, disk, service.records() * start / service.starts(), disk::acknowledged);
        }
        this.events = disk.events();
    }

    /** A service by chance, and a few of its states. */
    static void survive(Path dir, Random random) throws IOException {
        Service service = new Service(
                random.nextBoolean() ? Durability.PROCESS : Durability.DISK,
                random.nextBoolean(),
                20 + random.nextInt(100),
                1 + random.nextInt(3));
        CrashStates crashes = new CrashStates(service, random.nextBoolean(), dir.resolve("run"));
        for (int i = 0; i < SAMPLED; i++) {
            crashes.check(random.nextInt(crashes.events()), random);
        }
    }

    private static Path journal(Path root) {
        return root.resolve("journal");
    }

    private interface Acknowledgement {
        void acknowledged(long sequence);
    }

    private void run(Path dir, Disk disk, int records, Acknowledgement acknowledgement) {
        InputJournal<Tx> input = null;
        try (JournalWriter<Tx> journal = writer(dir, disk).open()) {
            input = service.hasInput() ? InputJournal.open(writer(InputJournalTest.input(dir), disk), journal) : null;
            try (HandlerStates<Tx> states = states(journal);
                    BraidEngine<Tx> engine = engine(journal, input, states)) {
                if (input != null) {
                    input.feed(engine);
                }
                Ingress<Tx> ingress = engine.ingress();
                for (long n = input != null ? input.nextSequence() : journal.nextSequence(); n < records; n++) {
                    long sequence = ingress.next();
                    assertEquals(n, sequence);
                    ingress.get(sequence).fill(sequence);
                    ingress.publish(sequence);
                    if (n % 5 == 0) {
                        engine.invoke();
                        acknowledgement.acknowledged(
                                input != null ? input.durableSequence() : journal.durableSequence());
                    }
                }
            }
        } finally {
            CloseHelper.close(input);
        }
        acknowledgement.acknowledged(records - 1);
    }

    private JournalWriterBuilder<Tx> writer(Path dir, Disk disk) {
        return JournalWriter.builder(dir, Restarts.CODEC)
                .groups(Restarts.groups((moment, sequence) -> {}))
                .durability(service.durability())
                .segmentSize(KillFaults.SEGMENT_SIZE)
                .maxFrameLength(FRAME_LENGTH)
                .minFreeSpace(0)
                .unfinished(Unfinished.RESEND)
                .disk(disk);
    }

    private HandlerStates<Tx> states(JournalWriter<Tx> journal) {
        return HandlerStates.builder(journal, Restarts.groups((moment, sequence) -> {}), Tx::new)
                .partitioner(Restarts::subStreamOf)
                .snapshotEvery(Math.max(1, service.records() / 5))
                .onError(t -> {
                    throw new AssertionError(t);
                })
                .open();
    }

    private static BraidEngine<Tx> engine(JournalWriter<Tx> journal, InputJournal<Tx> input, HandlerStates<Tx> states) {
        var builder = Restarts.engine(MergeOrder.WEIGHTED, 0, (moment, sequence) -> {})
                .groups(states.groups())
                .merge(journal);
        return (input == null ? builder : builder.ingest(input)).start();
    }

    /** How many events there are. */
    int events() {
        return events.size();
    }

    /** Opens what may be found after an event. */
    void check(int event, Random random) throws IOException {
        CrashedDisk disk = new CrashedDisk(root);
        long acknowledged = -1;
        for (Event each : events.subList(0, event + 1)) {
            disk.apply(each);
            acknowledged = each.kind() == Kind.ACKNOWLEDGED ? Math.max(acknowledged, each.position()) : acknowledged;
        }
        Path image = root.resolveSibling("image");
        try {
            if (isPowerLost) {
                disk.afterPowerLoss(image, random);
            } else {
                disk.afterKill(image);
            }
            checkImage(image, isPowerLost && service.durability() == Durability.PROCESS ? -1 : acknowledged);
        } catch (RuntimeException | AssertionError | IOException e) {
            throw new AssertionError(
                    "after event " + event + ", " + events.get(event) + ", of " + service + ", left in " + image + ": "
                            + e,
                    e);
        }
        IoUtil.delete(image.toFile(), true);
    }

    private void checkImage(Path image, long acknowledged) {
        Path journal = journal(image);
        TestJournal.adopt(journal);
        TestJournal.adopt(InputJournalTest.input(journal));
        if (Files.exists(journal.resolve(ManifestFile.NAME))) {
            RecoveryReport plan = new JournalRecovery(journal, TestJournal.NO_PROGRESS).report();
            assertEquals(Optional.empty(), plan.refusal(), () -> "refused: " + plan.refusal());
        }
        long[] next = {-1};
        try (JournalWriter<Tx> writer = writer(journal, FileDisk.INSTANCE).open()) {
            next[0] = writer.nextSequence();
            if (service.hasInput()) {
                try (InputJournal<Tx> input =
                        InputJournal.open(writer(InputJournalTest.input(journal), FileDisk.INSTANCE), writer)) {
                    next[0] = input.nextSequence();
                }
            }
        }
        assertTrue(next[0] > acknowledged, "goes on at " + next[0] + ", but " + acknowledged + " was acknowledged");
        run(journal, FileDisk.INSTANCE, service.records(), sequence -> {});
        Restarts.checkResults(journal, service.records());
        assertArrayEquals(
                Restarts.expectedStateAt(service.records() - 1), Restarts.stateAt(journal, service.records()));
    }
}
