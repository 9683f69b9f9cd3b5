package dev.braid.command.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV as people have it. */
class CsvTest {
    private static final Map<String, String> EXPECTED = Map.of("ann", "2 [1.75]", "bob", "1 [2]");

    @TempDir
    private Path folder;

    private InputRun run(String content, String... options) throws IOException {
        String[] all = new String[options.length + 4];
        System.arraycopy(new String[] {"--key", "who", "--sum", "n"}, 0, all, 0, 4);
        System.arraycopy(options, 0, all, 4, options.length);
        return InputRun.ofFile(folder, "a.csv", content, all);
    }

    private static String csv(char delimiter) {
        return "id,who,n\n1,ann,1.50\n2,bob,2\n3,ann,0.25\n".replace(',', delimiter);
    }

    @Test
    void shouldDivideFieldsByAnyDelimiter() throws IOException {
        run(csv(',')).assertTotals(EXPECTED);
        run(csv(','), "--delimiter", ",").assertTotals(EXPECTED);
        run(csv(';'), "--delimiter", ";").assertTotals(EXPECTED);
        run(csv('|'), "--delimiter", "|").assertTotals(EXPECTED);
        for (String tab : new String[] {"tab", "TAB", "\\t", "\t"}) {
            run(csv('\t'), "--delimiter", tab).assertTotals(EXPECTED);
        }
        run("who;n\n\"a;nn\";1\n\"a;nn\";\"2\"\n", "--delimiter", ";").assertTotals(Map.of("a;nn", "2 [3]"));
        run("who;n\na,nn;1\n", "--delimiter", ";").assertTotals(Map.of("a,nn", "1 [1]"));
        run("who\1n\nann\0011\n", "--delimiter", "\1").assertTotals(Map.of("ann", "1 [1]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.tsv", "A.TSV", "a.tsv.gz"})
    void shouldKnowTabsByTheNameOfTheFile(String name) throws IOException {
        byte[] content = csv('\t').getBytes(java.nio.charset.StandardCharsets.UTF_8);
        InputRun.ofFile(
                        folder,
                        name,
                        name.endsWith(".gz") ? PackedInputTest.gzip(content) : content,
                        "--key",
                        "who",
                        "--sum",
                        "n")
                .assertTotals(EXPECTED);
    }

    @Test
    void shouldHeedTheSeparatorLineOfExcel() throws IOException {
        run("sep=;\r\n" + csv(';')).assertTotals(EXPECTED);
        run("\uFEFFSEP=;\n" + csv(';')).assertTotals(EXPECTED);
        run("\"sep=|\"\n" + csv('|')).assertTotals(EXPECTED);
        run("sep=\t\n" + csv('\t')).assertTotals(EXPECTED);
        run("sep=;\n" + csv(';'), "--delimiter", ";").assertTotals(EXPECTED);
        run("sep=;\n" + csv(';'), "--delimiter", "|").assertRefused("--delimiter '|'", "'sep=;'");
        run("sep=;\n\n").assertRefused("the CSV header in line 2 is blank");
    }

    @Test
    void shouldHintAtAnotherDelimiter() throws IOException {
        run(csv(';')).assertRefused("--key 'who' is not in the CSV header: id;who;n", "--delimiter ';'");
        run(csv('\t')).assertRefused("--key 'who'", "--delimiter tab");
        run(csv('|')).assertRefused("--key 'who'", "--delimiter '|'");
        run(csv(','), "--delimiter", ";").assertRefused("--key 'who'", "--delimiter ','");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";;", "\"", "a", "7", "\n", "ä", "\uD83D\uDE00"})
    void shouldRefuseDelimitersThatCannotBeOne(String delimiter) throws IOException {
        run(csv(','), "--delimiter", delimiter).assertRefused("--delimiter '");
    }

    @Test
    void shouldRefuseOptionsOfCsvForOtherFormats() throws IOException {
        run("{}", "--format", "json", "--delimiter", ";").assertRefused("--delimiter ';'", "json");
        InputRun.ofFile(folder, "a.txt", "x", "--delimiter", ";").assertRefused("--delimiter ';'", "lines");
        InputRun.ofFile(folder, "a.txt", "x", "--decimal-comma").assertRefused("--decimal-comma", "lines");
    }

    @Test
    void shouldRefuseAColumnThatIsThereTwiceOnlyIfItIsAskedFor() throws IOException {
        run("who,n,who\nann,1,bob\n").assertRefused("--key 'who'", "more than once, as columns 1 and 3");
        run("who,n,n\nann,1,2\n").assertRefused("--sum 'n'", "columns 2 and 3");
        run("who,n,x,x,,\nann,1,2,3,,\n").assertTotals(Map.of("ann", "1 [1]"));
    }

    @Test
    void shouldPassOverBlanksAroundNamesAndNumbersButNotKeys() throws IOException {
        run("id, who , n\n1,ann, 1.50 \n2, ann,\t2\n").assertTotals(Map.of("ann", "1 [1.50]", " ann", "1 [2]"));
        run("who, who,n\nann,bob,1\n").assertTotals(Map.of("ann", "1 [1]"));
        run(" who,who ,n\nann,bob,1\n").assertRefused("--key 'who'", "columns 1 and 2");
    }

    @Test
    void shouldReadNumbersWithADecimalComma() throws IOException {
        run("who;n\nann;1.234,50\nann;0,50\nbob;1.234\n", "--delimiter", ";", "--decimal-comma")
                .assertReasons("line 4: field 'n' can be read in two ways");
        InputRun refused = run("who;n\nann;1,50\n", "--delimiter", ";");
        refused.assertReasons("field 'n' is not a number: '1,50'; see --decimal-comma");
        run("who,n\nann,\"1,50\"\n", "--decimal-comma").assertTotals(Map.of("ann", "1 [1.50]"));
    }

    @Test
    void shouldReadAndShowWideHeaders() throws IOException {
        int width = 20_000;
        String names = IntStream.range(0, width).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        String values = IntStream.range(0, width).mapToObj(Integer::toString).collect(Collectors.joining(","));
        InputRun.ofFile(folder, "a.csv", names + "\n" + values + "\n", "--key", "c1", "--sum", "c19999")
                .assertTotals(Map.of("1", "1 [19999]"));

        InputRun absent = InputRun.ofFile(folder, "a.csv", names + "\n" + values + "\n", "--key", "c20000");
        absent.assertRefused("--key 'c20000' is not in the CSV header: c0, c1, ", "(20000 columns)");
        assertTrue(absent.braid().err().length() < 500, absent.braid().err());
    }

    @Test
    void shouldTellWhatAQuoteThatIsNeverClosedHasSwallowed() throws IOException {
        InputRun run = run("who,n\nann,1\n\"bob,2\nann,3\nann,4\n");
        run.assertReasons("line 3: a quote is never closed: all 3 lines to the end of the input are in this record");
        assertEquals(Map.of("ann", "1 [1]"), run.totals());
    }

    @Test
    void shouldRefuseTheLineEndsOfOldMacs() throws IOException {
        run(csv(',').replace('\n', '\r')).assertRefused("carriage return", "line feed");
    }
}
