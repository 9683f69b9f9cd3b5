package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.HandlerGroup;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single faults that were seen, each with what must be true. */
class SmallFaultsTest {
    @TempDir
    Path temporary;

    private Path dir() {
        return temporary.resolve("journal");
    }

    @Test
    void shouldSayThatTheManifestIsMissingIfItIsDeletedUnderAWriterAndLoseNothing() throws IOException {
        JournalWriter<Line> writer = open(dir());
        writer.onStart();
        putAll(writer, 1, 0, 1, 2);
        Files.delete(dir().resolve(ManifestFile.NAME));
        writer.onShutdown();

        JournalException e = assertThrows(JournalException.class, writer::close);
        assertTrue(e.getMessage().contains("the manifest: it is missing"), e::getMessage);

        open(dir()).close();
        assertEquals(List.of(0L, 1L, 2L), sequences(read(dir(), ReadOrder.SEQUENCE)));
    }

    @Test
    void shouldNotCallAFolderGoodThatHasOnlyALock() throws IOException {
        Files.createDirectories(dir().resolve(SnapshotFile.FOLDER));
        Files.createFile(dir().resolve(JournalLock.FILE_NAME));

        JournalException e = assertThrows(JournalException.class, () -> verify(dir()));
        assertEquals(
                "there is no journal at " + dir() + ": it has a lock, but neither a manifest nor segments",
                e.getMessage());
    }

    @Test
    void shouldKeepTheGroupsInASalvageThoughTheFirstHeadIsLost() throws IOException {
        List<JournalGroup> groups = List.of(new JournalGroup("gold", 8, 0, 4));
        for (int run = 0; run < 2; run++) {
            try (JournalWriter<Line> writer = JournalWriter.builder(dir(), CODEC)
                    .groups(List.of(
                            HandlerGroup.<Line>of("gold", 8, 4, subStream -> (line, sequence, endOfBatch) -> {})))
                    .open()) {
                writer.onStart();
                putAll(writer, 1, 2L * run, 2L * run + 1);
                writer.onShutdown();
            }
        }
        TestJournal.Frame head = frames(dir(), 0).get(0);
        writeBytes(dataFile(dir(), 0), head.offset(), new byte[head.length()]);

        Path target = temporary.resolve("new");
        assertEquals(4, Journals.salvage(dir(), target, NO_PROGRESS).results());
        assertEquals(groups, Journals.groups(target).get(0));
    }
}
