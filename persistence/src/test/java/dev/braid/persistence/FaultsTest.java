package dev.braid.persistence;

import dev.braid.engine.TestSeed;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of {@code scripts/torture.sh}. */
class FaultsTest {
    @TempDir
    Path dir;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    @ParameterizedTest
    @EnumSource
    void shouldSurvive(Fault fault) throws Exception {
        for (int round = 0; round < rounds(fault); round++) {
            fault.survive(dir.resolve("journal-" + round), new Random(seed.value() + round));
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
