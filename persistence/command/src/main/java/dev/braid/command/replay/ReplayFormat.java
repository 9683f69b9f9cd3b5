package dev.braid.command.replay;

import dev.braid.command.CodecText;
import java.io.OutputStream;

/** How {@code replay} prints results. */
enum ReplayFormat {
    JSON,
    CSV,
    RAW,
    COUNT;

    /**
     * Makes a writer.
     *
     * @param out   need not be buffered.
     * @param codec makes text of records, {@code null} to print their bytes.
     */
    ResultWriter writer(OutputStream out, CodecText codec) {
        return switch (this) {
            case JSON -> new JsonResults(out, codec);
            case CSV -> new CsvResults(out, codec);
            case RAW -> new RawResults(out, codec);
            case COUNT -> new ResultCount(out);
        };
    }
}
