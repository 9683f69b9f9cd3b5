package dev.braid.command.input;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private static final int MAX = 200_000;

    private static List<String> lines(String text, int chunk) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, chunk));
            }
        };
        LineReader reader = new LineReader(new InputBytes(in, () -> {}), TextEncoding.UTF_8, MAX);
        List<String> lines = new ArrayList<>();
        while (reader.next()) {
            lines.add(reader.isTooLong ? "too long" : reader.text());
            assertEquals(lines.size(), reader.lineNumber());
        }
        return lines;
    }

    @Test
    void shouldDivideAtLineEnds() throws IOException {
        for (int chunk : new int[] {1, 2, 3, 1000}) {
            assertEquals(List.of(), lines("", chunk));
            assertEquals(List.of("a"), lines("a", chunk));
            assertEquals(List.of("a"), lines("a\n", chunk));
            assertEquals(List.of("a", "", "b"), lines("a\r\n\nb\r\n", chunk));
            assertEquals(List.of("", ""), lines("\n\r\n", chunk));
            assertEquals(List.of("a\rb"), lines("a\rb", chunk));
        }
    }

    @Test
    void shouldAgreeWithTheLibraryOnRandomText() throws IOException {
        long seed = 20_260_101;
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(150_000);
            int rareness = 1 + random.nextInt(5_000);
            for (int i = 0; i < length; i++) {
                text.append(random.nextInt(rareness) == 0 ? '\n' : (char) ('a' + random.nextInt(26)));
            }
            assertEquals(
                    text.toString().lines().toList(),
                    lines(text.toString(), 1 + random.nextInt(100_000)),
                    "seed " + seed + ", round " + round);
        }
    }

    @Test
    void shouldSkipLinesThatAreTooLong() throws IOException {
        String longest = "x".repeat(MAX);
        for (int chunk : new int[] {1000, 1 << 20}) {
            assertEquals(List.of(longest, "b"), lines(longest + "\nb\n", chunk));
            assertEquals(List.of("a", "too long", "b"), lines("a\n" + longest + "x\nb\n", chunk));
            assertEquals(List.of("a", "too long", "b"), lines("a\n" + longest.repeat(5) + "\nb\n", chunk));
            assertEquals(List.of("too long"), lines(longest.repeat(5), chunk));
        }
    }
}
