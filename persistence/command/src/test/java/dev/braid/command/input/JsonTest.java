package dev.braid.command.input;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON as people have it. */
class JsonTest {
    private static final Map<String, String> EXPECTED = Map.of("ann", "2 [1.75]", "bob", "1 [2]");
    private static final String ANN = "{\"who\":\"ann\",\"n\":1.50}";
    private static final String BOB = "{\"more\":{\"who\":\"]}\\\"{[\",\"n\":[7]},\"n\":\"2\",\"who\":\"bob\"}";
    private static final String ANN_2 = "{\"who\":\"ann\",\"n\":0.25}";

    @TempDir
    private Path folder;

    private InputRun run(String content) throws IOException {
        return InputRun.ofFile(folder, "a.json", content, "--key", "who", "--sum", "n");
    }

    private static String pretty(String object) {
        return object.replace("{\"", "{\n  \"").replace(",\"", ",\n  \"").replace("}", "\n}");
    }

    @Test
    void shouldReadObjectsWhereverTheirLinesEnd() throws IOException {
        String[] pretty = {pretty(ANN), "{\n\"n\" : [\n 7 ]\n, \"n\" : 2 }", pretty(ANN_2)};
        pretty[1] = "{\r\n\t\"who\" :\r\n\"bob\", \"x\":[\n {},\n{}\n],\r\n\"n\":2}";
        for (String between : new String[] {"\n", "\r\n", "\n\n  \n", " "}) {
            run(String.join(between, pretty)).assertTotals(EXPECTED);
            run(String.join("," + between, pretty).transform(list -> "[" + list + "]"))
                    .assertTotals(EXPECTED);
        }
        for (String between : new String[] {"\n", "\r\n", "", " "}) {
            run(String.join(between, ANN, BOB, ANN_2)).assertTotals(EXPECTED);
        }
        for (String between : new String[] {",", ",\n", "\n,", " , \r\n\t"}) {
            run("[" + String.join(between, ANN, BOB, ANN_2) + "]").assertTotals(EXPECTED);
            run(" \n[\n" + String.join(between, ANN, BOB, ANN_2) + "\n]\n").assertTotals(EXPECTED);
        }
        run("[" + ANN + "]\n[" + BOB + "," + ANN_2 + "]\n[]").assertTotals(EXPECTED);
        run("[]").assertTotals(Map.of());
    }

    @Test
    void shouldFailTheElementsOfAnArrayThatAreNoObjects() throws IOException {
        InputRun run = run("[1,\n\"x,]\",\n[2,3],null," + ANN + " " + ANN + ",{\"who\":}," + ANN + "]\nx");
        run.assertReasons(
                "line 1: not a JSON object: '1'",
                "line 2: not a JSON object: '\"x,]\"'",
                "line 3: not a JSON object: '[2,3]'",
                "line 3: not a JSON object: 'null'",
                "line 3: more than one JSON value",
                "line 3: not JSON near character 8: '{\"who\":}'",
                "line 4: not JSON near character 2: 'x'");
        assertEquals(Map.of("ann", "1 [1.50]"), run.totals());
    }

    @Test
    void shouldFailWhatIsCutOff() throws IOException {
        InputRun array = run("[" + ANN + ",\n" + ANN_2);
        array.assertReasons("line 2: the array that begins in line 1 is not closed: the input ends too early");
        assertEquals(Map.of("ann", "2 [1.75]"), array.totals());

        run("[" + ANN + ",\n{\"who\":\"bo")
                .assertReasons("line 2: not closed", "line 2: the array that begins in line 1");
        run(pretty(ANN) + "\n{\n\"who\":").assertReasons("line 5: not closed: the input ends too early");
        run(ANN + "\n{\"who\":\"bo").assertReasons("line 2: not JSON: it ends too early");
    }

