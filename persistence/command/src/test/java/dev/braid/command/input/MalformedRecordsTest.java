package dev.braid.command.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be understood is FAILED, with the line and the reason, and all around it is handled. */
class MalformedRecordsTest {
    private static final String GOOD_JSON = "{\"k\":\"a\",\"n\":1}\n";

    @TempDir
    private Path folder;

    private List<Map<?, ?>> results(byte[] input, String... options) throws IOException {
        Path journal = Files.createTempDirectory(folder, "journal");
        List<String> args = new ArrayList<>(List.of("run", "--input", "-", "--journal", journal.toString()));
        args.addAll(List.of(options));
        Braid run = Braid.withInput(new ByteArrayInputStream(input), args.toArray(String[]::new));
        assertEquals(0, run.status(), run.err());
        List<Map<?, ?>> results = new ArrayList<>();
        for (String line : Braid.run("replay", journal.toString()).lines()) {
            results.add(Json.object(line));
        }
        return results;
    }

    private List<Map<?, ?>> results(String input, String... options) throws IOException {
        return results(input.getBytes(StandardCharsets.UTF_8), options);
    }

    private static void assertFailed(Map<?, ?> result, String... partsOfReason) {
        assertEquals("FAILED", result.get("outcome"), result.toString());
        assertEquals("-1", result.get("subStream"));
        for (String part : partsOfReason) {
            assertTrue(((String) result.get("reason")).contains(part), result.toString());
        }
    }

    @Test
    void shouldNotTakeACarriageReturnForAPartOfAKey() throws IOException {
        List<Map<?, ?>> results = results("a\r\nb\rc\na\r");
        assertProcessed(results.get(0));
        assertFailed(results.get(1), "line 2", "a carriage return in the key");
        assertFailed(results.get(2), "line 3", "a carriage return in the key");
        assertEquals(3, results.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "\0", "a\0", "é\0"})
    void shouldFailLinesWithAByteZero(String line) throws IOException {
        for (String[] options : new String[][] {{}, {"--key-regex", "."}, {"--charset", "UTF-8"}}) {
            List<Map<?, ?>> results = results("a\n" + line + "\na\n", options);
            assertProcessed(results.get(0));
            assertFailed(results.get(1), "line 2", "not text: a byte 0 ");
            assertProcessed(results.get(2));
            assertEquals(3, results.size());
        }
    }

    @Test
    void shouldFailCsvAndJsonWithAByteZero() throws IOException {
        List<Map<?, ?>> csv = results("k,n\na\0b,1\na,1\0\n\"a\n\0\",1\na,1\n", "--format", "csv", "--key", "k");
        assertEquals(4, csv.size());
        csv.subList(0, 3).forEach(result -> assertFailed(result, "not text: a byte 0 "));
        assertProcessed(csv.get(3));

        String[] json = {"--format", "json", "--key", "k"};
        String bad = "{\"k\":\"a\0\"}";
        assertFailed(results(GOOD_JSON + bad + "\n", json).get(1), "not text: a byte 0 after ");
        assertFailed(results("[\n" + bad + ",\n" + GOOD_JSON + "]", json).get(0), "not text: a byte 0 after ");
        assertProcessed(results("{\"k\":\"a\\u0000\"}\n", json).get(0));
    }

    /** As of files that were put together: the mark would be a part of the key that nobody sees. */
    @Test
    void shouldFailARecordThatBeginsWithAByteOrderMark() throws IOException {
        List<Map<?, ?>> lines = results("\uFEFFa\n\uFEFFa\na\n");
        assertProcessed(lines.get(0));
        assertFailed(lines.get(1), "line 2", "begins with a byte order mark");
        assertEquals("2", ((Map<?, ?>) lines.get(2).get("result")).get("count"));

        List<Map<?, ?>> csv = results("\uFEFFk\na\n\uFEFFk\na\n", "--format", "csv", "--key", "k");
        assertFailed(csv.get(1), "line 3", "begins with a byte order mark");
        assertEquals("2", ((Map<?, ?>) csv.get(2).get("result")).get("count"));
    }

