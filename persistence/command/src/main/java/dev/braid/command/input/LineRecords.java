package dev.braid.command.input;

import java.io.IOException;

/** Takes each line as a record. Its key is what the regular expression finds, or without one the whole line. */
final class LineRecords implements RecordSource {
    private final RawRecords lines;
    private final KeyRegex keyRegex;

    /** @param keyRegex may be {@code null}. */
    LineRecords(RawRecords lines, KeyRegex keyRegex) {
        this.lines = lines;
        this.keyRegex = keyRegex;
    }

    @Override
    public boolean next() throws IOException {
        return lines.next();
    }

    @Override
    public void fill(KeyedRecord record) {
        record.begin(lines.lineNumber());
        String problem = lines.problem();
        if (problem != null) {
            record.fail(problem);
        } else if (lines.length() == 0) {
            record.fail("empty line");
        } else if (keyRegex == null) {
            fillWithLine(lines.text(), record);
        } else {
            keyRegex.fill(lines.text(), record);
        }
    }

    /** Lines that end otherwise would be one key, or one that differs from others by what nobody sees. */
    private static void fillWithLine(String line, KeyedRecord record) {
        if (line.indexOf('\r') >= 0) {
            record.fail("a carriage return in the key: lines must end with a line feed");
        } else {
            record.key(line);
        }
    }
}
