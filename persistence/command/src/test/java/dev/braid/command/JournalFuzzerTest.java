package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code scripts/torture.sh --fuzz}. */
class JournalFuzzerTest {
    private static final int ROUNDS = 30;

    /** No limit of speed: it is there to find what hangs. */
    private static final int LIMIT_S = 60;

    /** Others are for {@code torture.sh}, or set by a property: a build is to fail by what was changed in it. */
    private static final long SEED = Long.getLong("braid.seed", 6000);

    @TempDir
    Path work;

    @Test
    void shouldNameEveryDifferenceThatMutationsMake() throws Exception {
        assertEquals(
                0,
                new JournalFuzzer(work, LIMIT_S).run(ROUNDS, SEED),
                "the faults, with their seeds, are printed above");
    }
}
