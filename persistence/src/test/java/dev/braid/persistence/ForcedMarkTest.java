package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.FaultyDisk.Kind;
import dev.braid.persistence.FaultyDisk.Operation;
import dev.braid.persistence.TestJournal.Line;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForcedMarkTest {
    private static final int RESULTS = 100;
    private static final int TIMEOUT_S = 60;

    @TempDir
    Path dir;

    @Test
    void shouldForceTheMarkAfterTheResultsAndBeforeTheyAreAcknowledged() throws Exception {
        FaultyDisk disk = new FaultyDisk(operation -> {});
        AtomicReference<String> fault = new AtomicReference<>();
        try (JournalWriter<Line> writer = JournalWriter.builder(dir, TestJournal.CODEC)
                .durability(Durability.DISK)
                .forceMark()
                .disk(disk)
                .onDurable(sequence -> {
                    if (lastForce(disk, JournalMark.FILE_NAME) < lastForce(disk, ".cq4")) {
                        fault.set("at sequence " + sequence + " the results were forced after the mark");
                    }
                })
                .open()) {
            writer.begin();
            for (int batch = 1; batch <= 5; batch++) {
                Ledger.write(writer, writer.lowWatermark() + 1, batch * RESULTS, RESULTS);
                assertTrue(
                        writer.awaitDurable(batch * RESULTS - 1, Duration.ofSeconds(TIMEOUT_S)),
                        "not acknowledged within " + TIMEOUT_S + " s");
            }
            writer.onShutdown();
        }
        assertTrue(fault.get() == null, fault::get);
    }

    private static int lastForce(FaultyDisk disk, String file) {
        return disk.operations().stream()
                .filter(operation -> operation.kind() == Kind.FORCE && operation.isOf(file))
                .mapToInt(Operation::number)
                .max()
                .orElse(-1);
    }
}
