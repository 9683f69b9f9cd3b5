package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of others reaches a terminal that would obey it. */
class SafeTextTest {
    /** Clears the screen, in both ways; sets the title; turns the direction; deletes. */
    private static final String EVIL = "a\u001b[2J\u009b2J\u001b]0;x\u0007\u202e\u2066\u200f\u061c\u2028\u007f\rb";

    private static final String ESCAPED =
            "a\\u001B[2J\\u009B2J\\u001B]0;x\\u0007\\u202E\\u2066\\u200F\\u061C\\u2028\\u007F\\u000Db";
    private static final String GOOD = "Müller\t\u20ac\u65e5\u672c\ud83d\ude00\u00a0\u0600\u2010\u2065\n";

    @TempDir
    private Path folder;

    private static String text(byte[] bytes, int chunk, boolean json) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream safe = json ? SafeText.ofJson(out) : SafeText.of(out)) {
            for (int i = 0; i < bytes.length; i += chunk) {
                safe.write(bytes, i, Math.min(chunk, bytes.length - i));
                safe.flush();
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldEscapeWhatATerminalObeysWhateverTheChunks() throws IOException {
        byte[] bytes = (GOOD + EVIL + GOOD).getBytes(StandardCharsets.UTF_8);
        for (int chunk : new int[] {1, 2, 3, 5, bytes.length}) {
            assertEquals(GOOD + ESCAPED + GOOD, text(bytes, chunk, false));
        }
        assertEquals(ESCAPED, SafeText.escaped(EVIL));
        assertEquals(GOOD, SafeText.escaped(GOOD));
    }

    @Test
    void shouldKeepBytesThatAreNoText() throws IOException {
        byte[] bytes = {
            (byte) 0xE2, 'a', (byte) 0xE2, (byte) 0x80, 'b', (byte) 0xC2, (byte) 0xFF, (byte) 0x9B, 'c', (byte) 0xD8
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream safe = SafeText.of(out)) {
            safe.write(bytes);
        }
        assertEquals(
                new String(bytes, StandardCharsets.ISO_8859_1).replace("\u009b", "\\u009B"),
                out.toString(StandardCharsets.ISO_8859_1));
    }

    @Test
    void shouldLeaveJsonAsItIs() throws IOException {
        assertEquals(
                "{\"k\":\r\n\t\"\\u009B\\u202E\"}",
                text("{\"k\":\r\n\t\"\u009b\u202e\"}".getBytes(StandardCharsets.UTF_8), 1, true));
    }

    @Test
    void shouldEscapeKeysGroupsHeadersPathsAndReasons() throws IOException {
        String evil = EVIL.replace("\r", "");
        Path journal = folder.resolve("j" + evil);
        Path summary = folder.resolve("summary");
        String header = "k" + evil;
        String input = header + ",n\nx" + evil + ",1\ny,z" + evil + "\n";
        Braid run = Braid.withInput(
                input,
                "run",
                "--input",
                "-",
                "--format",
                "csv",
                "--key",
                header,
                "--sum",
                "n",
                "--group",
                "g" + evil + "=1:*",
                "--journal",
                journal.toString(),
                "--summary",
                summary.toString());
        assertEquals(0, run.status(), run.err());
        Braid json = Braid.run("replay", journal.toString());
        Braid refused = Braid.withInput(input, "run", "--input", "-", "--format", "csv", "--key", "absent");
        assertEquals(2, refused.status());
        Braid option = Braid.run("run", "--" + evil);
        Braid describe = Braid.run("journal", "describe", journal.toString(), "--json");
        for (String text : List.of(
                run.err(),
                run.text(),
                json.text(),
                refused.err(),
                option.err(),
                describe.text(),
                Files.readString(summary))) {
            assertTrue(text.contains("\\u001B[2J\\u009B2J") || text.contains("\\u001b[2J\\u009B2J"), text);
            assertFalse(
                    text.chars()
                            .anyMatch(c -> c < ' ' && c != '\n' || c >= 0x7F && c < 0xA0 || c == 0x202E || c == 0x2066),
                    text);
        }
        assertEquals(
                "x" + evil,
                ((java.util.Map<?, ?>) Json.object(json.lines().get(0)).get("result")).get("key"));
    }

    @Test
    void shouldKeepTablesTogetherWhateverTheNames() {
        String journal = folder.resolve("journal").toString();
        String group = "g\u4e2d\u6587\ud83d\ude80e\u0301" + EVIL + "\n\tz";
        Braid run = Braid.withInput("a\n", "run", "--input", "-", "--group", group + "=1:*", "--journal", journal);
        Braid stat = Braid.run("stat", journal);
        Braid describe = Braid.run("journal", "describe", journal);
        for (Braid braid : List.of(run, stat, describe)) {
            assertEquals(0, braid.status(), braid.err());
            List<String> lines = braid.lines();
            int header = 0;
            while (!lines.get(header).startsWith("group ")) {
                header++;
            }
            assertEquals(TextWidth.of(lines.get(header)), TextWidth.of(lines.get(header + 1)), braid.text());
            assertTrue(lines.get(header + 1).matches("g.*\\\\n\\\\tz +[0-9].*"), braid.text());
        }
    }

    private String help(String term, String noColor) throws IOException, InterruptedException {
        ProcessBuilder builder = BraidProcess.builder(folder, "run", "--help");
        builder.command().add(1, "-D" + Console.SCREEN_PROPERTY + "=true");
        builder.environment().put("TERM", term);
        builder.environment().remove("NO_COLOR");
        if (noColor != null) {
            builder.environment().put("NO_COLOR", noColor);
        }
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "no help in 60 s");
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(folder.resolve("out"));
    }

    @Test
    void shouldHeedDumbTerminalsAndTheWishForNoColor() throws IOException, InterruptedException {
        assertTrue(help("xterm", null).contains("\u001b["));
        assertFalse(help("dumb", null).contains("\u001b"));
        assertFalse(help("xterm", "1").contains("\u001b"));
    }
}