    @Test
    void shouldTakeAFirstLineThatIsMalformedForThatOnly() throws IOException {
        for (String first :
                new String[] {"{\"who\":\"ann\",\"n\":1", "{\"who\":\"ann", "{", "[", "}", "x", "{\"who\":[1,2}"}) {
            InputRun run = run(first + "\n" + ANN + "\n" + BOB + "\n" + ANN_2 + "\n");
            if (!first.equals("[")) {
                run.assertReasons("line 1: not JSON");
            } else {
                // It is an array that lacks its commas.
                assertEquals(2, run.reasons().size(), run.reasons()::toString);
            }
        }
    }

    @Test
    void shouldFindFieldsByTheirPaths() throws IOException {
        String[] options = {"--key", "user.id", "--sum", "a.b.c", "--sum", "n"};
        for (String user : new String[] {"\"user\":{\"x\":{\"id\":8},\"id\":\"ann\"}", "\"user.id\":\"ann\""}) {
            for (String sum : new String[] {
                "\"a\":{\"b\":{\"c\":1}}",
                "\"a.b\":{\"c\":1}",
                "\"a\":{\"b.c\":1}",
                "\"a.b.c\":1",
                "\"a\":{\"x\":[{\"b\":3}],\"b\":{\"c\":1}}"
            }) {
                InputRun.ofFile(folder, "a.json", "{" + user + "," + sum + ",\"n\":2}\n", options)
                        .assertTotals(Map.of("ann", "1 [1, 2]"));
            }
        }
        InputRun.ofFile(folder, "a.json", """
                        {"user":{"id":"ann"},"a":{"b":1},"n":1}
                        {"user":{"id":"ann"},"a":{"b":[{"c":1}]},"n":1}
                        {"user":"ann","a":{"b":{"c":1}},"n":1}
                        {"user":[{"id":1}],"a":{"b":{"c":1}},"n":1}
                        {"user":{"id":{}},"a":{"b":{"c":1}},"n":1}
                        {"user":{"id":null},"a":{"b":{"c":1}},"n":1}
                        {"x":{"user":{"id":1}},"a":{"b":{"c":1}},"n":1}
                        {"userid":1,"user":{"idx":1,"i":2},"a":{"b":{"c":1}},"n":1}
                        """, options)
                .assertReasons(
                        "line 1: field 'a.b.c' is missing",
                        "line 2: field 'a.b.c' is missing: 'a.b' is an array",
                        "line 3: no key: field 'user.id' is missing",
                        "line 4: no key: field 'user.id' is missing: 'user' is an array",
                        "line 5: no key: field 'user.id' is an object",
                        "line 6: no key: field 'user.id' is null",
                        "line 7: no key: field 'user.id' is missing",
                        "line 8: no key: field 'user.id' is missing");
    }

    @Test
    void shouldFailAFieldThatIsThereTwice() throws IOException {
        run("""
                {"who":"ann","n":1,"who":"bob"}
                {"who":"ann","n":1,"who":"ann"}
                {"who":"ann","n":1,"wh\\u006f":"bob"}
                {"who":"ann","n":1,"n":2}
                {"who":null,"n":1,"who":"ann"}
                {"who":"ann","n":"x","n":2}
                """)
                .assertReasons(
                        "no key: field 'who' is there twice",
                        "no key: field 'who' is there twice",
                        "no key: field 'who' is there twice",
                        "field 'n' is there twice",
                        "no key: field 'who' is there twice",
                        "field 'n' is there twice");
        run("{\"who\":\"ann\",\"n\":1,\"x\":1,\"x\":2}").assertTotals(Map.of("ann", "1 [1]"));
        InputRun.ofFile(folder, "a.json", """
                        {"a":{"b":"x"},"a.b":"y"}
                        {"a":{"b":"x"},"a":{"b":"y"}}
                        {"a":{"b":"x"},"a":{}}
                        {"a":{"b":"x"},"a":7}
                        """, "--key", "a.b")
                .assertReasons(
                        "'a.b' is there twice", "'a' is there twice", "'a' is there twice", "'a' is there twice");
    }

