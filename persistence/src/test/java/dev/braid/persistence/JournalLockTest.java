package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalLockTest {
    private static final Path LOCKS_OF_THE_SYSTEM = Path.of("/proc/locks");

    @TempDir
    Path dir;

    @Test
    void shouldLeaveALockAloneThatAnotherClassLoaderHolds() throws IOException {
        writeRun(dir, 1, 0);
        Path file = dir.resolve(JournalLock.FILE_NAME);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.lock(); // As a copy of JournalLock would.
            for (int i = 0; i < 3; i++) {
                assertTrue(JournalLock.isHeld(dir));
                JournalLockedException e = assertThrows(JournalLockedException.class, () -> open(dir));
                assertEquals("journal " + dir + " is being written by this process", e.getMessage());
                System.gc();
            }
            assumeTrue(Files.exists(LOCKS_OF_THE_SYSTEM));
            assertTrue(isLocked(file));
        }
        assertFalse(JournalLock.isHeld(dir));
        open(dir).close();
    }

    private static boolean isLocked(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
        return Files.readAllLines(LOCKS_OF_THE_SYSTEM).stream().anyMatch(line -> line.contains(inode));
    }
}
