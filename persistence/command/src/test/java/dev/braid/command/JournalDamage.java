package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Damages journals on disk. */
public final class JournalDamage {
    private JournalDamage() {}

    /** Changes one byte of the last result, or else the head, that has this text. */
    public static void damage(Path folder, String text) throws IOException {
        Path data = dataFile(folder);
        String content = Files.readString(data, StandardCharsets.ISO_8859_1);
        int position = content.lastIndexOf(text);
        assertTrue(position > 0);
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'N'}), position);
        }
    }

    /** Of a journal with one segment. */
    public static Path dataFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
