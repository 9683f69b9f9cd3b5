package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.braid.persistence.Victim.Place;
import dev.braid.persistence.Victim.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Real processes, killed by kill -9. */
final class KillFaults {
    static final long SEGMENT_SIZE = 128 * 1024;

    private static final long LARGE_SEGMENT_SIZE = 16 * 1024 * 1024;
    private static final int KILLS = 3;
    private static final int OPERATIONS_AT_A_SEGMENT = 30;
    private static final int OPERATIONS_AT_THE_MANIFEST = 40;
    private static final int FEW_ACKNOWLEDGEMENTS = 60;
    private static final int MANY_ACKNOWLEDGEMENTS = 1_000;
    private static final int NEVER = Integer.MAX_VALUE;
    private static final int MORE = 50;
    private static final List<String> NEW_PROCESS_IDS =
            List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child=KILL");

    private KillFaults() {}

    private static Durability anyDurability(Random random) {
        return random.nextBoolean() ? Durability.PROCESS : Durability.DISK;
    }

    private static int kill(Ledger ledger, Task task, int acknowledgements) throws IOException, InterruptedException {
        try (Victim victim = new Victim(List.of(), task)) {
            victim.kill(ledger, acknowledgements);
            return victim.status();
        }
    }

    static void atRandomInstants(Path dir, Random random) throws Exception {
        Ledger ledger = new Ledger();
        for (int i = 0; i < KILLS; i++) {
            long size = random.nextInt(3) == 0 ? LARGE_SEGMENT_SIZE : SEGMENT_SIZE;
            Task task = new Task(dir, anyDurability(random), size, random.nextLong(), Place.NOWHERE, 0);
            kill(ledger, task, 1 + random.nextInt(MANY_ACKNOWLEDGEMENTS));
            ledger.check(dir);
        }
        ledger.goOn(dir, MORE);
    }

    static void withinADocument(Path dir, Random random) throws Exception {
        Ledger ledger = new Ledger();
        kill(ledger, stopping(dir, random), NEVER);
        assertTrue(ledger.acknowledged() >= 0, "nothing was acknowledged");
        VerifyReport report = Journals.verify(dir, TestJournal.NO_PROGRESS);
        assertEquals(List.of(ProblemKind.TORN_TAIL), TestJournal.kinds(report));
        ledger.goOn(dir, MORE);
    }

    private static Task stopping(Path dir, Random random) {
        return new Task(
                dir,
                anyDurability(random),
                SEGMENT_SIZE,
                random.nextLong(),
                Place.DOCUMENT,
                1 + random.nextInt(FEW_ACKNOWLEDGEMENTS));
    }

    static void withTheSamePid(Path dir, Random random) throws Exception {
        assumeTrue(canHaveNewProcessIds(), "unshare --pid is not possible here: it needs Linux, and privileges");
        Ledger ledger = new Ledger();
        long pid = -1;
        for (int i = 0; i < 2; i++) {
            try (Victim victim = new Victim(NEW_PROCESS_IDS, stopping(dir, random))) {
                victim.kill(ledger, NEVER);
                assertTrue(pid < 0 || pid == victim.pid(), "the process id was " + victim.pid() + ", before it " + pid);
                pid = victim.pid();
            }
            ledger.check(dir);
        }
        ledger.goOn(dir, MORE);
    }

    private static boolean canHaveNewProcessIds() throws InterruptedException {
        try {
            return new ProcessBuilder("unshare", "--pid", "--fork", "--mount-proc", "--kill-child=KILL", "true")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    static void whileASegmentIsMade(Path dir, Random random) throws Exception {
        atOperation(dir, random, Place.SEGMENT, OPERATIONS_AT_A_SEGMENT);
    }

    static void atTheManifest(Path dir, Random random) throws Exception {
        atOperation(dir, random, Place.MANIFEST, OPERATIONS_AT_THE_MANIFEST);
    }

    private static void atOperation(Path dir, Random random, Place place, int operations) throws Exception {
        Ledger ledger = new Ledger();
        int nth = random.nextInt(operations);
        int status =
                kill(ledger, new Task(dir, anyDurability(random), SEGMENT_SIZE, random.nextLong(), place, nth), NEVER);
        assertEquals(128 + 9, status, "it was not killed");
        if (Files.exists(dir.resolve(ManifestFile.NAME))) {
            ledger.check(dir);
        }
        ledger.goOn(dir, MORE);
    }

    /** Each opening gets a little further than the one before, until one succeeds. */
    static void duringRecovery(Path dir, Random random) throws Exception {
        Ledger ledger = new Ledger();
        Task first = new Task(dir, anyDurability(random), SEGMENT_SIZE, random.nextLong(), Place.NOWHERE, 0);
        kill(ledger, first, 1 + random.nextInt(FEW_ACKNOWLEDGEMENTS));
        int step = 3 + random.nextInt(6);
        for (int nth = random.nextInt(step); nth < 10 * step; nth += step) {
            Task task = new Task(dir, anyDurability(random), SEGMENT_SIZE, random.nextLong(), Place.OPERATION, nth);
            kill(ledger, task, FEW_ACKNOWLEDGEMENTS);
            ledger.check(dir);
        }
        ledger.goOn(dir, MORE);
    }
}
