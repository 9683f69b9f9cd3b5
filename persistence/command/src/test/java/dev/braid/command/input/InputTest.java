package dev.braid.command.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where records come from, and how they are written. */
class InputTest {
    private static final String JSON = """
        {"who":"ann","n":1.50}
        {"n":2,"more":{"who":"x","n":[7]},"who":"bob"}
        {"who":"ann","n":0.25}\
        """;
    private static final String CSV = """
        who,n,note
        ann,1.50,
        bob,2,"says ""hi"",
        on two lines"
        "ann",0.25,x
        """;
    private static final String LINES = "ann 1.50\nbob 2\r\nann 0.25\n";

    @TempDir
    private Path folder;

    private Map<?, ?> totals(Braid run, Path summary) throws IOException {
        assertEquals(0, run.status(), run.err());
        return Json.object(Files.readString(summary));
    }

    private void check(InputStream input, String... options) throws IOException {
        Path journal = Files.createTempDirectory(folder, "journal");
        Path summary = folder.resolve("summary.json");
        String[] args = Arrays.copyOf(options, options.length + 5);
        System.arraycopy(options, 0, args, 1, options.length);
        args[0] = "run";
        args[options.length + 1] = "--journal";
        args[options.length + 2] = journal.toString();
        args[options.length + 3] = "--summary";
        args[options.length + 4] = summary.toString();

        Map<?, ?> totals = totals(Braid.withInput(input, args), summary);

        assertEquals("3", totals.get("processed"));
        assertEquals("3", totals.get("records"));
        boolean sums = Arrays.asList(options).contains("--sum");
        assertEquals(sums ? Map.of("n", "3.75") : Map.of(), totals.get("sums"));
        String last = Braid.run("replay", journal.toString(), "--format", "raw")
                .lines()
                .get(2);
        assertEquals("{\"key\":\"ann\",\"count\":2,\"sums\":{" + (sums ? "\"n\":\"1.75\"" : "") + "}}", last);
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(utf8(text));
        }
        return bytes.toByteArray();
    }

    private static InputStream none() {
        return InputStream.nullInputStream();
    }

    @Test
    void shouldTellTheFormatByTheNameOfTheFile() throws IOException {
        for (String name : new String[] {"a.json", "b.jsonl", "c.ndjson"}) {
            check(none(), "--input", file(name, utf8(JSON)).toString(), "--key", "who", "--sum", "n");
        }
        check(none(), "--input", file("d.csv", utf8(CSV)).toString(), "--key", "who", "--sum", "n");
        check(none(), "--input", file("e.log", utf8(LINES)).toString(), "--key-regex", "^\\w+");
        check(none(), "--input", file("f.JSON.gz", gzip(JSON)).toString(), "--key", "who", "--sum", "n");
    }

    @Test
    void shouldFindTheKeyByRegexInEveryFormat() throws IOException {
        String json = file("a", utf8(JSON)).toString();
        String csv = file("b", utf8(CSV)).toString();
        String lines = file("c", utf8(LINES)).toString();
        check(none(), "--input", json, "--format", "json", "--key-regex", "\"who\":\"(ann|bob)\"", "--sum", "n");
        check(none(), "--input", csv, "--format", "csv", "--key-regex", "^\"?(\\w+)[^x]*", "--sum", "n");
        check(none(), "--input", lines, "--format", "lines", "--key-regex", "(\\w+) \\d");
    }

    @Test
    void shouldTakeTheWholeLineForTheKeyWhereNoneIsGiven() throws IOException {
        check(new ByteArrayInputStream(utf8("ann\nbob\nann\n")), "--input", "-");
    }

    @Test
    void shouldReadGzipWhateverItsName() throws IOException {
        check(none(), "--input", file("a.csv", gzip(CSV)).toString(), "--key", "who", "--sum", "n");
        check(new ByteArrayInputStream(gzip(JSON)), "--input", "-", "--format", "json", "--key", "who", "--sum", "n");
    }

    @Test
    void shouldReadAllMembersOfGzipThatComesSlowly() throws IOException {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        for (String line : LINES.split("(?<=\n)")) {
            members.write(gzip(line));
        }
        // A byte at a time, and never one that is available at once.
        InputStream slowly = new ByteArrayInputStream(members.toByteArray()) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, 1));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
        check(slowly, "--input", "-", "--key-regex", "^\\w+");
    }

    @Test
    void shouldReadAnEntryOfAJar() throws IOException {
        Path jar = folder.resolve("data.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("in/orders.json"));
            zip.write(utf8(JSON));
        }
        check(none(), "--input", jar + "!/in/orders.json", "--key", "who", "--sum", "n");
        Braid absent = Braid.run("run", "--input", jar + "!/in/absent.json", "--key", "who");
        assertEquals(2, absent.status());
        assertTrue(absent.err().contains("in/absent.json"), absent.err());
    }

    @Test
    void shouldSkipAByteOrderMark() throws IOException {
        byte[] marked = utf8("\uFEFF" + CSV);
        check(none(), "--input", file("a.csv", marked).toString(), "--key", "who", "--sum", "n");
    }

    @Test
    void shouldReportAFileThatBecomesShorterWhileItIsRead() throws IOException {
        Path file =
                Files.write(folder.resolve("lines"), "line\n".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        try (InputSource source = InputSource.open(file.toString(), InputStream.nullInputStream(), null)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(300_000);
            }
            IOException e =
                    assertThrows(IOException.class, () -> source.stream().readAllBytes());
            assertEquals("it ends after 300000 bytes, but had 500000 when it was opened", e.getMessage());
        }
    }

    @Test
    void shouldReadAFileThatBecomesLongerToItsEnd() throws IOException {
        Path file = Files.writeString(folder.resolve("lines"), "a\n".repeat(100_000));
        try (InputSource source = InputSource.open(file.toString(), InputStream.nullInputStream(), null)) {
            Files.writeString(file, "b\n", StandardOpenOption.APPEND);
            assertEquals(200_002, source.stream().readAllBytes().length);
        }
    }

    @Test
    void shouldAcceptEmptyInput() throws IOException {
        for (String format : new String[] {"json", "csv", "lines"}) {
            Path summary = folder.resolve("summary.json");
            String[] key = {"--key-regex", "x"};
            Braid run = Braid.run(
                    "run", "--input", "-", "--format", format, key[0], key[1], "--summary", summary.toString());
            Map<?, ?> totals = totals(run, summary);
            assertEquals("0", totals.get("records"));
            assertEquals("-1", totals.get("lowWatermark"));
        }
    }

    @Test
    void shouldReportTruncatedGzipAfterWhatCouldBeRead() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append(Integer.toHexString(i * 0x9E3779B9)).append('\n');
        }
        byte[] whole = gzip(text.toString());
        Path truncated = file("a.gz", Arrays.copyOf(whole, whole.length / 2));
        Path summary = folder.resolve("summary.json");
        Path journal = folder.resolve("journal");

        Braid run = Braid.run(
                "run",
                "--input",
                truncated.toString(),
                "--journal",
                journal.toString(),
                "--summary",
                summary.toString());

        assertEquals(1, run.status());
        assertTrue(run.err().contains(truncated.toString()), run.err());
        String records = (String) Json.object(Files.readString(summary)).get("records");
        assertTrue(Long.parseLong(records) > 1000, records);
        assertEquals(
                records,
                Braid.run("replay", journal.toString(), "--format", "count")
                        .text()
                        .strip());
    }

    @Test
    void shouldReportWhatFollowsGzipAndIsNone() throws IOException {
        byte[] truncatedHeader = Arrays.copyOf(gzip("lost\n"), 5);
        byte[] wrongMethod = gzip("lost\n");
        wrongMethod[2] = 7;
        byte[] badChecksum = gzip("lost\n");
        badChecksum[badChecksum.length - 8] ^= 1;
        for (byte[] more : new byte[][] {utf8("x"), utf8("garbage of some length\n"), truncatedHeader, wrongMethod}) {
            checkReported(1, more);
            checkReported(1000, more);
        }
        checkReported(1, badChecksum);
    }

    /** What follows a good member is reported, and the run still ends in order. */
    private void checkReported(int records, byte[] more) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(gzip("a\n".repeat(records)));
        bytes.write(more);
        Path summary = folder.resolve("summary.json");
        Path input = file("a.gz", bytes.toByteArray());
        Braid run = Braid.run("run", "--input", input.toString(), "--summary", summary.toString());
        assertEquals(1, run.status());
        assertTrue(run.err().contains("cannot read " + input + " to its end"), run.err());
        assertTrue(Files.exists(summary));
    }

    @Test
    void shouldReadGzipWithEverythingAHeaderCanHave() throws IOException {
        byte[] plain = gzip(LINES);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(plain, 0, 3);
        bytes.write(2 | 4 | 8 | 16); // Checksum, extra field, name and comment.
        bytes.write(plain, 4, 6);
        bytes.write(new byte[] {6, 0, 'x', 'y', 2, 0, 1, 2});
        bytes.write(utf8("name\0comment\0"));
        bytes.write(new byte[] {1, 2});
        bytes.write(plain, 10, plain.length - 10);
        check(new ByteArrayInputStream(bytes.toByteArray()), "--input", "-", "--key-regex", "^\\w+");
    }

    @Test
    void shouldReadAPipe() throws IOException, InterruptedException {
        for (byte[] bytes : new byte[][] {utf8(LINES), gzip(LINES)}) {
            Path pipe = folder.resolve("pipe");
            assertEquals(
                    0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
            Thread writer = new Thread(() -> {
                try {
                    Files.write(pipe, bytes);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            writer.start();
            check(none(), "--input", pipe.toString(), "--key-regex", "^\\w+");
            writer.join();
            Files.delete(pipe);
        }
    }

    @Test
    void shouldReportAJarThatIsNone() throws IOException {
        Braid run = Braid.run("run", "--input", file("a.jar", utf8("no jar")) + "!/x");
        assertEquals(2, run.status());
        assertTrue(run.err().contains("a.jar is neither a zip archive nor a jar"), run.err());
    }

    @Test
    void shouldFailForAJarThatIsDamaged() throws IOException {
        Braid run = Braid.run("run", "--input", file("a.jar", utf8("PK\3\4 no jar")) + "!/x");
        assertEquals(1, run.status(), run.err());
        assertTrue(run.err().contains("a.jar: zip END header not found"), run.err());
    }

    @Test
    void shouldPaceRecords() throws IOException {
        Path summary = folder.resolve("summary.json");
        for (String threads : new String[] {"shared", "invoker"}) {
            String input = "x\n".repeat(101);
            Braid run = Braid.withInput(
                    input,
                    "run",
                    "--input",
                    "-",
                    "--rate",
                    "1000/s",
                    "--threads",
                    threads,
                    "--summary",
                    summary.toString());
            double seconds = Double.parseDouble((String) totals(run, summary).get("seconds"));
            assertTrue(seconds >= 0.1, "100 intervals of 1 ms in " + seconds + " s");
        }
    }
}
