package dev.braid.command.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShareTimelineTest {
    private static final long MS = 1_000_000;

    private final ShareTimeline timeline = new ShareTimeline(2);

    private List<String> lines() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        timeline.print(new PrintStream(text, true, StandardCharsets.UTF_8), List.of("heavy", "lite"));
        return text.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void shouldPrintNothingOfNothing() {
        timeline.advance(5 * MS, new long[] {0, 0});
        assertEquals(List.of(), lines());
    }

    @Test
    void shouldDrawSharesFromTheFirstToTheLastService() {
        timeline.advance(2 * MS, new long[] {0, 0});
        for (int i = 0; i < 12; i++) {
            timeline.advance(MS, new long[] {3, 1});
        }
        timeline.advance(2 * MS, new long[] {0, 5});
        timeline.advance(9 * MS, new long[] {0, 0});
        assertEquals(List.of("heavy  ▆▆▆▆▆▆▆▆▆▆▆▆  ", "lite   ▂▂▂▂▂▂▂▂▂▂▂▂██", "       0      0.014 s"), lines());
    }

    @Test
    void shouldDrawALongTimeInNoMoreSlices() {
        for (int i = 0; i < 1000; i++) {
            timeline.advance(MS, i < 500 ? new long[] {1, 1} : new long[] {1, 0});
        }
        List<String> lines = lines();
        assertEquals("heavy  " + "▄".repeat(16) + "█".repeat(16), lines.get(0).replace("▅", "▄"));
    }

    @Test
    void shouldSpreadWhatWasServedBetweenTwoSamples() {
        timeline.advance(3 * MS, new long[] {30, 0});
        assertEquals("heavy  ███", lines().get(0));
    }
}
