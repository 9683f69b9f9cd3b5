package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The widths are those of wcwidth, of which terminals make use. */
class TextWidthTest {
    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "abc, 3",
        "Müller, 6",
        "Mu\u0308ller, 6",
        "日本語, 6",
        "한국, 4",
        "ｆｕｌｌ, 8",
        "\u1100\u1161\u11a8, 2",
        "ก็, 1",
        "שָׁ, 1",
        "🚀, 2",
        "✅⭐, 4",
        "❤, 1",
        "𠀀, 2",
        "a\u200bb, 2",
        "a\u00adb, 3",
        "ｱ, 1",
        "€…─, 3"
    })
    void shouldCountColumnsAndNotCharacters(String text, int columns) {
        assertEquals(columns, TextWidth.of(text));
    }

    @Test
    void shouldKeepColumnsOfATableTogether() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        TextTable.print(
                new PrintStream(text, true, StandardCharsets.UTF_8),
                List.of(
                        new String[] {"key", "count"},
                        new String[] {"東京", "1"},
                        new String[] {"e\u0301", "22"},
                        new String[] {"🚀🚀🚀", "日"}));
        assertEquals(
                List.of("key     count", "東京        1", "e\u0301          22", "🚀🚀🚀     日"),
                text.toString(StandardCharsets.UTF_8).lines().toList());
    }

    @Test
    void shouldCutBetweenCharacters() {
        assertEquals(2, TextWidth.lengthOfFirst("日本語", 5));
        assertEquals(2, TextWidth.lengthOfFirst("🚀🚀", 3));
        assertEquals(2, TextWidth.lengthOfFirst("e\u0301e\u0301", 1), "with its mark");
        assertEquals(1, TextWidth.startOfLast("日本語", 5));
        assertEquals(2, TextWidth.startOfLast("🚀🚀", 3));
        assertEquals(2, TextWidth.startOfLast("e\u0301e\u0301", 1), "with its mark");
        String quoted = Texts.quote("x".repeat(59) + "🚀🚀");
        assertEquals("'" + "x".repeat(59) + "...'", quoted);
    }
}
