package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a backup is restored and written on, it and the original go different ways: the input of one is none of the other. */
class InputCourseTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};

    @TempDir
    Path folder;

    private static void run(Path dir, int records) {
        try (Braid<Tx> braid = Braid.builder(dir, Tx::new, Restarts.CODEC)
                .groups(Restarts.groups(NOTHING))
                .partitioner(Restarts::subStreamOf)
                .input(Restarts.CODEC)
                .start()) {
            for (int i = 0; i < records; i++) {
                braid.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
        }
    }

    private static void run(Path dir, int runs, int records) {
        for (int i = 0; i < runs; i++) {
            run(dir, records / runs);
        }
    }

    private static void take(Path from, Path to, boolean isCopied) throws IOException {
        if (isCopied) {
            Restarts.image(from, to);
        } else {
            Files.move(from, to);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,true", "1,1,false", "2,1,true", "2,1,false", "1,3,true", "1,3,false", "3,3,true"})
    void shouldNotTakeAnInputJournalOfAnotherCourseOfEvents(int runsOfOriginal, int runsOfRestored, boolean isCopied)
            throws IOException {
        Path original = folder.resolve("original");
        Path restored = folder.resolve("restored");
        Path input = restored.resolve("input");
        Path own = folder.resolve("own");
        run(original, 100);
        Journals.backup(original, null, restored, ProgressListener.NONE);
        run(original, runsOfOriginal, 120);
        run(restored, runsOfRestored, 60);
        Files.move(input, own);
        take(original.resolve("input"), input, isCopied);

        VerifyReport verified = Journals.verify(restored, ProgressListener.NONE);
        RecoveryPlan plan = Journals.recoveryPlan(restored, null, ProgressListener.NONE);

        assertFalse(verified.isGood(), verified::toString);
        assertTrue(plan.inputProblem().isPresent(), plan::toString);
        for (int i = 0; i < 2; i++) { // What was refused once is refused again.
            String message = assertThrows(JournalDamagedException.class, () -> run(restored, 1))
                    .getMessage();
            assertTrue(message.contains("of the input journal"), message);
        }
        Files.move(input, folder.resolve("refused"));
        Files.move(own, input);
        run(restored, 40);
        assertTrue(Journals.verify(restored, ProgressListener.NONE).isGood());
        assertEquals(200, Journals.describe(restored).outcomes().processed());
    }
}
