package dev.braid.command.run;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.StringArrayHandler;
import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Comma-separated values after RFC 4180, with a header line.
 * <p>
 * Records are told apart here, and each is parsed on its own: so a malformed one is a FAILED record, and does not end the
 * reading of all; its raw text is there for a regular expression; and a quote that is never closed costs bounded memory.
 */
final class CsvRecords implements RecordSource {
    private final CsvReader.CsvReaderBuilder csv = CsvReader.builder();
    private final LineReader lines;
    private final KeyRegex keyRegex;
    private final List<String> sumFields;
    private final int maxLength;

    private final int columns;
    private final int keyColumn;
    private final int[] sumColumns;

    private String text;
    private long line;
    private String problem;

    /**
     * Reads the header. Either {@code keyField} or {@code keyRegex} is {@code null}.
     *
     * @throws UsageException if it lacks one of the fields.
     */
    CsvRecords(LineReader lines, String keyField, KeyRegex keyRegex, List<String> sumFields, int maxLength)
            throws IOException {
        this.lines = lines;
        this.keyRegex = keyRegex;
        this.sumFields = sumFields;
        this.maxLength = maxLength;
        List<String> header = next() ? header() : List.of();
        this.columns = header.size();
        this.keyColumn = keyField == null ? -1 : column("--key", keyField, header);
        this.sumColumns = sumFields.stream()
                .mapToInt(field -> column("--sum", field, header))
                .toArray();
    }

    private List<String> header() {
        if (problem != null) {
            throw new UsageException("the CSV header in line 1 is malformed: " + problem);
        }
        if (text.isBlank()) {
            throw new UsageException("the CSV header in line 1 is blank: it must name the fields");
        }
        try {
            return Arrays.asList(parse());
        } catch (CsvParseException e) {
            throw new UsageException("the CSV header in line 1 is malformed: " + Texts.messageOf(e));
        }
    }

    private int column(String option, String field, List<String> header) {
        int column = header.indexOf(field);
        if (column < 0 && !header.isEmpty()) {
            throw new UsageException(
                    option + " " + Texts.quote(field) + " is not in the CSV header: " + String.join(", ", header));
        }
        return column;
    }

    @Override
    public boolean next() throws IOException {
        if (!lines.next()) {
            return false;
        }
        line = lines.lineNumber();
        problem = null;
        text = "";
        if (lines.isTooLong()) {
            problem = lines.tooLongReason();
            return true;
        }
        text = lines.text();
        boolean inQuotes = scan(text, false);
        if (inQuotes) {
            nextLines();
        }
        return true;
    }

    /** Adds lines until the quoted field ends in which the first one ended. */
    private void nextLines() throws IOException {
        StringBuilder record = new StringBuilder(text);
        boolean inQuotes = true;
        while (inQuotes) {
            record.append(lines.endsWithCarriageReturn() ? "\r\n" : "\n");
            if (!lines.next()) {
                problem = "a quote is never closed";
                return;
            }
            if (lines.isTooLong() || record.length() + lines.length() > maxLength) {
                problem = "a quoted field is longer than " + maxLength + " bytes";
                return;
            }
            String more = lines.text();
            inQuotes = scan(more, true);
            record.append(more);
        }
        text = record.toString();
    }

    /** Whether a line ends inside a quoted field. Only a quote at a field's start opens one, as for the parser. */
    private boolean scan(String line, boolean startsInQuotes) {
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
                problem = "a carriage return in the middle"; // The parser would take it for the record's end.
            } else {
                inQuotes = fieldStart && c == '"';
                fieldStart = c == ',';
            }
        }
        return inQuotes;
    }

    private String[] parse() {
        return csv.ofSingleCsvRecord(StringArrayHandler.of(), text);
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

    private void fill(String[] fields, KeyedRecord record) {
        if (fields.length != columns) {
            record.fail(fields.length + " fields, but " + columns + " in the header");
            return;
        }
        if (keyRegex != null) {
            keyRegex.fill(text, record);
        } else if (fields[keyColumn].isEmpty()) {
            record.fail("no key: the field is empty");
        } else {
            record.key(fields[keyColumn]);
        }
        for (int i = 0; i < sumColumns.length; i++) {
            String field = fields[sumColumns[i]];
            record.amounts[i] = Decimals.parse(field);
            if (record.amounts[i] == null) {
                record.fail("field " + Texts.quote(sumFields.get(i)) + " is not a number: " + Texts.quote(field));
            }
        }
    }
}
