package dev.braid.command.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes are not guessed: a key is the text that the input has, or the record is FAILED. */
class CharsetTest {
    private static final String CSV = "name,n\nMüller,1\nMöller,2\n";
    private static final String LINES = "name=Müller\nname=Möller\n";
    private static final String JSON = "{\"name\":\"Müller\",\"n\":1}\n{\"name\":\"Möller\",\"n\":2}\n";

    @TempDir
    private Path folder;

    private InputRun csv(byte[] content, String... options) throws IOException {
        return InputRun.ofFile(folder, "a.csv", content, with(options, "--key", "name", "--sum", "n"));
    }

    private static String[] with(String[] options, String... more) {
        String[] all = new String[options.length + more.length];
        System.arraycopy(options, 0, all, 0, options.length);
        System.arraycopy(more, 0, all, options.length, more.length);
        return all;
    }

    private static byte[] marked(String text, Charset charset) {
        return ("\uFEFF" + text).getBytes(charset);
    }

    @Test
    void shouldFailBytesThatAreNotUtf8InsteadOfMakingOneKeyOfThem() throws IOException {
        InputRun csv = csv(CSV.getBytes(ISO_8859_1));
        csv.assertReasons("line 2: not UTF-8: byte 0xFC after 'M'", "line 3: not UTF-8: byte 0xF6 after 'M'");
        assertEquals(Map.of(), csv.totals());

        InputRun lines = InputRun.ofFile(folder, "a.txt", LINES.getBytes(ISO_8859_1));
        lines.assertReasons("byte 0xFC after 'name=M'", "byte 0xF6 after 'name=M'");

        InputRun regex = InputRun.ofFile(folder, "a.txt", LINES.getBytes(ISO_8859_1), "--key-regex", "name=(.*)");
        regex.assertReasons("byte 0xFC", "byte 0xF6");

        InputRun json = InputRun.ofFile(folder, "a.json", JSON.getBytes(ISO_8859_1), "--key", "name", "--sum", "n");
        json.assertReasons("byte 0xFC", "byte 0xF6");
    }

