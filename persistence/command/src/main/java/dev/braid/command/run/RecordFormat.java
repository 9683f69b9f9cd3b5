package dev.braid.command.run;

import java.util.Locale;

/** How the input is divided into records and fields. */
enum RecordFormat {
    /** One JSON object per line. */
    JSON,
    /** Comma-separated values, with the names of the fields in the first line. */
    CSV,
    /** Lines without fields. */
    LINES;

    /** The format for the name of a file, of which ".gz" says nothing. */
    static RecordFormat ofFileName(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        if (name.endsWith(".gz")) {
            name = name.substring(0, name.length() - ".gz".length());
        }
        if (name.endsWith(".json") || name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            return JSON;
        }
        return name.endsWith(".csv") ? CSV : LINES;
    }

    String optionValue() {
        return name().toLowerCase(Locale.ROOT);
    }
}
