package dev.braid.persistence;

import dev.braid.engine.TestSeed;
import dev.braid.persistence.CrashStates.Service;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The short form of {@code scripts/torture.sh --crash-states}. */
class CrashStatesTest {
    private static final int SAMPLED = 5;

    @TempDir
    Path dir;

    @RegisterExtension
    private final TestSeed seed = new TestSeed(1);

    @ParameterizedTest
    @CsvSource({"PROCESS, false", "PROCESS, true", "DISK, false", "DISK, true"})
    void shouldLoseNothingAcknowledgedByALossOfPowerAfterAnyOperation(Durability durability, boolean hasInput)
            throws Exception {
        check(new Service(durability, hasInput, 60, 2), true);
    }

    @ParameterizedTest
    @CsvSource({"PROCESS, false", "PROCESS, true", "DISK, true"})
    void shouldLoseNothingAcknowledgedByAKillAfterAnyOperation(Durability durability, boolean hasInput)
            throws Exception {
        check(new Service(durability, hasInput, 60, 2), false);
    }

    private void check(Service service, boolean isPowerLost) throws Exception {
        CrashStates crashes = new CrashStates(service, isPowerLost, dir.resolve("run"));
        Random random = seed.random();
        for (int i = 0; i < SAMPLED; i++) {
            crashes.check(random.nextInt(crashes.events()), random);
        }
    }
}
