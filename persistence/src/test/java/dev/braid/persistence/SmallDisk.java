package dev.braid.persistence;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file system of its own, in a file: one that can really be filled. Needs Linux, and privileges. */
final class SmallDisk implements AutoCloseable {
    private static final long SIZE = 128L << 20;
    private static final int TIMEOUT_S = 60;

    private final Path mount;
    private final Path ballast;

    /** @param folder that is made for it. */
    SmallDisk(Path folder) throws IOException, InterruptedException {
        Path image = Files.createDirectories(folder).resolve("image");
        mount = Files.createDirectory(folder.resolve("disk"));
        ballast = mount.resolve("ballast");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(SIZE);
        }
        assumeTrue(
                succeeds("mkfs.ext4", "-q", "-F", image.toString())
                        && succeeds("mount", "-o", "loop", image.toString(), mount.toString()),
                "a file system in a file is not possible here: it needs Linux, mkfs.ext4, and privileges");
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false; // There is no such command.
        }
    }

    Path mount() {
        return mount;
    }

    /** Fills it, up to so many bytes. */
    void fill(long left) throws IOException {
        byte[] block = new byte[1 << 16];
        try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
            while (mount.toFile().getUsableSpace() > left) {
                file.write(block);
            }
        }
    }

    /** Fills it to the last byte, also what only a privileged user may take. */
    void fillUp() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
            for (int length = 1 << 16; length > 0; length /= 2) {
                writeUntilFull(file, new byte[length]);
            }
        }
    }

    private static void writeUntilFull(RandomAccessFile file, byte[] block) throws IOException {
        long before = file.length();
        try {
            while (true) {
                file.write(block);
                before = file.length();
            }
        } catch (IOException e) {
            file.seek(before); // It is full.
        }
    }

    /** Nothing can be written any more. */
    void makeReadOnly() throws InterruptedException {
        assumeTrue(succeeds("mount", "-o", "remount,ro", mount.toString()), "the disk cannot be made read-only");
    }

    /** There is space again. */
    void free() throws IOException {
        Files.delete(ballast);
    }

    @Override
    public void close() throws InterruptedException {
        succeeds("umount", mount.toString());
    }
}
