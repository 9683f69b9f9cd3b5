package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.TestSeed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A copy that was made while the journal was written, file by file in whatever order, is a prefix, or is named as what it is. */
class CopyInMotionTest {
    private static final int WRITERS = 2;
    private static final int COPIES = 4;
    private static final long SEGMENT_SIZE = 1 << 20;
    private static final int TIMEOUT_S = 60;

    @TempDir
    Path folder;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private int prefixes;
    private int named;

    @Test
    void shouldBeAPrefixOrBeNamedWhateverToolMadeIt() throws Exception {
        Random random = seed.random();
        for (int round = 0; round < WRITERS; round++) {
            Path journal = folder.resolve("journal" + round);
            String where = "writer " + round;
            copyAgainAndAgain(WriterProcess.start(journal, SEGMENT_SIZE), journal, random, where, this::check);
        }
        assertEquals(WRITERS * COPIES, prefixes + named);
    }

    @Test
    void shouldBeAPrefixOrBeNamedWithItsInputJournalAndUnderRetention() throws Exception {
        Random random = seed.random();
        for (int round = 0; round < WRITERS; round++) {
            Path journal = folder.resolve("journal" + round);
            String where = "service " + round;
            copyAgainAndAgain(ServiceProcess.start(journal), journal, random, where, this::checkService);
        }
        assertEquals(WRITERS * COPIES, prefixes + named);
    }

    /** While a journal is copied. */
    private interface Pause {
        /** Waits until its writer has gone on. */
        void await() throws IOException;
    }

    private interface Check {
        void of(Path copy, String how) throws IOException;
    }

