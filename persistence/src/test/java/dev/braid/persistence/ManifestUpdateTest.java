package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two who change a manifest at the same time, for the file is gone whose lock one of them holds. */
class ManifestUpdateTest {
    @TempDir
    Path dir;

    /** Somebody else, by a lock file of his own, raises the epoch when the first new manifest is written, and not in place. */
    private FaultyDisk overtaking(Manifest others) {
        return new FaultyDisk(new FaultyDisk.Script() {
            private boolean isDone;

            @Override
            public void before(FaultyDisk.Operation operation) throws IOException {
                if (operation.kind() == FaultyDisk.Kind.FORCE && operation.isOf(ManifestFile.NEW_PREFIX) && !isDone) {
                    isDone = true;
                    Files.delete(dir.resolve(ManifestFile.LOCK_NAME));
                    Files.createFile(dir.resolve(ManifestFile.LOCK_NAME));
                    ManifestFile.write(dir, FileDisk.INSTANCE, others);
                }
            }
        });
    }

    @Test
    void shouldNotPutAnOldManifestInThePlaceOfOneThatSomebodyElseWroteMeanwhile() {
        Manifest first = Manifest.beginning(7, 1, 0).withEpoch(1, -1);
        ManifestFile.write(dir, FileDisk.INSTANCE, first);
        Manifest others = first.withEpoch(2, -1).withBegun(5);

        Manifest after = ManifestFile.update(dir, overtaking(others), manifest -> manifest.withNeeded(3));

        assertEquals(others.withNeeded(3), after);
        assertEquals(after, ManifestFile.read(dir));
    }

    @Test
    void shouldLeaveNoFileOfOneThatWasBrokenOff() throws IOException {
        Files.write(dir.resolve("manifest.new"), new byte[] {1});
        Files.write(dir.resolve("manifest.new-77"), new byte[] {1});
        ManifestFile.write(dir, FileDisk.INSTANCE, Manifest.beginning(7, 1, 0));
        assertTrue(ManifestFile.newFiles(dir).isEmpty(), () -> ManifestFile.newFiles(dir) + " are left");
    }

    @Test
    void shouldNotMakeAManifestAgainThatAnotherWriterHasMadeMeanwhile() throws IOException {
        Manifest first = Manifest.beginning(7, 1, 0);
        try (WriterFence fence = WriterFence.take(dir, overtaking(first.withEpoch(2, -1)))) {
            Files.write(dir.resolve(ManifestFile.NAME), new byte[] {1});
            Manifest own = first.withEpoch(fence.epoch(), -1);
            assertThrows(JournalLockedException.class, () -> fence.replaceLost(own));
            assertEquals(2, ManifestFile.read(dir).epoch());
        }
        try (WriterFence fence = WriterFence.take(dir, FileDisk.INSTANCE)) {
            Files.write(dir.resolve(ManifestFile.NAME), new byte[] {1});
            Manifest own = first.withEpoch(fence.epoch(), -1);
            assertEquals(own, fence.replaceLost(own));
            assertEquals(1, Files.size(dir.resolve(ManifestFile.DAMAGED_NAME)), "what was there is kept");
        }
    }

    @Test
    void shouldNotMakeAManifestAgainOnceItsLockFileIsGone() throws IOException {
        Manifest first = Manifest.beginning(7, 1, 0);
        try (WriterFence fence = WriterFence.take(dir, FileDisk.INSTANCE)) {
            Files.delete(dir.resolve(JournalLock.FILE_NAME));
            assertThrows(JournalLockedException.class, () -> fence.replaceLost(first.withEpoch(fence.epoch(), -1)));
            assertEquals(null, ManifestFile.read(dir));
        }
    }
}
