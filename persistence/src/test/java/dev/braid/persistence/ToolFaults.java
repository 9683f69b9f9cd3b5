package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.ToolVictim.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Tools that are killed while they work on a journal. */
final class ToolFaults {
    private static final int KILLS = 3;
    private static final int RUNS = 4;
    private static final int RESULTS = 400;
    private static final int MORE = 200;

    private ToolFaults() {}

    private static Ledger make(Path dir) {
        Ledger ledger = new Ledger();
        for (int run = 0; run < RUNS; run++) {
            try (JournalWriter<Line> writer = JournalWriter.builder(dir, TestJournal.CODEC)
                    .segmentSize(KillFaults.SEGMENT_SIZE)
                    .open()) {
                writer.begin();
                Ledger.write(writer, writer.nextSequence(), writer.nextSequence() + RESULTS, 5);
                writer.onShutdown();
            }
        }
        ledger.acknowledge(RUNS * RESULTS - 1);
        return ledger;
    }

    static void killedSalvage(Path dir, Random random) throws Exception {
        Ledger ledger = make(dir);
        for (int i = 0; i < KILLS; i++) {
            Path work = Files.createDirectory(dir.resolveSibling("salvage-" + i));
            ToolVictim.killAtRandom(Tool.SALVAGE, dir, work, random);
            for (Path target : list(work)) {
                if (target.getFileName().toString().matches("salvaged-\\d+")) {
                    ledger.check(target); // One that has its name is whole.
                }
            }
            Path again = work.resolve("again");
            Journals.salvage(dir, again, TestJournal.NO_PROGRESS);
            ledger.check(again);
        }
        ledger.check(dir);
    }

    static void killedBackup(Path dir, Random random) throws Exception {
        Ledger ledger = make(dir);
        Path work = Files.createDirectory(dir.resolveSibling("backups"));
        for (int i = 0; i < KILLS; i++) {
            ToolVictim.killAtRandom(Tool.BACKUP, dir, work, random);
            for (int turn = 0; turn < 3; turn++) {
                Path target = work.resolve("backup-" + turn);
                Journals.backup(dir, null, target, TestJournal.NO_PROGRESS); // Whatever was left of it.
                ledger.check(target);
            }
        }
        ledger.check(dir);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.toList();
        }
    }

    static void killedRetention(Path dir, Random random) throws Exception {
        make(dir);
        for (int i = 0; i < KILLS; i++) {
            ToolVictim.killAtRandom(Tool.RETAIN, dir, dir, random);
            VerifyReport report = Journals.verify(dir, TestJournal.NO_PROGRESS);
            assertTrue(report.isGood(), report::toString);
            long first = Journals.describe(dir).sequences().first();
            List<TestJournal.Result> results = TestJournal.read(dir, ReadOrder.SEQUENCE);
            assertEquals(RUNS * RESULTS - first, results.size(), "from " + first);
            for (TestJournal.Result result : results) {
                assertEquals(first++, result.sequence());
                assertEquals(Ledger.text(result.sequence()), result.text());
            }
        }
        try (JournalWriter<Line> writer = TestJournal.open(dir)) {
            assertEquals(RUNS * RESULTS, writer.nextSequence());
        }
    }

    static void killedService(Path dir, Random random) throws Exception {
        for (int i = 0; i < KILLS; i++) {
            ToolVictim.killAtRandom(Tool.SERVICE, dir, dir, random);
        }
        long records;
        try (JournalWriter<Restarts.Tx> writer = JournalWriter.builder(dir, Restarts.CODEC)
                .unfinished(Unfinished.RESEND)
                .open()) {
            records = writer.nextSequence() + MORE;
        }
        while (Journals.describe(dir).sequences().lowWatermark() < records - 1) {
            ToolVictim.serve(dir, records);
        }
        Restarts.checkResults(dir, (int) records);
        assertArrayEquals(Restarts.expectedStateAt(records - 1), Restarts.stateAt(dir, records));
    }
}