    @Test
    void shouldFailOnlyTheRecordsWhoseBytesAreNotUtf8() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write("name,n\nMüller,1\n".getBytes(UTF_8));
        bytes.write("Möller,2\n\"Mö\nller\",4\n".getBytes(ISO_8859_1));
        bytes.write("Müller,8\n".getBytes(UTF_8));
        InputRun run = csv(bytes.toByteArray());
        run.assertReasons("line 3: not UTF-8", "line 4: not UTF-8");
        assertEquals(Map.of("Müller", "2 [9]"), run.totals());
    }

    /** They stand for characters that have shorter or other bytes, or for none: a lenient decoder takes them. */
    @ParameterizedTest
    @ValueSource(strings = {"c0af", "e080af", "eda0bdedb880", "eda080", "f4908080", "80", "c3", "e282"})
    void shouldFailOverlongAndHalfAndForbiddenForms(String bytes) throws IOException {
        byte[] odd = HexFormat.of().parseHex(bytes);
        for (String[] options : new String[][] {
            {"--format", "lines"}, {"--format", "json", "--key", "k"}, {"--format", "json", "--key-regex", "k"}
        }) {
            ByteArrayOutputStream record = new ByteArrayOutputStream();
            record.write("{\"k\":\"".getBytes(UTF_8));
            record.write(odd);
            record.write("\"}\n{\"k\":\"good\"}\n".getBytes(UTF_8));
            InputRun run = InputRun.ofStandardInput(folder, record.toByteArray(), options);
            run.assertReasons(
                    "line 1: not UTF-8: byte 0x" + bytes.substring(0, 2).toUpperCase(Locale.ROOT));
            assertEquals(1, run.totals().size());
        }
    }

    @Test
    void shouldReadOtherCharsets() throws IOException {
        Map<String, String> expected = Map.of("Müller", "1 [1]", "Möller", "1 [2]");
        for (String name : new String[] {"ISO-8859-1", "latin1", "windows-1252", "UTF-16LE", "utf-8", "IBM850"}) {
            csv(CSV.getBytes(Charset.forName(name)), "--charset", name).assertTotals(expected);
            InputRun.ofFile(
                            folder,
                            "a.json",
                            JSON.getBytes(Charset.forName(name)),
                            "--charset",
                            name,
                            "--key",
                            "name",
                            "--sum",
                            "n")
                    .assertTotals(expected);
        }
        InputRun.ofStandardInput(folder, LINES.getBytes(ISO_8859_1), "--charset", "latin1", "--key-regex", "name=(.*)")
                .assertTotals(Map.of("Müller", "1 []", "Möller", "1 []"));
    }

    @Test
    void shouldTellUtf16AndUtf32ByTheirByteOrderMark() throws IOException {
        Map<String, String> expected = Map.of("Müller", "1 [1]", "Möller", "1 [2]");
        for (String name : new String[] {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}) {
            csv(marked(CSV, Charset.forName(name))).assertTotals(expected);
            csv(marked(CSV, Charset.forName(name)), "--charset", name).assertTotals(expected);
        }
        csv(marked(CSV, UTF_16LE), "--charset", "UTF-16").assertTotals(expected);
    }

    @Test
    void shouldRefuseACharsetThatContradictsTheByteOrderMark() throws IOException {
        csv(marked(CSV, UTF_8), "--charset", "latin1").assertRefused("--charset ISO-8859-1", "mark of UTF-8");
        csv(marked(CSV, UTF_16BE), "--charset", "UTF-16LE").assertRefused("--charset UTF-16LE", "mark of UTF-16BE");
        csv(marked(CSV, UTF_16BE), "--charset", "UTF-8").assertRefused("--charset UTF-8", "mark of UTF-16BE");
    }

    @Test
    void shouldRefuseUtf16WithoutAByteOrderMarkUnlessItIsNamed() throws IOException {
        csv(CSV.getBytes(UTF_16LE)).assertRefused("a.csv looks like UTF-16", "--charset UTF-16LE");
        csv(CSV.getBytes(UTF_16BE)).assertRefused("--charset UTF-16BE");
        csv(CSV.getBytes(UTF_16BE), "--charset", "UTF-16").assertRefused("UTF-16LE from UTF-16BE");
    }

    @Test
    void shouldFailWhatAnotherCharsetDoesNotHave() throws IOException {
        byte[] bytes = "name,n\nM\u0081ller,1\nann,2\n".getBytes(ISO_8859_1);
        InputRun run = csv(bytes, "--charset", "windows-1252");
        run.assertReasons("line 2: not windows-1252");
        assertEquals(Map.of("ann", "1 [2]"), run.totals());

        String halfOfAPair = "name,n\nM\uD800ller,1\nann,2\n";
        ByteBuffer utf16 = ByteBuffer.allocate(2 * halfOfAPair.length()).order(ByteOrder.LITTLE_ENDIAN);
        utf16.asCharBuffer().put(halfOfAPair);
        InputRun half = csv(utf16.array(), "--charset", "UTF-16LE");
        half.assertReasons("line 2: not UTF-16LE: the byte or bytes after 'M'");
        assertEquals(Map.of("ann", "1 [2]"), half.totals());
    }

    @Test
    void shouldRefuseCharsetsThatAreNone() throws IOException {
        csv(CSV.getBytes(UTF_8), "--charset", "latin-99").assertRefused("--charset 'latin-99'", "windows-1252");
        csv(CSV.getBytes(UTF_8), "--charset", "no charset").assertRefused("--charset 'no charset'");
    }

    @Test
    void shouldRefuseBytesThatAreNoText() throws IOException {
        byte[] bytes = {'a', 'b', 0, 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', '\n'};
        InputRun.ofFile(folder, "a.dat", bytes).assertRefused("a.dat is not text: byte 2 of it is 0");
    }
}
