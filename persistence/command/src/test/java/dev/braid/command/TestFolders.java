package dev.braid.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Folders as a whole. */
public final class TestFolders {
    private TestFolders() {}

    /** Every file and folder, with a checksum of what is in it. */
    public static Map<String, Long> contents(Path dir) throws IOException {
        Map<String, Long> contents = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(dir)) {
            for (Path path : paths.toList()) {
                CRC32C crc = new CRC32C();
                if (Files.isRegularFile(path)) {
                    crc.update(Files.readAllBytes(path));
                }
                contents.put(path.toString(), crc.getValue());
            }
        }
        return contents;
    }

    public static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
