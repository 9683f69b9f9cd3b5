package dev.braid.command.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.Json;
import dev.braid.command.input.KeyedRecord;
import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code retain --max-age} and {@code replay --from-time} on a journal one of whose runs had a clock 12 years ahead. */
class FallingClockCommandTest {
    private static final int RESULTS = 5;

    private final Instant now = Instant.now();

    @TempDir
    private Path folder;

    /** Five results each, of 12 years ahead, 20 days ago, 10 days ago, and an hour ago. */
    @BeforeEach
    void write() {
        run(now.plus(Duration.ofDays(12 * 365)));
        run(now.minus(Duration.ofDays(20)));
        run(now.minus(Duration.ofDays(10)));
        run(now.minus(Duration.ofHours(1)));
    }

    private void run(Instant time) {
        long timeNs = time.getEpochSecond() * 1_000_000_000L;
        try (JournalWriter<KeyedRecord> writer = JournalWriter.<KeyedRecord>builder(folder, new TotalsCodec(List.of()))
                .clock(() -> timeNs)
                .open()) {
            writer.resumePoint(); // As an engine asks before it starts.
            writer.onStart();
            for (int i = 0; i < RESULTS; i++) {
                writer.onResult(new KeyedRecord(0), writer.nextSequence() + i, 0, Outcome.SHED, null);
            }
            writer.onBatchEnd(writer.nextSequence() + RESULTS - 1);
            writer.onShutdown();
        }
    }

    @Test
    void shouldRetainByAgeAndSayHowItJudged() throws Exception {
        Braid text = Braid.run("journal", "retain", folder.toString(), "--max-age", "7d", "--dry-run");

        assertEquals(0, text.status(), text.err());
        List<String> lines = text.lines();
        assertTrue(lines.get(0).startsWith("would delete segment-0000000000: 5 results"), text.text());
        assertTrue(lines.get(2).startsWith("would delete segment-0000000002"), text.text());
        assertTrue(lines.get(3).startsWith("clock: segment-0000000000: its times, up to "), text.text());
        assertTrue(lines.get(3).contains("ahead by about 12 years; it is judged by segment-0000000001"), text.text());

        Braid json = Braid.run("journal", "retain", folder.toString(), "--max-age", "7d", "--json");
        Map<?, ?> report = Json.object(json.text());
        assertEquals(3, ((List<?>) report.get("givenUp")).size());
        assertEquals(1, ((List<?>) report.get("notes")).size());
        assertEquals(0, Braid.run("journal", "verify", folder.toString()).status());
    }

    @Test
    void shouldReplayFromATimeAndSayHowItWasFound() {
        for (String order : List.of("sequence", "journal")) {
            Braid replay = Braid.run(
                    "replay",
                    folder.toString(),
                    "--from-time",
                    now.minus(Duration.ofDays(15)).toString(),
                    "--order",
                    order,
                    "--format",
                    "count");

            assertEquals(0, replay.status(), replay.err());
            assertEquals(List.of("10"), replay.lines());
            assertTrue(replay.err().contains("note: CLOCK: a clock was ahead"), replay.err());
        }
    }
}