    /** Copies what a process writes, and kills that in the end. */
    private void copyAgainAndAgain(Process writer, Path journal, Random random, String where, Check check)
            throws Exception {
        try (var out = writer.inputReader()) {
            long[] last = {readTo(out, 2_000)};
            Pause pause = () -> last[0] = readTo(out, last[0] + random.nextInt(3_000));
            for (int i = 0; i < COPIES; i++) {
                Path copy = folder.resolve("copy");
                String how = copy(i, journal, copy, random, pause);
                check.of(copy, where + ", copy " + i + " by " + how);
                IoUtil.delete(copy.toFile(), false);
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        IoUtil.delete(journal.toFile(), false);
    }

    /** Waits until the writer has come so far, and to what it said last; returns how far it is. */
    private static long readTo(BufferedReader lines, long sequence) throws IOException {
        long last = -1;
        while (last < sequence || lines.ready()) {
            String line = lines.readLine();
            assertNotNull(line, "the writer ended after sequence " + last);
            last = Long.parseLong(line);
        }
        return last;
    }

    private static String copy(int way, Path journal, Path copy, Random random, Pause pause) throws Exception {
        switch (way % 4) {
            case 0:
                run("cp", "-a", journal.toString(), copy.toString());
                return "cp";
            case 1:
                run("sh", "-c", "mkdir '" + copy + "'; tar -C '" + journal + "' -c . | tar -C '" + copy + "' -x");
                return "tar";
            case 2:
                if (Files.exists(Path.of("/usr/bin/rsync"))) {
                    run("rsync", "-a", journal + "/", copy.toString());
                    return "rsync";
                }
                return inAnyOrder(journal, copy, random, pause);
            default:
                return inAnyOrder(journal, copy, random, pause);
        }
    }

    /** What was deleted meanwhile is missing: the tool says so, and goes on. */
    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), () -> String.join(" ", command) + " does not end");
    }

    private static String inAnyOrder(Path journal, Path copy, Random random, Pause pause) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(journal)) {
            files = new ArrayList<>(walk.filter(Files::isRegularFile).toList());
        } catch (UncheckedIOException e) {
            return inAnyOrder(journal, copy, random, pause); // A folder was given its name, or deleted, at this moment.
        }
        Collections.shuffle(files, random);
        for (Path file : files) {
            Path target = copy.resolve(journal.relativize(file).toString());
            Files.createDirectories(target.getParent());
            try {
                Files.copy(file, target);
            } catch (NoSuchFileException e) {
                continue; // Deleted meanwhile.
            }
            pause.await();
        }
        return "files in the order " + files.stream().map(journal::relativize).toList();
    }

    private void check(Path copy, String how) throws IOException {
        VerifyReport report = Journals.verify(copy, TestJournal.NO_PROGRESS);
        RecoveryPlan plan = Journals.recoveryPlan(copy, null, TestJournal.NO_PROGRESS);
        if (report.isGood()) {
            assertFalse(plan.isRefused(), () -> how + ": " + plan);
            JournalWriter.builder(copy, TestJournal.CODEC)
                    .unfinished(Unfinished.LOSE)
                    .open()
                    .close();
            long next = 0;
            for (TestJournal.Result result : TestJournal.read(copy, ReadOrder.SEQUENCE)) {
                assertEquals(next, result.sequence(), how);
                assertEquals(TestJournal.text(next), result.text(), how);
                next++;
            }
            prefixes++;
            return;
        }
        for (JournalProblem problem : report.problems()) {
            if (problem.kind().isDamage()) {
                assertEquals(ProblemKind.COPIED_IN_MOTION, problem.kind(), () -> how + ": " + report);
                assertTrue(problem.message().contains("journal backup"), () -> how + ": " + report);
            }
        }
        if (plan.isRefused()) {
            JournalDamagedException e = assertThrows(
                    JournalDamagedException.class,
                    () -> JournalWriter.builder(copy, TestJournal.CODEC).open(),
                    how);
            assertEquals(ProblemKind.COPIED_IN_MOTION, e.problem().kind(), how);
        }
        Path salvaged = folder.resolve("salvaged");
        Journals.salvage(copy, salvaged, TestJournal.NO_PROGRESS);
        assertTrue(Journals.verify(salvaged, TestJournal.NO_PROGRESS).isGood(), how);
        IoUtil.delete(salvaged.toFile(), false);
        named++;
    }

    /** What was accepted when it was copied is fed, and the state is what it should be. */
    private void checkService(Path copy, String how) throws IOException {
        VerifyReport report = Journals.verify(copy, TestJournal.NO_PROGRESS);
        RecoveryPlan plan = Journals.recoveryPlan(copy, null, TestJournal.NO_PROGRESS);
        if (plan.isRefused()) {
            JournalDamagedException e =
                    assertThrows(JournalDamagedException.class, () -> ServiceProcess.run(copy, 0, false), how);
            assertEquals(ProblemKind.COPIED_IN_MOTION, e.problem().kind(), () -> how + ": " + e);
            assertTrue(plan.toString().contains("COPIED_IN_MOTION"), () -> how + ": " + plan);
        }
        if (report.isGood()) {
            assertFalse(plan.isRefused(), () -> how + ": " + plan);
            assertEquals(plan.republished(), ServiceProcess.run(copy, 0, false), how);
            VerifyReport after = Journals.verify(copy, TestJournal.NO_PROGRESS);
            assertTrue(after.isGood(), () -> how + ": " + after);
            long last = Journals.describe(copy).sequences().lowWatermark();
            assertArrayEquals(Restarts.expectedStateAt(last), Restarts.stateAt(copy, last), how);
            prefixes++;
            return;
        }
        for (JournalProblem problem : report.problems()) {
            boolean isNamed = !problem.kind().isDamage() || problem.kind() == ProblemKind.COPIED_IN_MOTION;
            assertTrue(isNamed, () -> how + ": " + report);
        }
        Path salvaged = folder.resolve("salvaged");
        Journals.salvage(copy, salvaged, TestJournal.NO_PROGRESS);
        IoUtil.delete(salvaged.toFile(), false);
        named++;
    }

    @Test
    void shouldNameAMarkThatWasCopiedLast() throws Exception {
        Path journal = folder.resolve("journal");
        Path copy = folder.resolve("copy");
        try (JournalWriter<TestJournal.Line> writer = TestJournal.open(journal)) {
            writer.begin();
            TestJournal.putAll(writer, 1, 0, 1, 2);
            inAnyOrder(journal, copy, new Random(1), () -> {});
            TestJournal.putAll(writer, 1, 3, 4, 5);
            Files.delete(copy.resolve(JournalMark.FILE_NAME));
            Files.copy(journal.resolve(JournalMark.FILE_NAME), copy.resolve(JournalMark.FILE_NAME));
            writer.onShutdown();
        }
        VerifyReport report = Journals.verify(copy, TestJournal.NO_PROGRESS);
        assertFalse(report.isGood(), report::toString);
        assertEquals(ProblemKind.COPIED_IN_MOTION, report.first().orElseThrow().kind());
        assertTrue(report.first().orElseThrow().message().contains("was acknowledged"), report::toString);
        assertTrue(Journals.verify(journal, TestJournal.NO_PROGRESS).isGood());
        // Moved, it is no copy.
        Files.move(journal, folder.resolve("moved"));
        assertFalse(ManifestFile.isCopied(folder.resolve("moved")));
        assertTrue(ManifestFile.isCopied(copy));
    }

    /** What a copy lacks, or has too much. */
    enum Flaw {
        LAST_FILE_ENDS_EARLY {
            @Override
            void make(Path copy) throws IOException {
                Path data = JournalFolder.segment(copy, 0).dataFile();
                byte[] bytes = Files.readAllBytes(data);
                int used = bytes.length;
                while (bytes[used - 1] == 0) {
                    used--;
                }
                try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
                    file.setLength(used - 100);
                    file.setLength(bytes.length);
                }
            }
        },
        LATER_SEGMENT {
            @Override
            void make(Path copy) throws IOException {
                Path folder = Files.createDirectory(copy.resolve("segment-0000000007"));
                Path data = JournalFolder.segment(copy, 0).dataFile();
                Files.copy(data, folder.resolve(data.getFileName().toString()));
            }
        };

        abstract void make(Path copy) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeNamedAgainAfterAStartThatWasRefused(Flaw flaw) throws Exception {
        Path journal = folder.resolve("journal");
        Path copy = folder.resolve("copy");
        try (JournalWriter<TestJournal.Line> writer = TestJournal.open(journal)) {
            writer.begin();
            TestJournal.putAll(writer, 1, 0, 1, 2, 3, 4, 5);
            inAnyOrder(journal, copy, new Random(1), () -> {});
            writer.onShutdown();
        }
        flaw.make(copy);
        checkNamed(copy);
        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> TestJournal.open(copy));
        assertEquals(ProblemKind.COPIED_IN_MOTION, e.problem().kind(), e::toString);
        checkNamed(copy);
        WriterFence.take(copy, FileDisk.INSTANCE).close(); // Whoever raises the epoch, and is stopped then.
        checkNamed(copy);
    }

    private static void checkNamed(Path copy) throws IOException {
        VerifyReport report = Journals.verify(copy, TestJournal.NO_PROGRESS);
        assertFalse(report.isGood(), report::toString);
        assertEquals(ProblemKind.COPIED_IN_MOTION, report.first().orElseThrow().kind(), report::toString);
        RecoveryPlan plan = Journals.recoveryPlan(copy, null, TestJournal.NO_PROGRESS);
        assertTrue(plan.isRefused(), plan::toString);
        assertTrue(plan.toString().contains("COPIED_IN_MOTION"), plan::toString);
    }
}
