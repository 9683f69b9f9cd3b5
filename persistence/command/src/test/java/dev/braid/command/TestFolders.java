package dev.braid.command;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
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

    /** Copies what is there for as long as it takes: a living journal may delete or rename a file meanwhile. */
    public static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                return copyIfThere(folder);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                return copyIfThere(file);
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            private FileVisitResult copyIfThere(Path path) throws IOException {
                try {
                    Files.copy(path, to.resolve(from.relativize(path).toString()));
                } catch (NoSuchFileException e) {
                    if (Files.exists(path)) {
                        throw e;
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
