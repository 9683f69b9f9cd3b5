package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a journal's folder is made of:
 * <pre>
 *  journal.lock             held by the writer
 *  journal.mark             how far it has acknowledged
 *  manifest                 what is there
 *  manifest.lock            held by whoever changes it
 *  readers/                 a file for each reader that has something to hold
 *  segment-0000000000/      a Chronicle Queue
 *  segment-0000000001/      the next one: for each run of a writer one, and more when one is full
 * </pre>
 * Anything else in it is none of our business.
 */
final class JournalFolder {
    static final String DATA_FILES = "*.cq4";
    static final String METADATA_FILES = "*.cq4t";

    private static final String SEGMENT_PREFIX = "segment-";
    private static final Pattern SEGMENT_NAME = Pattern.compile(SEGMENT_PREFIX + "(\\d{10})");

    private JournalFolder() {}

    /** A segment: a folder with one data file. */
    record Segment(long number, Path folder) {
        String name() {
            return folder.getFileName().toString();
        }

        /** The data file, {@code null} as long as there is none. */
        Path dataFile() {
            return onlyFile(folder, DATA_FILES);
        }

        /** All that are there, in the order of their names. One too many is damage: see {@link DataFileChoice}. */
        List<Path> dataFiles() {
            return files(folder, DATA_FILES);
        }

        /** Opens the data file, {@code null} if there is none. */
        FileWindow open() {
            Path file = dataFile();
            return file == null ? null : FileWindow.open(file);
        }

        /** Length of the data file, of the longest if there are more, 0 if there is none. */
        long dataLength() {
            return longest(dataFiles());
        }

        /** Length of the longest of some files, 0 if there is none. */
        static long longest(List<Path> files) {
            return files.stream().mapToLong(Segment::length).max().orElse(0);
        }

        private static long length(Path file) {
            try {
                return Files.size(file);
            } catch (NoSuchFileException e) {
                return 0; // It was made in vain, and deleted at this moment.
            } catch (IOException e) {
                throw new JournalException("cannot read " + file + ": " + e, e);
            }
        }
    }

    /** The segment of this number, which may not exist. */
    static Segment segment(Path dir, long number) {
        return new Segment(number, dir.resolve(segmentName(number)));
    }

    /** The segment with a folder of this name. */
    static Segment segment(Path dir, String name) {
        return new Segment(Long.parseLong(name.substring(SEGMENT_PREFIX.length())), dir.resolve(name));
    }

    /** Of the folder. */
    static String segmentName(long number) {
        return SEGMENT_PREFIX + String.format(Locale.ROOT, "%010d", number);
    }

    /** The segments that exist, in order. */
    static List<Segment> segments(Path dir) {
        List<Segment> segments = new ArrayList<>();
        for (Path path : list(dir, SEGMENT_PREFIX + "*")) {
            Matcher matcher = SEGMENT_NAME.matcher(path.getFileName().toString());
            if (matcher.matches() && Files.isDirectory(path)) {
                segments.add(new Segment(Long.parseLong(matcher.group(1)), path));
            }
        }
        segments.sort(Comparator.comparingLong(Segment::number));
        return segments;
    }

    /** The file of a kind in a folder, {@code null} if there is none. */
    static Path onlyFile(Path folder, String kind) {
        List<Path> files = files(folder, kind);
        if (files.size() > 1) {
            throw new JournalException(
                    "segment " + folder + " has " + files.size() + " files " + kind + " instead of one");
        }
        return files.isEmpty() ? null : files.get(0);
    }

    private static List<Path> files(Path folder, String kind) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> files = list(folder, kind);
        files.sort(null);
        return files;
    }

    /** Whether there is a journal, though perhaps an empty one. */
    static boolean isJournal(Path dir) {
        return Files.isDirectory(dir)
                && (hasLockFile(dir)
                        || ManifestFile.exists(dir)
                        || !segments(dir).isEmpty());
    }

    /** Whether it has a lock file, as every journal that was not copied without it. */
    static boolean hasLockFile(Path dir) {
        return Files.exists(dir.resolve(JournalLock.FILE_NAME));
    }

    /** Throws unless there is a journal. */
    static void checkJournal(Path dir) {
        if (!isJournal(dir)) {
            throw new JournalException("there is no journal at " + dir);
        }
    }

    /** Makes the folder unless it exists; throws if it is in use for something else. */
    static void prepare(Path dir) {
        try {
            if (Files.exists(dir) && !isJournal(dir) && !isEmpty(dir)) {
                throw new JournalException(dir + " is no journal, and not empty either");
            }
            Files.createDirectories(dir);
        } catch (IOException e) {
            throw new JournalException("cannot make folder " + dir + ": " + e, e);
        }
    }

    /** Whether it is a folder with nothing in it. */
    static boolean isEmpty(Path dir) {
        return Files.isDirectory(dir) && list(dir, "*").isEmpty();
    }

    private static List<Path> list(Path dir, String glob) {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir, glob)) {
            stream.forEach(paths::add);
        } catch (NoSuchFileException e) {
            paths.clear(); // Deleted at this moment.
        } catch (IOException | DirectoryIteratorException e) {
            throw new JournalException("cannot list folder " + dir + ": " + e, e);
        }
        return paths;
    }
}