    /** Limits of the parser's own: the depth, and the length of numbers and names. */
    @Test
    void shouldNotMindFieldsThatNobodyAskedFor() throws IOException {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        String wide = "7".repeat(100_000);
        for (String more : new String[] {
            "\"x\":" + deep,
            "\"x\":" + wide,
            "\"x\":0." + wide,
            "\"x\":1e" + wide,
            "\"" + wide + "\":1",
            "\"x\":\"" + wide + "\"",
            "\"x\":{\"who\":" + wide + "}"
        }) {
            run("{\"who\":\"ann\"," + more + ",\"n\":1}").assertTotals(Map.of("ann", "1 [1]"));
        }
    }

    @Test
    void shouldTellInOurWordsWhatIsTooLongOfAFieldThatIsAskedFor() throws IOException {
        run("{\"who\":\"ann\",\"n\":" + "7".repeat(5_000) + "}")
                .assertReasons("field 'n' has 5000 characters, more than a number of 1000 digits: '7777");
        run("{\"who\":\"ann\",\"n\":1e999999999}").assertReasons("'n' is too large or too small");
        run("{\"who\":\"ann\",\"n\":1e99999999999}").assertReasons("'n' is too large or too small");
        run("{\"who\":\"" + "x".repeat(5_000) + "\",\"n\":1}")
                .assertReasons("a key of 5000 characters, more than 4096");
        run("{\"who\":\"ann\",\"n\":1,\"x\":" + "[".repeat(1_100_000) + "]".repeat(1_100_000) + "}")
                .assertReasons("nested deeper than 1000000 objects and arrays");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NaN",
                "Infinity",
                "01",
                "+1",
                "'x'",
                "tru",
                "1.",
                "// x\n1",
                "\"\\x\"",
                "\"\t\"",
                "{,}",
                "[1 2]",
                ""
            })
    void shouldTellInOurWordsWhatIsNoJson(String value) throws IOException {
        InputRun run = run(ANN + "\n{\"who\":\"ann\",\"n\":" + value.replace("\n", "") + "}\n");
        run.assertReasons("line 2: not JSON near character ");
        for (String word : new String[] {"JsonReadFeature", "ALLOW", "Unexpected", "token", "REDACTED", "enable"}) {
            assertEquals(-1, run.reasons().get(0).indexOf(word), run.reasons().get(0));
        }
    }

    @Test
    void shouldReadDecimalCommasOfStrings() throws IOException {
        InputRun.ofFile(
                        folder,
                        "a.json",
                        "{\"who\":\"ann\",\"n\":\"1.234,50\"}\n{\"who\":\"ann\",\"n\":1.5}\n",
                        "--key",
                        "who",
                        "--sum",
                        "n",
                        "--decimal-comma")
                .assertTotals(Map.of("ann", "2 [1236.00]"));
    }

    private static List<String> elements(String text, int chunk, int maxLength) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, chunk));
            }
        };
        RawRecords raw = JsonLayout.divide(new InputBytes(in, () -> {}), TextEncoding.UTF_8, maxLength);
        List<String> elements = new ArrayList<>();
        while (raw.next()) {
            elements.add(raw.lineNumber() + ":" + (raw.problem() == null ? raw.text() : raw.problem()));
        }
        return elements;
    }

    @Test
    void shouldDivideWhateverTheChunks() throws IOException {
        for (int chunk : new int[] {1, 2, 3, 7, 1000}) {
            assertEquals(
                    List.of("1:{\"a\":1}", "2:{\"b\":\"]\"}"), elements("[{\"a\":1},\n {\"b\":\"]\"} ]", chunk, 100));
            assertEquals(
                    List.of("1:{\n1\n}", "4:{}", "5:x", "6:{\"\\\"}\"}"),
                    elements("{\n1\n}\n{}\nx\n{\"\\\"}\"}", chunk, 100));
            assertEquals(List.of("1:{\"a\":1", "2:{\"b\":2}"), elements("{\"a\":1\n{\"b\":2}\n", chunk, 100));
            assertEquals(
                    List.of("1:{}", "1:longer than 100 bytes", "1:{}"),
                    elements("[{}, {\"a\":\"" + "x".repeat(100_000) + "\"}, {}]", chunk, 100));
        }
    }
}