    private static void assertProcessed(Map<?, ?> result) {
        assertEquals("PROCESSED", result.get("outcome"), result.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "",
                "   ",
                "[1,2]",
                "17",
                "null",
                "{\"k\":\"a\",\"n\":1",
                "{\"k\":\"a\",\"n\":1} {}",
                "{\"k\":\"a\",\"n\":1} x",
                "{\"n\":1}",
                "{\"k\":null,\"n\":1}",
                "{\"k\":\"\",\"n\":1}",
                "{\"k\":\"\\ud800\",\"n\":1}",
                "{\"k\":\"a\\udc00\\ud800b\",\"n\":1}",
                "{\"k\":{},\"n\":1}",
                "{\"k\":[\"a\"],\"n\":1}",
                "{\"k\":\"a\"}",
                "{\"k\":\"a\",\"n\":null}",
                "{\"k\":\"a\",\"n\":\"many\"}",
                "{\"k\":\"a\",\"n\":true}",
                "{\"k\":\"a\",\"n\":{\"n\":1}}",
                "{\"k\":\"a\",\"n\":NaN}",
                "{\"k\":\"a\",\"n\":1e999999999}",
                "{\"k\":\"a\",\"n\":1e-999999999}",
                "\u0000{\u0000}",
                "{\"k\":\"a\",\"n\":1}\u0000"
            })
    void shouldFailBadJson(String line) throws IOException {
        List<Map<?, ?>> results =
                results(GOOD_JSON + line + "\n" + GOOD_JSON, "--format", "json", "--key", "k", "--sum", "n");

        assertEquals(3, results.size());
        assertProcessed(results.get(0));
        assertFailed(results.get(1), "line 2: ");
        assertProcessed(results.get(2));
        assertEquals("2", ((Map<?, ?>) results.get(2).get("result")).get("count"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a,1,2", ",1", "a,", "a,many", "\"a\"b,1", "a,1\rb,2", "\"a\na\n\",x"})
    void shouldFailBadCsv(String record) throws IOException {
        List<Map<?, ?>> results =
                results("k,n\n\"a\",1\n" + record + "\na,\"2\"\n", "--format", "csv", "--key", "k", "--sum", "n");

        assertEquals(3, results.size());
        assertProcessed(results.get(0));
        assertFailed(results.get(1), "line 3: ");
        assertProcessed(results.get(2));
    }

    @Test
    void shouldFailAQuoteThatIsNeverClosed() throws IOException {
        List<Map<?, ?>> results = results("k\na\n\"b\nc", "--format", "csv", "--key", "k");
        assertEquals(2, results.size());
        assertProcessed(results.get(0));
        assertFailed(results.get(1), "line 3: ", "never closed");
    }

    @Test
    void shouldFailLinesWithoutAKey() throws IOException {
        List<Map<?, ?>> results = results("id=1\nnone\n\nid=\nid=2", "--key-regex", "id=(\\d*)");
        assertProcessed(results.get(0));
        assertFailed(results.get(1), "line 2: ", "'none'");
        assertFailed(results.get(2), "line 3: empty line");
        assertFailed(results.get(3), "line 4: no key");
        assertProcessed(results.get(4));
        assertEquals(5, results.size());
    }

    @Test
    void shouldFailKeysWithoutAGroup() throws IOException {
        List<Map<?, ?>> results = results("a\nb\nc\n", "--group", "g=1:a", "--group", "h=2:c");
        assertEquals("g", results.get(0).get("group"));
        assertFailed(results.get(1), "line 2: no group for key 'b'");
        assertEquals("h", results.get(2).get("group"));
    }

    @Test
    void shouldSurviveBytesThatAreNotUtf8() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < 256; i++) {
            bytes.write(new byte[] {'{', '"', 'k', '"', ':', '"', (byte) i, (byte) 0xFF, '"', '}', '\n'});
        }
        for (String[] format : new String[][] {
            {"--format", "lines"}, {"--format", "json", "--key", "k"}, {"--format", "csv", "--key-regex", "."}
        }) {
            byte[] input = bytes.toByteArray();
            input[6] = 'x'; // With a zero in its first line it would not be text.
            input[7] = 'x';
            List<Map<?, ?>> results = results(input, format);
            assertTrue(results.size() >= 255, results.size() + " results");
            long processed = results.stream()
                    .filter(result -> result.get("outcome").equals("PROCESSED"))
                    .count();
            // Of ASCII alone are the first line, and what a line feed cuts off.
            assertTrue(processed <= 2, processed + " processed");
        }
    }

    @Test
    void shouldSurviveVeryLongLines() throws IOException {
        String longKey = "x".repeat(3_000_000);
        List<Map<?, ?>> lines = results("a\n" + longKey + "\na\n");
        assertFailed(lines.get(1), "line 2: ", "3000000 characters");
        assertProcessed(lines.get(2));

        String longJson = "{\"other\":\"" + longKey + "\",\"k\":\"a\"}";
        String tooLong = "y".repeat(RawRecords.DEFAULT_MAX_LENGTH + 1);
        List<Map<?, ?>> json = results(longJson + "\n" + tooLong + "\n" + longJson, "--format", "json", "--key", "k");
        assertProcessed(json.get(0));
        assertFailed(json.get(1), "line 2: longer than " + RawRecords.DEFAULT_MAX_LENGTH + " bytes");
        assertProcessed(json.get(2));
        assertEquals(3, json.size());
    }

    @Test
    void shouldMatchLongLinesWhereOtherRegularExpressionsRecurse() throws IOException {
        List<Map<?, ?>> results = results("ab\n" + "ab".repeat(500_000) + "\nab\n", "--key-regex", "^(?:(a|b)*)$");
        assertEquals(3, results.size());
        results.forEach(MalformedRecordsTest::assertProcessed);
        assertEquals("b", ((Map<?, ?>) results.get(1).get("result")).get("key"));
    }

    @Test
    void shouldCountFailuresAndShowSomeReasons() throws IOException {
        Path summary = folder.resolve("summary.json");
        Braid run = Braid.withInput(
                GOOD_JSON + "x\n".repeat(5),
                "run",
                "--input",
                "-",
                "--format",
                "json",
                "--key",
                "k",
                "--summary",
                summary.toString());

        Map<?, ?> totals = Json.object(Files.readString(summary));
        assertEquals("6", totals.get("records"));
        assertEquals("1", totals.get("processed"));
        assertEquals("5", totals.get("failed"));
        assertTrue(run.text().lines().anyMatch(line -> line.matches("\\(no group\\) +5")), run.text());
        assertEquals(
                3,
                run.err()
                        .lines()
                        .filter(line -> line.startsWith("failed: line "))
                        .count(),
                run.err());
        assertTrue(run.err().contains("failed: 2 more"), run.err());
    }
}
