package dev.braid.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reading must not profit from what its writer, or a reading before, has left mapped. */
class JournalReadingTest {
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final int RESULTS = 10 * JournalCandidate.BATCH;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(JournalCandidate.class)
    void shouldReadWhatWasWrittenThroughNoMappingFromBefore(JournalCandidate candidate) throws IOException {
        assumeTrue(Files.exists(MAPS), "Linux only");
        JournalSink sink = candidate.open(folder, RESULTS / 2);
        write(sink);
        sink.release();
        for (int i = 0; i < 2; i++) {
            assertEquals(List.of(), mappings(), "before reading " + i + " of " + candidate);
            try (JournalReading reading = candidate.reopen(folder, Setup.SMALL_PAYLOAD)) {
                assertEquals(new Fold(RESULTS, RESULTS * (RESULTS - 1L) / 2), reading.fold());
            }
        }
    }

    private static void write(JournalSink sink) {
        BenchRecord record = Setup.newRecord(Setup.SMALL_PAYLOAD);
        sink.onStart();
        for (int i = 0; i < RESULTS; i++) {
            record.result = i;
            sink.onResult(record);
            if ((i + 1) % JournalCandidate.BATCH == 0) {
                sink.onBatchEnd();
            }
        }
        sink.awaitWritten();
        sink.close();
    }

    private List<String> mappings() throws IOException {
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.contains(folder.toString())).toList();
        }
    }
}
