package dev.braid.command.journal;

import dev.braid.command.JournalArgument;
import dev.braid.command.UsageException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the input journal of a journal is. */
final class InputJournalOption {
    @Option(
            names = "--input-journal",
            paramLabel = "DIR",
            description = "Folder of the input journal. By default where it was, as seen from the journal's folder.")
    private Path folder;

    /**
     * The folder, or {@code null} for where it was.
     *
     * @throws UsageException if it is no journal.
     */
    Path folder() {
        if (folder != null) {
            JournalArgument.checkJournal(folder);
        }
        return folder;
    }
}
