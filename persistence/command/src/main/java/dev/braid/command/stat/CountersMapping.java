package dev.braid.command.stat;

import dev.braid.engine.EngineStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * Maps the file of an engine's counters once, and again if the file was replaced or its length changed: bytes mapped behind a
 * file's end must not be read. For one thread.
 */
final class CountersMapping {
    private final Path file;
    private Object key;
    private long length;
    private EngineStats stats;

    CountersMapping(Path file) {
        this.file = file;
    }

    /** @throws IOException if there is no such file, or it does not hold counters. */
    EngineStats stats() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (stats == null || attributes.size() != length || !Objects.equals(attributes.fileKey(), key)) {
            stats = EngineStats.map(file);
            key = attributes.fileKey();
            length = attributes.size();
        }
        return stats;
    }
}
