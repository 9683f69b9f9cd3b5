package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.FaultyDisk.Kind;
import dev.braid.persistence.FaultyDisk.Operation;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A disk that fails, gets full, or loses what was not forced. */
final class DiskFaults {
    private static final int MORE = 50;
    private static final int MAX_BATCHES = 5_000;
    private static final int BATCH = 8;
    private static final int TIMEOUT_S = 60;

    private DiskFaults() {}

    private static JournalWriter<Line> open(Path dir, Durability durability, Disk disk, Ledger ledger) {
        return JournalWriter.builder(dir, TestJournal.CODEC)
                .durability(durability)
                .segmentSize(KillFaults.SEGMENT_SIZE)
                .minFreeSpace(0)
                .disk(disk)
                .onDurable(ledger::acknowledge)
                .open();
    }

    /** Writes until the journal refuses, and returns how it does that; {@code null} if it does not. */
    private static JournalException writeUntilRefused(JournalWriter<Line> writer) throws InterruptedException {
        try {
            long next = writer.nextSequence();
            for (int i = 0; i < MAX_BATCHES; i++) {
                Ledger.write(writer, next, next + BATCH, BATCH);
                next += BATCH;
                writer.onIdle();
            }
            writer.awaitDurable(next - 1, Duration.ofSeconds(TIMEOUT_S));
            return null;
        } catch (JournalException e) {
            return e;
        }
    }

    private static void close(JournalWriter<Line> writer) {
        try {
            writer.onShutdown();
            writer.close();
        } catch (JournalException e) {
            writer.close(); // It was told what it was told before.
        }
    }

    /** There are so many operations that take space; the next one finds none, and a write only a part of it. */
    static void diskFull(Path dir, Random random) throws Exception {
        Durability durability = random.nextBoolean() ? Durability.PROCESS : Durability.DISK;
        Ledger ledger = new Ledger();
        int room = random.nextInt(120);
        FullDisk script = new FullDisk(room, random.nextLong());
        FaultyDisk disk = new FaultyDisk(script);
        JournalException refusal;
        try {
            JournalWriter<Line> writer = open(dir, durability, disk, ledger);
            writer.begin();
            refusal = writeUntilRefused(writer);
            close(writer);
        } catch (JournalException e) {
            refusal = e; // It could not even begin.
        }
        assertNotNull(refusal, "the disk was full after " + room + " operations, but nothing was said");
        assertTrue(refusal.getMessage().contains(FullDisk.MESSAGE), refusal.getMessage());
        if (Files.exists(dir.resolve(ManifestFile.NAME))) {
            ledger.check(dir);
        }
        ledger.goOn(dir, MORE); // There is space again.
    }

    /** As above, on a disk that is really full. */
    static void smallDisk(Path dir, Random random) throws Exception {
        try (SmallDisk disk = new SmallDisk(dir.resolveSibling(dir.getFileName() + "-disk"))) {
            Path journal = disk.mount().resolve("journal");
            Ledger ledger = new Ledger();
            disk.fill(1 + random.nextInt(4 << 20));
            Durability durability = random.nextBoolean() ? Durability.PROCESS : Durability.DISK;
            JournalException refusal;
            try {
                JournalWriter<Line> writer = open(journal, durability, FileDisk.INSTANCE, ledger);
                writer.begin();
                refusal = writeUntilRefused(writer);
                close(writer);
            } catch (JournalException e) {
                refusal = e; // It could not even begin.
            }
            assertNotNull(refusal, "the disk was full, but nothing was said");
            disk.free();
            if (Files.exists(journal.resolve(ManifestFile.NAME))) {
                ledger.check(journal);
            }
            ledger.goOn(journal, MORE);
        }
    }

    private static final class FullDisk implements FaultyDisk.Script {
        static final String MESSAGE = "No space left on device";

        private final Random random;
        private int room;

        FullDisk(int room, long seed) {
            this.room = room;
            this.random = new Random(seed);
        }

        private static boolean takesSpace(Operation operation) {
            return operation.kind() == Kind.WRITE || operation.kind() == Kind.CREATE_FOLDER;
        }

