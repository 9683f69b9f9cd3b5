package dev.braid.command.input;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.StringArrayHandler;
import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Values separated by commas according to RFC 4180, or by another delimiter, with a header line.
 * <p>
 * Records are separated here, and each is parsed on its own. A malformed one is therefore a FAILED record and does not end
 * the reading, its raw text is available for a regular expression, and a quote that is never closed costs bounded memory.
 */
final class CsvRecords implements RecordSource {
    private final CsvReader.CsvReaderBuilder csv = CsvReader.builder();
    private final StringArrayHandler.StringArrayHandlerBuilder fields = StringArrayHandler.builder();
    private final LineReader lines;
    private final KeyRegex keyRegex;
    private final List<String> sumFields;
    private final Decimals decimals;

    private final char delimiter;
    private final int columns;
    private final int keyColumn;
    private final int[] sumColumns;

    private String text;
    private long line;
    private String problem;

    /**
     * Reads the header.
     *
     * @throws UsageException if the header lacks one of the required fields.
     */
    CsvRecords(LineReader lines, InputSettings settings) throws IOException {
        this.lines = lines;
        this.keyRegex = settings.keyRegex();
        this.sumFields = settings.sumFields();
        this.decimals = new Decimals(settings.dialect().hasDecimalComma());
        this.fields.maxFields(lines.maxLength).maxFieldSize(lines.maxLength);

        CsvDialect dialect = settings.dialect();
        boolean hasHeader = next(dialect.delimiter());
        CsvDialect ofSeparatorLine = hasHeader ? dialect.ofSeparatorLine(text) : null;
        if (ofSeparatorLine != null) {
            dialect = ofSeparatorLine;
            hasHeader = next(dialect.delimiter());
        }
        this.delimiter = dialect.delimiter();
        this.csv.fieldSeparator(delimiter);
        CsvHeader header = hasHeader ? header(dialect) : new CsvHeader(List.of(), "");
        this.columns = header.size();
        this.keyColumn = settings.keyField() == null ? -1 : header.column("--key", settings.keyField());
        this.sumColumns = sumFields.stream()
                .mapToInt(field -> header.column("--sum", field))
                .toArray();
    }

    private CsvHeader header(CsvDialect dialect) {
        String where = "the CSV header in line " + line + " is ";
        if (problem != null) {
            throw new UsageException(where + "malformed: " + problem);
        }
        if (text.isBlank()) {
            throw new UsageException(where + "blank: it must name the fields");
        }
        try {
            String[] names = parse();
            return new CsvHeader(Arrays.asList(names), names.length == 1 ? dialect.hint(text) : "");
        } catch (CsvParseException e) {
            throw new UsageException(where + "malformed: " + Texts.messageOf(e));
        }
    }

    @Override
    public boolean next() throws IOException {
        return next(delimiter);
    }

    private boolean next(char delimiter) throws IOException {
        if (!lines.next()) {
            return false;
        }
        line = lines.lineNumber();
        problem = lines.problem();
        text = "";
        if (lines.isTooLong) {
            return true;
        }
        text = lines.text();
        if (scan(text, delimiter, false)) {
            nextLines(delimiter);
        }
        return true;
    }

    /** Adds lines until the quoted field in which the first line ended is closed. */
    private void nextLines(char delimiter) throws IOException {
        StringBuilder record = new StringBuilder(text);
        boolean inQuotes = true;
        while (inQuotes) {
            record.append(lines.endsWithCarriageReturn() ? "\r\n" : "\n");
            if (!lines.next()) {
                fail("a quote is never closed: all " + (lines.lineNumber() - line + 1)
                        + " lines to the end of the input are in this record");
                return;
            }
            if (lines.isTooLong || record.length() + lines.length() > lines.maxLength) {
                fail("a quoted field is longer than " + lines.maxLength + " bytes: lines " + line + " to "
                        + lines.lineNumber() + " are lost to it");
                return;
            }
            fail(lines.problem());
            String more = lines.text();
            inQuotes = scan(more, delimiter, true);
            record.append(more);
        }
        text = record.toString();
    }

    /** Only the first problem counts. */
    private void fail(String reason) {
        if (problem == null) {
            problem = reason;
        }
    }

    /** Whether a line ends inside a quoted field. Only a quote at a field's start opens one, as for the parser. */
    private boolean scan(String line, char delimiter, boolean startsInQuotes) {
        boolean inQuotes = startsInQuotes;
        boolean fieldStart = !startsInQuotes;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (inQuotes) {
                if (c == '"') {
                    if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
                        i++;
                    } else {
                        inQuotes = false;
                    }
                }
            } else if (c == '\r') {
                // The parser would take it for the record's end.
                fail("a carriage return in the middle: lines must end with a line feed");
            } else {
                inQuotes = fieldStart && c == '"';
                fieldStart = c == delimiter;
            }
        }
        return inQuotes;
    }

    private String[] parse() {
        return csv.ofSingleCsvRecord(fields.build(), text);
    }

    @Override
    public void fill(KeyedRecord record) {
        record.begin(line);
        if (problem != null) {
            record.fail(problem);
        } else if (text.isEmpty()) {
            record.fail("empty line");
        } else {
            try {
                fill(parse(), record);
            } catch (CsvParseException e) {
                record.fail("not CSV: " + Texts.messageOf(e));
            }
        }
    }

    private void fill(String[] values, KeyedRecord record) {
        if (values.length != columns) {
            record.fail(values.length + " fields, but " + columns + " in the header");
            return;
        }
        if (keyRegex != null) {
            keyRegex.fill(text, record);
        } else if (values[keyColumn].isEmpty()) {
            record.fail("no key: the field is empty");
        } else {
            record.key(values[keyColumn]);
        }
        for (int i = 0; i < sumColumns.length; i++) {
            String value = values[sumColumns[i]];
            record.amounts[i] = decimals.parse(value);
            if (record.amounts[i] == null) {
                record.fail("field " + Texts.quote(sumFields.get(i)) + " " + decimals.problem(value));
            }
        }
    }
}
