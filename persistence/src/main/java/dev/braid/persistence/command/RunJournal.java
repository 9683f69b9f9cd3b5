package dev.braid.persistence.command;

import dev.braid.persistence.JournalException;
import dev.braid.persistence.JournalReader;
import dev.braid.persistence.ReadOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.stream.Stream;

/** Where a run's journal goes. */
final class RunJournal {
    /** Set by the scripts: the folder for journals of runs without {@code --journal}. */
    static final String DEFAULT_PARENT_PROPERTY = "braid.journals";

    private RunJournal() {}

    /** Makes a new folder. */
    static Path createFresh() throws IOException {
        String parent = System.getProperty(DEFAULT_PARENT_PROPERTY);
        Path folder =
                parent != null ? Path.of(parent) : Path.of(System.getProperty("java.io.tmpdir"), "braid-journals");
        Files.createDirectories(folder);
        String time = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
        return Files.createTempDirectory(folder, time + "-");
    }

    /**
     * Looks, and changes nothing.
     *
     * @throws UsageException unless the folder is absent, empty, or a journal without results.
     */
    static void checkUnused(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new UsageException("--journal " + folder + ": is not a folder");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            if (entries.findAny().isEmpty()) {
                return;
            }
        }
        boolean holdsResults;
        try (JournalReader reader = JournalReader.open(folder, ReadOrder.JOURNAL)) {
            holdsResults = reader.poll((sequence, subStream, outcome, time, buffer, offset, length) -> {}, 1) > 0;
        } catch (JournalException e) {
            throw new UsageException(
                    "--journal " + folder + ": is neither empty nor a sound journal: " + e.getMessage());
        }
        if (holdsResults) {
            throw new UsageException("--journal " + folder + ": holds records already, and adding to them (--resume) is"
                    + " not in this version; nothing was touched");
        }
    }
}
