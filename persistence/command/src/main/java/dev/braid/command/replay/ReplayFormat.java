package dev.braid.command.replay;

import java.io.OutputStream;

/** How {@code replay} prints results. */
enum ReplayFormat {
    JSON,
    CSV,
    RAW,
    COUNT;

    /** @param out need not be buffered. */
    ResultWriter writer(OutputStream out) {
        return switch (this) {
            case JSON -> new JsonResults(out);
            case CSV -> new CsvResults(out);
            case RAW -> new RawResults(out);
            case COUNT -> new ResultCount(out);
        };
    }
}
