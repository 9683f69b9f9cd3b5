package dev.braid.command;

import dev.braid.persistence.JournalException;
import dev.braid.persistence.Journals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks the folders that commands are given for journals. A folder that cannot be meant is wrong usage; a damaged journal is
 * not.
 */
public final class JournalArgument {
    /**
     * System property set by the scripts: the folder for journals of runs without {@code --journal}, within the build's
     * output.
     */
    public static final String DEFAULT_PARENT_PROPERTY = "braid.journals";

    private static final int KEPT = 5;
    /** How long a run may take from making its folder to beginning a journal in it. */
    private static final Duration START = Duration.ofMinutes(1);

    private static final Pattern FRESH = Pattern.compile("[0-9]{8}-[0-9]{6}-[0-9]+");

    private JournalArgument() {}

    /** @throws UsageException if there is no journal, neither sound nor damaged. */
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
        checkPlace("--journal " + folder, folder);
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            if (entries.findAny().isPresent() && !Journals.isJournal(folder)) {
                throw new UsageException("--journal " + folder + ": is neither empty nor a journal");
            }
        }
    }

    /**
     * Refuses a place where no folder can be, for there is something else, or on the way to it.
     *
     * @param name for messages.
     * @throws UsageException if it is so.
     */
    public static void checkPlace(String name, Path folder) {
        Path there = folder.toAbsolutePath();
        while (there != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            there = there.getParent();
        }
        if (there != null && !Files.isDirectory(there)) {
            throw new UsageException(
                    name + ": " + (there.equals(folder.toAbsolutePath()) ? "" : there + " ") + "is not a folder");
        }
    }

    /**
     * Makes a new folder for a run that was given none. Of those made before, the ones written last stay; an older one that is
     * being written stays, too.
     */
    public static Path createFresh() throws IOException {
        Path parent = freshParent();
        String time = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT));
        Path fresh = Files.createTempDirectory(parent, time + "-");
        List<Path> others;
        try (Stream<Path> entries = Files.list(parent)) {
            // By time, not by name: names of one second are in no order, and those of an hour repeat when summer time
            // ends.
            others = entries
                    .filter(entry ->
                            FRESH.matcher(entry.getFileName().toString()).matches() && !entry.equals(fresh))
                    .collect(Collectors.toMap(entry -> entry, JournalArgument::lastWritten))
                    .entrySet()
                    .stream()
                    .sorted(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .toList();
        }
        for (Path old : others.subList(0, Math.max(0, others.size() - (KEPT - 1)))) {
            if (!isWritten(old)) {
                deleteTree(old);
            }
        }
        return fresh;
    }

    /** Returns the time of the last file made in a folder, or the greatest there is for one that has just been deleted. */
    private static FileTime lastWritten(Path folder) {
        try {
            return Files.getLastModifiedTime(folder);
        } catch (IOException e) {
            return FileTime.fromMillis(Long.MAX_VALUE);
        }
    }

    /** Deletes without following links. What cannot be deleted stays until the next run. */
    private static void deleteTree(Path tree) throws IOException {
        try (Stream<Path> found = Files.walk(tree)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (FileSystemException | UncheckedIOException e) {
            // It belongs to another user, or has just been deleted.
        }
    }

    /** Returns a folder within the build's output, or elsewhere if that cannot be written or belongs to another user. */
    private static Path freshParent() throws IOException {
        Path others =
                Path.of(System.getProperty("java.io.tmpdir"), "braid-journals-" + System.getProperty("user.name"));
        String parent = System.getProperty(DEFAULT_PARENT_PROPERTY);
        if (parent != null) {
            try {
                Path among = Files.createDirectories(Path.of(parent));
                if (Files.isWritable(among)) {
                    return among;
                }
            } catch (FileSystemException e) {
                // It cannot be made.
            }
        }
        return Files.createDirectories(others);
    }

    /** Returns whether a folder is, or is just about to become, a journal that is written. */
    private static boolean isWritten(Path folder) {
        try {
            return Journals.isJournal(folder)
                    ? Journals.describe(folder).isWritten()
                    : lastWritten(folder).toInstant().isAfter(Instant.now().minus(START));
        } catch (JournalException e) {
            return true; // Unknown, so it is not deleted.
        }
    }

    /** Returns how many journals of runs without {@code --journal} are kept. */
    public static int keptFresh() {
        return KEPT;
    }
}