        @Override
        public synchronized int allowed(Operation operation) {
            // A word, which never lies on two pages, is written or not.
            boolean isDivisible = operation.bytes() > Integer.BYTES;
            return room == 0 && isDivisible ? take(random.nextInt(operation.bytes())) : operation.bytes();
        }

        private int take(int bytes) {
            room = bytes > 0 ? -1 : room;
            return bytes;
        }

        @Override
        public synchronized void before(Operation operation) throws IOException {
            if (takesSpace(operation) && room-- <= 0) {
                throw new IOException(MESSAGE);
            }
        }
    }

    /** One force of a file or folder fails; those after it would not. */
    static void failedForce(Path dir, Random random) throws Exception {
        Ledger ledger = new Ledger();
        FailedForce script = new FailedForce(ledger);
        FaultyDisk disk = new FaultyDisk(script);
        JournalWriter<Line> writer = open(dir, Durability.DISK, disk, ledger);
        writer.begin();
        script.failAfter(random.nextInt(40));
        JournalException refusal = writeUntilRefused(writer);
        close(writer);
        assertNotNull(refusal, "a force failed, but nothing was said");
        assertTrue(refusal.getMessage().contains(FailedForce.MESSAGE), refusal.getMessage());

        Operation failed = script.failed;
        List<Operation> again = disk.operations().stream()
                .filter(each -> each.number() > failed.number()
                        && each.kind() == failed.kind()
                        && each.path().equals(failed.path()))
                .toList();
        // Nobody tries a force again. But other threads may be about to force another manifest of the same name, and
        // both
        // the one that makes the next segment and the one that seals the last one force the folder.
        int others = failed.isOf("cq4") ? 0 : failed.kind() == Kind.FORCE_FOLDER ? 2 : 1;
        assertTrue(again.size() <= others, () -> failed + ", and again: " + again);
        if (failed.kind() == Kind.FORCE && failed.isOf("cq4") && !script.isAhead()) {
            assertEquals(script.acknowledgedThen, ledger.acknowledged(), "acknowledged after a force had failed");
        }
        ledger.check(dir);
        ledger.goOn(dir, MORE);
    }

    private static final class FailedForce implements FaultyDisk.Script {
        static final String MESSAGE = "Input/output error";

        private final Ledger ledger;
        private int left = Integer.MAX_VALUE;
        private String thread = "";
        private Operation failed;
        private long acknowledgedThen;

        FailedForce(Ledger ledger) {
            this.ledger = ledger;
        }

        synchronized void failAfter(int forces) {
            left = forces;
        }

        /** It was of a segment made ahead: what is in the present one may still be acknowledged. */
        synchronized boolean isAhead() {
            return !thread.equals("braid-journal-sync");
        }

        @Override
        public synchronized void before(Operation operation) throws IOException {
            boolean isForce = operation.kind() == Kind.FORCE || operation.kind() == Kind.FORCE_FOLDER;
            if (isForce && failed == null && left-- == 0) {
                failed = operation;
                thread = Thread.currentThread().getName();
                acknowledgedThen = ledger.acknowledged();
                throw new IOException(MESSAGE);
            }
        }
    }

    /** At level DISK, whatever part of what was not forced is lost, nothing is that was acknowledged. */
    static void powerLoss(Path dir, Random random) throws Exception {
        Path living = dir.resolveSibling(dir.getFileName() + "-living");
        Ledger ledger = new Ledger();
        Ledger atTheLoss = new Ledger();
        PowerLoss power = new PowerLoss(living);
        JournalWriter<Line> writer = open(living, Durability.DISK, new FaultyDisk(power), ledger);
        writer.begin();
        long next = 0;
        int batches = 1 + random.nextInt(150);
        for (int i = 0; i < batches; i++) {
            int count = 1 + random.nextInt(30);
            Ledger.write(writer, next, next + count, count);
            next += count;
            if (random.nextInt(10) == 0) {
                assertTrue(writer.awaitDurable(next - 1, Duration.ofSeconds(TIMEOUT_S)));
            }
        }
        atTheLoss.acknowledge(ledger.acknowledged()); // What is acknowledged meanwhile does not count.
        power.lose(dir, random);
        writer.onShutdown();
        writer.close();
        atTheLoss.goOn(dir, MORE);
    }
}
