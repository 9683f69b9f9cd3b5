package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.writeRun;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a manifest: the epoch is that of the file that is in place. */
class ManifestWatchTest {
    @TempDir
    Path dir;

    private Path manifest;
    private ManifestWatch watch;

    @BeforeEach
    void begin() throws IOException {
        writeRun(dir, 1, 0);
        manifest = dir.resolve(ManifestFile.NAME);
        watch = new ManifestWatch(dir);
        assertEquals(1, watch.epochIfWhole());
        assertEquals(1, watch.epochIfWhole());
    }

    @AfterEach
    void end() {
        watch.close();
    }

    @Test
    void shouldSeeEveryWriter() throws IOException {
        for (int epoch = 2; epoch < 20; epoch++) {
            writeRun(dir, 1, epoch - 1);
            assertEquals(epoch, watch.epochIfWhole());
        }
    }

    @Test
    void shouldSeeThatItIsGoneAndBack() throws IOException {
        Path aside = dir.resolveSibling("aside-of-" + dir.getFileName());
        Files.move(manifest, aside);
        assertEquals(0, watch.epochIfWhole());
        Files.move(aside, manifest);
        assertEquals(1, watch.epochIfWhole());
        Files.delete(manifest);
        Files.createDirectory(manifest);
        assertThrows(JournalDamagedException.class, watch::epochIfWhole);
    }

    /** As tools do that copy in place; the time of the file they keep. */
    @Test
    void shouldSeeAnotherOneThatIsCopiedIntoTheFile() throws IOException {
        byte[] first = Files.readAllBytes(manifest);
        FileTime time = Files.getLastModifiedTime(manifest);
        writeRun(dir, 1, 1);
        byte[] second = Files.readAllBytes(manifest);
        assertEquals(2, watch.epochIfWhole());

        Files.write(manifest, first);
        Files.setLastModifiedTime(manifest, time);
        assertEquals(1, watch.epochIfWhole());
        Files.write(manifest, second);
        assertEquals(2, watch.epochIfWhole());
        Files.write(manifest, new byte[10]);
        assertEquals(0, watch.epochIfWhole());
    }

    /** A copy has the length and the time of the original, but not its inode. */
    @Test
    void shouldSeeAnotherOneOfTheSameLengthAndTime() throws IOException {
        FileTime time = Files.getLastModifiedTime(manifest);
        byte[] content = Files.readAllBytes(manifest);
        Manifest second = ManifestFile.read(dir).withEpoch(2, 0);
        for (int i = 0; i < 20; i++) {
            Path made = dir.resolve("made");
            Files.write(made, i % 2 == 0 ? ManifestLayout.encode(second, 0).array() : content);
            Files.setLastModifiedTime(made, time);
            Files.move(made, manifest, StandardCopyOption.REPLACE_EXISTING);
            assertEquals(i % 2 == 0 ? 2 : 1, watch.epochIfWhole());
        }
    }
}
