package dev.braid.command.input;

import java.util.List;
import java.util.Locale;

/** Formats by which the input is divided into records and fields. */
public enum RecordFormat {
    /** JSON objects. */
    JSON(List.of(".json", ".jsonl", ".ndjson")),
    /** Values separated by commas or another delimiter, with the names of the fields in the first line. */
    CSV(List.of(".csv", ".tsv")),
    /** Lines without fields. */
    LINES(List.of());

    private static final List<String> PACKED = List.of(".gz", ".bz2", ".xz", ".lz4");

    private final List<String> endings;

    RecordFormat(List<String> endings) {
        this.endings = endings;
    }

    /** Returns the format for the name of a file, ignoring ".gz". */
    static RecordFormat ofFileName(String fileName) {
        String name = withoutPacking(fileName);
        for (RecordFormat format : values()) {
            if (format.endings.stream().anyMatch(name::endsWith)) {
                return format;
            }
        }
        return LINES;
    }

    /** Whether a file's name says that its values are separated by tabs. */
    static boolean isTabbed(String fileName) {
        return withoutPacking(fileName).endsWith(".tsv");
    }

    private static String withoutPacking(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        return PACKED.stream()
                .filter(name::endsWith)
                .findFirst()
                .map(packed -> name.substring(0, name.length() - packed.length()))
                .orElse(name);
    }

    String optionValue() {
        return name().toLowerCase(Locale.ROOT);
    }
}
