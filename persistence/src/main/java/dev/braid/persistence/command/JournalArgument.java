package dev.braid.persistence.command;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells a folder that is no journal, which is wrong usage, from a journal that is damaged, which is not. */
final class JournalArgument {
    private static final String WHAT_JOURNALS_HOLD = "{journal.lock,segment-*}";

    private JournalArgument() {}

    /** @throws UsageException if there is no journal, sound or not. */
    static void check(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            throw new UsageException(folder + ": no such folder");
        }
        if (!Files.isDirectory(folder)) {
            throw new UsageException(folder + ": is not a folder");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, WHAT_JOURNALS_HOLD)) {
            if (!entries.iterator().hasNext()) {
                throw new UsageException(folder + ": is not a journal");
            }
        }
    }
}
