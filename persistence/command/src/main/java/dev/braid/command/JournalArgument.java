package dev.braid.command;

import dev.braid.persistence.Journals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The folders that commands are given for journals. Tells one that cannot be meant, which is wrong usage, from a journal
 * that is damaged, which is not.
 */
public final class JournalArgument {
    /** Set by the scripts: the folder for journals of runs without {@code --journal}, among what the build makes. */
    public static final String DEFAULT_PARENT_PROPERTY = "braid.journals";

    private JournalArgument() {}

    /** @throws UsageException if there is no journal, sound or not. */
    public static void checkJournal(Path folder) {
        if (!Files.exists(folder)) {
            throw new UsageException(folder + ": no such folder");
        }
        if (!Files.isDirectory(folder)) {
            throw new UsageException(folder + ": is not a folder");
        }
        if (!Journals.isJournal(folder)) {
            throw new UsageException(folder + ": is not a journal");
        }
    }

    /** @throws UsageException unless the folder is absent, empty or a journal. */
    public static void checkUsable(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new UsageException("--journal " + folder + ": is not a folder");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            if (entries.findAny().isPresent() && !Journals.isJournal(folder)) {
                throw new UsageException("--journal " + folder + ": is neither empty nor a journal");
            }
        }
    }

    /** Makes a new folder for a run that was given none. */
    public static Path createFresh() throws IOException {
        String parent = System.getProperty(DEFAULT_PARENT_PROPERTY);
        Path folder =
                parent != null ? Path.of(parent) : Path.of(System.getProperty("java.io.tmpdir"), "braid-journals");
        Files.createDirectories(folder);
        String time = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT));
        return Files.createTempDirectory(folder, time + "-");
    }

    /** Whether what {@link #createFresh()} makes goes when the build is cleaned. */
    public static boolean isFreshAmongBuilt() {
        return System.getProperty(DEFAULT_PARENT_PROPERTY) != null;
    }
}
