package dev.braid.command.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.engine.TestSeed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is packed is unpacked, or refused by its name; it is never read as lines. */
class PackedInputTest {
    private static final String CSV = "who,n\nann,1.50\nbob,2\nann,0.25\n";
    private static final Map<String, String> EXPECTED = Map.of("ann", "2 [1.75]", "bob", "1 [2]");
    private static final String[] OPTIONS = {"--key", "who", "--sum", "n"};

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    @TempDir
    private Path folder;

    private interface Packer {
        OutputStream to(OutputStream out) throws IOException;
    }

    private static byte[] packed(byte[] bytes, Packer packer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packing = packer.to(out)) {
            packing.write(bytes);
        }
        return out.toByteArray();
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        return packed(bytes, GZIPOutputStream::new);
    }

    private static Map<String, Packer> packers() {
        return Map.of(
                ".gz", GZIPOutputStream::new,
                ".bz2", BZip2CompressorOutputStream::new,
                ".xz", XZCompressorOutputStream::new,
                ".lz4", FramedLZ4CompressorOutputStream::new);
    }

    private static byte[] zip(Object... namesAndContents) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                zip.putNextEntry(new ZipEntry((String) namesAndContents[i]));
                zip.write((byte[]) namesAndContents[i + 1]);
            }
        }
        return out.toByteArray();
    }

    private static String[] csv(String... more) {
        String[] all = Arrays.copyOf(new String[] {"--format", "csv", "--key", "who", "--sum", "n"}, 6 + more.length);
        System.arraycopy(more, 0, all, 6, more.length);
        return all;
    }

    @Test
    void shouldUnpackWhateverTheName() throws IOException {
        for (Map.Entry<String, Packer> packer : packers().entrySet()) {
            byte[] packed = packed(CSV.getBytes(UTF_8), packer.getValue());
            InputRun.ofFile(folder, "a.csv" + packer.getKey(), packed, OPTIONS).assertTotals(EXPECTED);
            InputRun.ofFile(folder, "a.csv", packed, OPTIONS).assertTotals(EXPECTED);
            InputRun.ofStandardInput(folder, packed, csv()).assertTotals(EXPECTED);
        }
    }

    @Test
    void shouldReadAllMembersThatFollowOneAnother() throws IOException {
        for (Packer packer : packers().values()) {
            ByteArrayOutputStream members = new ByteArrayOutputStream();
            for (String line : CSV.split("(?<=\n)")) {
                members.write(packed(line.getBytes(UTF_8), packer));
            }
            InputRun.ofStandardInput(folder, members.toByteArray(), csv()).assertTotals(EXPECTED);
        }
    }

    @Test
    void shouldReportWhatIsCutOffAfterWhatCouldBeRead() throws IOException {
        for (Map.Entry<String, Packer> packer : packers().entrySet()) {
            byte[] packed = packed(CSV.getBytes(UTF_8), packer.getValue());
            InputRun run = InputRun.ofFile(folder, "a.csv", Arrays.copyOf(packed, packed.length - 3), OPTIONS);
            assertEquals(1, run.braid().status(), packer.getKey() + run.braid().err());
            assertTrue(
                    run.braid().err().contains("cannot read "),
                    packer.getKey() + run.braid().err());
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void shouldReadAllRecordsBeforeItReportsBytesBehindTheEnd() throws IOException {
        for (Map.Entry<String, Packer> packer : packers().entrySet()) {
            for (String text : new String[] {CSV, CSV.stripTrailing()}) {
                byte[] packed = packed(text.getBytes(UTF_8), packer.getValue());
                String name = packer.getKey();
                InputRun run =
                        InputRun.ofStandardInput(folder, concat(packed, "rubbish\nann,1\n".getBytes(UTF_8)), csv());
                assertEquals(EXPECTED, run.totals(), name);
                assertEquals(1, run.braid().status(), name);
                assertTrue(
                        run.braid()
                                .err()
                                .contains("after 3 records, behind its end there are bytes that are not packed"),
                        name + run.braid().err());
            }
        }
    }

    @Test
    void shouldTakeZerosBehindTheEndForPadding() throws IOException {
        for (Packer packer : packers().values()) {
            byte[] packed = concat(packed(CSV.getBytes(UTF_8), packer), new byte[1000]);
            InputRun.ofStandardInput(folder, packed, csv()).assertTotals(EXPECTED);
        }
    }

    /** As many as gzip itself gets out of it. */
    @Test
    void shouldReadEveryRecordBeforeACut() throws IOException {
        Random random = seed.random();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            lines.append(random.nextInt(50)).append('\n');
        }
        byte[] packed = gzip(lines.toString().getBytes(UTF_8));
        for (int round = 0; round < 5; round++) {
            int length = 100 + random.nextInt(packed.length - 100);
            byte[] cut = Arrays.copyOf(packed, length);
            InputRun run = InputRun.ofFile(folder, "a.gz", cut);
            assertEquals(1, run.braid().status(), run.braid().err());
            String expected = "after " + wholeLines(cut) + " records, it ends too early";
            assertTrue(
                    run.braid().err().contains(expected),
                    expected + ": " + run.braid().err());
        }
    }

    private static int wholeLines(byte[] cut) throws IOException {
        int lines = 0;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(cut))) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                lines += b == '\n' ? 1 : 0;
            }
        } catch (EOFException e) {
            return lines;
        }
        throw new AssertionError("it was not cut");
    }

    @Test
    void shouldReportDamageInAFewWords() throws IOException {
        Random random = seed.random();
        for (Map.Entry<String, Packer> packer : packers().entrySet()) {
            byte[] packed = packed(CSV.repeat(100).getBytes(UTF_8), packer.getValue());
            for (int round = 0; round < 20; round++) {
                byte[] damaged = packed.clone();
                damaged[8 + random.nextInt(damaged.length - 8)] ^= (byte) (1 << random.nextInt(8));
                Braid braid = Braid.withInput(
                        new ByteArrayInputStream(damaged),
                        "run",
                        "--input",
                        "-",
                        "--format",
                        "csv",
                        "--key",
                        "who",
                        "--journal",
                        folder.resolve(packer.getKey() + round).toString());
                assertFalse(braid.err().contains("\tat "), packer.getKey() + ": " + braid.err());
                assertFalse(braid.err().contains("Exception"), packer.getKey() + ": " + braid.err());
            }
        }
    }

    @Test
    void shouldUnpackTextOfAnyCharset() throws IOException {
        byte[] utf16 = ("\uFEFF" + CSV).getBytes(UTF_16LE);
        InputRun.ofFile(folder, "a.csv.gz", gzip(utf16), OPTIONS).assertTotals(EXPECTED);
        byte[] latin1 = "who,n\nMüller,1\n".getBytes(ISO_8859_1);
        InputRun.ofStandardInput(folder, packed(latin1, BZip2CompressorOutputStream::new), csv("--charset", "latin1"))
                .assertTotals(Map.of("Müller", "1 [1]"));
    }

    @Test
    void shouldUnpackWhatIsPackedTwice() throws IOException {
        byte[] twice = gzip(gzip(CSV.getBytes(UTF_8)));
        InputRun.ofFile(folder, "a.csv", twice, OPTIONS).assertTotals(EXPECTED);
        InputRun.ofFile(folder, "a.csv", gzip(gzip(gzip(twice))), OPTIONS).assertRefused("packed more than 4 times");
    }

    @Test
    void shouldReadTheOnlyFileOfAnArchiveByItsOwnFormat() throws IOException {
        byte[] csv = CSV.getBytes(UTF_8);
        InputRun.ofFile(folder, "a.zip", zip("in/", new byte[0], "in/x.csv", csv), OPTIONS)
                .assertTotals(EXPECTED);
        InputRun.ofFile(folder, "a.dat", zip("x.csv", csv, "__MACOSX/x.csv", csv), OPTIONS)
                .assertTotals(EXPECTED);
        InputRun.ofFile(
                        folder,
                        "a.zip",
                        zip("x.tsv.gz", gzip(CSV.replace(',', '\t').getBytes(UTF_8))),
                        OPTIONS)
                .assertTotals(EXPECTED);
    }

    @Test
    void shouldRefuseAnEncryptedArchive() throws IOException {
        byte[] zip = zip("x.csv", CSV.getBytes(UTF_8));
        String bytes = new String(zip, ISO_8859_1);
        zip[bytes.indexOf("PK\3\4") + 6] |= 1; // As both headers of an entry say.
        zip[bytes.indexOf("PK\1\2") + 8] |= 1;
        InputRun.ofFile(folder, "a.zip", zip, OPTIONS).assertRefused("a.zip: is an encrypted zip archive: unpack it");
    }

    @Test
    void shouldAskForAFileOfAnArchiveOfSeveral() throws IOException {
        byte[] csv = CSV.getBytes(UTF_8);
        InputRun.ofFile(folder, "a.zip", zip("x.csv", csv, "y.csv", csv), OPTIONS)
                .assertRefused("a.zip: is an archive of 2 files", "a.zip!/x.csv, or y.csv");
        InputRun.ofFile(folder, "a.zip", zip("in/", new byte[0]), OPTIONS).assertRefused("an archive without a file");
        InputRun.ofFile(folder, "a.xlsx", zip("[Content_Types].xml", csv, "xl/workbook.xml", csv), OPTIONS)
                .assertRefused("a.xlsx: is a workbook", "save it as CSV");
        InputRun.ofStandardInput(folder, zip("x.csv", csv), csv()).assertRefused("standard input is a zip archive");
        InputRun.ofFile(folder, "a.csv.gz", gzip(zip("x.csv", csv)), OPTIONS).assertRefused("is a zip archive");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "28b52ffd24500000 | packed by zstd: unpack it, as by zstd -dc",
                "1f9d90616263 | packed by compress",
                "377abcaf271c0004 | a 7z archive",
                "526172211a0700 | a RAR archive",
                "504152311504150415 | a Parquet file",
                "4f626a0104 | an Avro file",
                "4152524f57310000 | an Arrow file",
                "53514c69746520666f726d6174203300 | an SQLite database",
                "d0cf11e0a1b11ae1 | an Excel workbook",
                "255044462d312e37 | a PDF document",
                "7f454c460201 | a program",
                "cafebabe0000003d | a Java class",
                "dadafeca0000 | lib/modules: is standard input closed?",
                "d4c3b2a102000400 | a packet capture",
                "89504e470d0a1a0a | a picture"
            })
    void shouldRefuseByItsNameWhatIsNoText(String beginning, String name) throws IOException {
        byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(beginning), 1000);
        InputRun.ofFile(folder, "a", bytes).assertRefused(name);
        InputRun.ofFile(folder, "a.csv", bytes, OPTIONS).assertRefused(name);
        InputRun.ofStandardInput(folder, bytes).assertRefused("standard input is ", name);
        InputRun.ofStandardInput(folder, gzip(bytes)).assertRefused("standard input is ", name);
        InputRun.ofStandardInput(folder, HexFormat.of().parseHex(beginning)).assertRefused(name);
    }

    @Test
    void shouldRefuseATarArchive() throws IOException {
        byte[] tar = new byte[1024];
        System.arraycopy("x.csv".getBytes(UTF_8), 0, tar, 0, 5);
        System.arraycopy("ustar".getBytes(UTF_8), 0, tar, 257, 5);
        InputRun.ofFile(folder, "a.tgz", gzip(tar)).assertRefused("a.tgz is a tar archive: unpack it");
    }

    /** Text may begin as something else does. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BZh",
                "BZh9",
                "BZh91AY",
                "PAR1",
                "Obj",
                "PK",
                "LZIP",
                "ARROW1",
                "SQLite format 3",
                "P",
                "x^",
                "Rar!"
            })
    void shouldTakeTextForText(String line) throws IOException {
        InputRun.ofStandardInput(folder, line + "\n").assertTotals(Map.of(line, "1 []"));
        InputRun.ofStandardInput(folder, line).assertTotals(Map.of(line, "1 []"));
    }
}
