package dev.braid.persistence;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of {@code scripts/torture.sh}. */
class FaultsTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @EnumSource
    void shouldSurvive(Fault fault) throws Exception {
        for (int round = 0; round < rounds(fault); round++) {
            long seed = new Random().nextLong();
            try {
                fault.survive(dir.resolve("journal-" + round), new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(fault + " with seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static int rounds(Fault fault) {
        return switch (fault) {
            case ZEROED_PAGE, BIT_FLIP, TRUNCATION, SEGMENT_FILES, DISK_FULL, FORCE_FAILS -> 4;
            case DROPPED_PAGES -> 2;
            default -> 1;
        };
    }
}
