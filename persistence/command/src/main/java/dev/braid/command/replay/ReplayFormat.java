package dev.braid.command.replay;

import dev.braid.command.CodecText;
import dev.braid.command.Console;

/** Formats in which {@code replay} prints results. */
enum ReplayFormat {
    JSON,
    CSV,
    RAW,
    COUNT;

    /**
     * Creates a writer.
     *
     * @param codec turns records into text, {@code null} to print their bytes.
     */
    ResultWriter writer(Console console, CodecText codec) {
        return switch (this) {
            case JSON -> new JsonResults(console.jsonOut(), codec);
            case CSV -> new CsvResults(console.out(), codec);
            case RAW -> new RawResults(console.out(), codec);
            case COUNT -> new ResultCount(console.out());
        };
    }
}
