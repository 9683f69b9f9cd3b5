package dev.braid.command.input;

import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of a run that select its input and format. */
public final class InputOptions {
    @Option(
            names = "--input",
            paramLabel = "FILE",
            description =
                    "Where records come from: a file, an entry of a zip archive or a jar (some.jar!/entry), or - for "
                            + "standard input. What is packed by gzip, bzip2, xz or lz4 is unpacked, and so is an archive of one file.")
    private String input;

    @Option(
            names = "--format",
            paramLabel = "json|csv|lines",
            description =
                    "json: objects, one per line, or in an array, or over several lines. csv: the first line names "
                            + "the fields. lines: no fields. By default the file's name decides; if it does not tell, lines.")
    private RecordFormat format;

    @Option(
            names = "--charset",
            paramLabel = "NAME",
            description =
                    "How the text is encoded, as windows-1252. By default as its byte order mark says, else UTF-8; "
                            + "records that are not are FAILED.")
    private String charset;

    @Option(
            names = "--delimiter",
            paramLabel = "C",
            description =
                    "What divides the fields of csv, as ';', '|' or tab. By default what a first line sep=C says; tab "
                            + "if the file's name ends in .tsv; else a comma.")
    private String delimiter;

    @Option(
            names = "--decimal-comma",
            description = "Numbers are written as 1234,50 or 1.234,50, in csv or in strings of json.")
    private boolean decimalComma;

    @Option(
            names = "--key",
            paramLabel = "FIELD",
            description =
                    "The field that is the key, of json or csv. In json, user.id is the field id of the object user.")
    private String key;

    @Option(
            names = "--key-regex",
            paramLabel = "RE",
            description =
                    "Finds the key in the raw record: the first group of the regular expression, else all that it "
                            + "matches. The syntax is RE2's, without back references and look-around. With lines and neither "
                            + "option, the whole line is the key.")
    private String keyRegex;

    @Option(
            names = "--sum",
            paramLabel = "FIELD",
            description = "A field to be summed up, in exact decimals. May be repeated.")
    private List<String> sums = new ArrayList<>();

    /** Whether FoodMart is run, by its own key. */
    public boolean isFoodMartByStore() {
        return input == null && key == null && keyRegex == null;
    }

    /** @throws UsageException if the options are contradictory. */
    public InputSettings settings() throws IOException {
        RecordFormat inputFormat = format();
        if (key != null && keyRegex != null) {
            throw new UsageException("--key " + Texts.quote(key) + " and --key-regex exclude each other");
        }
        String keyField = isFoodMartByStore() ? FoodMart.KEY : key;
        if (inputFormat == RecordFormat.LINES) {
            checkNoFields();
        } else if (keyField == null && keyRegex == null) {
            throw new UsageException("--format " + inputFormat.optionValue() + " needs --key or --key-regex");
        }
        if (charset != null && input == null) {
            throw new UsageException("--charset " + Texts.quote(charset) + " needs --input: FoodMart is UTF-8");
        }
        return new InputSettings(
                input,
                inputFormat,
                charset == null ? null : TextEncoding.charset("--charset", charset),
                dialect(inputFormat),
                keyField,
                keyRegex == null ? null : KeyRegex.compile(keyRegex),
                sumFields());
    }

    private RecordFormat format() throws IOException {
        if (input != null) {
            return format != null ? format : RecordFormat.ofFileName(InputSource.fileName(input));
        }
        if (format != null && format != FoodMart.FORMAT) {
            throw new UsageException("--format " + format.optionValue() + " needs --input: FoodMart is json");
        }
        return FoodMart.FORMAT;
    }

    private void checkNoFields() {
        if (key != null) {
            throw new UsageException("--key " + Texts.quote(key)
                    + ": lines have no fields; use --key-regex, or --format" + " json or csv");
        }
        if (!sums.isEmpty()) {
            throw new UsageException(
                    "--sum " + Texts.quote(sums.get(0)) + ": lines have no fields; use --format json or csv");
        }
        if (decimalComma) {
            throw new UsageException("--decimal-comma: lines have no fields; use --format json or csv");
        }
    }

    private CsvDialect dialect(RecordFormat inputFormat) throws IOException {
        if (delimiter != null && inputFormat != RecordFormat.CSV) {
            throw new UsageException("--delimiter " + Texts.quote(delimiter) + ": " + inputFormat.optionValue()
                    + " has none; use --format csv");
        }
        boolean isTabbed = delimiter == null && input != null && RecordFormat.isTabbed(InputSource.fileName(input));
        return delimiter != null
                ? new CsvDialect(CsvDialect.delimiter(delimiter), true, decimalComma)
                : new CsvDialect(isTabbed ? '\t' : ',', false, decimalComma);
    }

    private List<String> sumFields() {
        if (sums.isEmpty() && input == null) {
            return FoodMart.SUMS;
        }
        HashSet<String> fields = new HashSet<>();
        for (String field : sums) {
            if (!fields.add(field)) {
                throw new UsageException("--sum " + Texts.quote(field) + " is given twice");
            }
        }
        return List.copyOf(sums);
    }
}
