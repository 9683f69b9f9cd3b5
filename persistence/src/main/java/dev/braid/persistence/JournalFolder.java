package dev.braid.persistence;

import dev.braid.engine.JvmFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
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
 *  snapshots/               of the state of handlers; foreign-… are set aside, nobody reads them
 *  segment-0000000000/      a Chronicle Queue
 *  segment-0000000001/      the next one: for each run of a writer one, and more when one is full
 *  segment-0000000001.kept-1/  what was left of one, and may hold something: nobody reads it
 *  segment-0000000002.new-…/  one that a writer is making, under a number of its own
 * </pre>
 * Anything else in it is none of our business.
 */
final class JournalFolder {
    private static final String DATA_SUFFIX = ".cq4";
    private static final String METADATA_SUFFIX = ".cq4t";

    private static final String FILES_IN_FOLDERS = "{*.lease,snapshot-*,snapshot.new*}";
    private static final Set<String> FOLDER_NAMES = Set.of(ReaderLease.FOLDER_NAME, SnapshotFile.FOLDER);
    private static final Set<String> FILE_NAMES = Set.of(
            JournalLock.FILE_NAME,
            JournalMark.FILE_NAME,
            ManifestFile.NAME,
            ManifestFile.LOCK_NAME,
            ManifestFile.DAMAGED_NAME);

    /** Prefix of files that are being made, or were left when making them was interrupted. */
    private static final List<String> NEW_PREFIXES = List.of(ManifestFile.NEW_PREFIX, JournalMark.NEW_PREFIX);

    /** Names of the file in which the command keeps its engine's counters: the journal does not need it. */
    private static final Set<String> COUNTERS_NAMES = Set.of("counters.dat", "counters.dat.new");

    /** Name of the folder in which the command keeps the input journal; a file of that name does not concern the journal. */
    private static final String INPUT_FOLDER = "input";

    private static final String SEGMENT_PREFIX = "segment-";
    private static final String UNFINISHED = ".new-";
    private static final Pattern UNFINISHED_NAME = Pattern.compile(SEGMENT_PREFIX + "(\\d{10})" + UNFINISHED + "\\d+");
    private static final Pattern SEGMENT_NAME = Pattern.compile(SEGMENT_PREFIX + "(\\d{10})");

    private JournalFolder() {}

    /** A segment: a folder with one data file. */
    record Segment(long number, Path folder) {
        String name() {
            return folder.getFileName().toString();
        }

        /** Returns the data file, {@code null} as long as there is none. */
        Path dataFile() {
            List<Path> files = dataFiles();
            if (files.size() > 1) {
                throw new JournalException("segment " + folder + " has " + files.size() + " data files instead of one");
            }
            return files.isEmpty() ? null : files.get(0);
        }

        /** Returns the data files, in the order of their names. More than one is damage: see {@link DataFileSelector}. */
        List<Path> dataFiles() {
            return files(folder, this::isDataFile);
        }

        /** Returns the files that Braid and Chronicle Queue have put there. */
        List<Path> ownFiles() {
            return files(folder, file -> true);
        }

        /** Returns the files that only Chronicle's own readers need. */
        List<Path> metadataFiles() {
            return files(folder, file -> !isDataFile(file));
        }

        /** Tells whether a file is named like one that holds frames. */
        boolean isDataFile(Path file) {
            return file.getFileName().toString().endsWith(DATA_SUFFIX);
        }

        /** Opens the data file, {@code null} if there is none. */
        FileWindow open() {
            Path file = dataFile();
            return file == null ? null : FileWindow.open(file);
        }

        /** Returns the length of the data file, of the longest if there are more, 0 if there is none. */
        long dataLength() {
            return longest(dataFiles());
        }

        /** Returns the length of the longest of some files, 0 if there is none. */
        static long longest(List<Path> files) {
            return files.stream().mapToLong(Segment::length).max().orElse(0);
        }

        private static long length(Path file) {
            try {
                return Math.max(0, JournalFiles.size(file)); // Or it was made for nothing, and deleted at this moment.
            } catch (IOException e) {
                throw new JournalException("cannot read " + file + ": " + e, e);
            }
        }
    }

    /** Returns the segment of this number, which may not exist. */
    static Segment segment(Path dir, long number) {
        return new Segment(number, dir.resolve(segmentName(number)));
    }

    /** Returns the segment with a folder of this name. */
    static Segment segment(Path dir, String name) {
        return new Segment(Long.parseLong(name.substring(SEGMENT_PREFIX.length())), dir.resolve(name));
    }

    /** Returns the name of the folder. */
    static String segmentName(long number) {
        return SEGMENT_PREFIX + String.format(Locale.ROOT, "%010d", number);
    }

    /** Returns the segments that exist, in order. */
    static List<Segment> segments(Path dir) {
        List<Segment> segments = new ArrayList<>();
        for (Path path : JournalFiles.list(dir, SEGMENT_PREFIX + "*", true)) {
            Matcher matcher = SEGMENT_NAME.matcher(path.getFileName().toString());
            if (matcher.matches() && JournalFiles.isFolder(path)) {
                segments.add(new Segment(Long.parseLong(matcher.group(1)), path));
            }
        }
        segments.sort(Comparator.comparingLong(Segment::number));
        return segments;
    }

    /** Returns the segments that exist and have these numbers, both included, in order, whatever a manifest says. */
    static List<Segment> segments(Path dir, long first, long last) {
        return segments(dir).stream()
                .filter(segment -> segment.number() >= first && segment.number() <= last)
                .toList();
    }

    /** Returns a folder in which a writer makes a segment: nobody else makes anything there. */
    static Path toMake(Path segmentFolder) {
        long own = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
        return segmentFolder.resolveSibling(segmentFolder.getFileName() + UNFINISHED + own);
    }

    /** Folders of segments that a writer was making when it was stopped. */
    static List<Segment> unfinished(Path dir) {
        List<Segment> unfinished = new ArrayList<>();
        for (Path path : JournalFiles.list(dir, SEGMENT_PREFIX + "*" + UNFINISHED + "*", true)) {
            Matcher matcher = UNFINISHED_NAME.matcher(path.getFileName().toString());
            if (matcher.matches() && JournalFiles.isFolder(path)) {
                unfinished.add(new Segment(Long.parseLong(matcher.group(1)), path));
            }
        }
        unfinished.sort(Comparator.comparing(Segment::folder));
        return unfinished;
    }

    /** Tells whether a segment of this number was kept aside. */
    static boolean isKeptAside(Path dir, long number) {
        return !JournalFiles.list(dir, segmentName(number) + SegmentContent.KEPT + "*", true)
                .isEmpty();
    }

    /** Looks through all that are there: one that is none is named, whichever is asked for. */
    private static List<Path> files(Path folder, Predicate<Path> wanted) {
        List<Path> files = new ArrayList<>();
        try {
            for (Path file : JournalFiles.list(folder, "*", false)) {
                String name = file.getFileName().toString();
                if (name.endsWith(DATA_SUFFIX) || name.endsWith(METADATA_SUFFIX)) {
                    JournalFiles.checkFile(file);
                    if (wanted.test(file)) {
                        files.add(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new JournalException("cannot tell what is in segment " + folder + ": " + e, e);
        }
        files.sort(null);
        return files;
    }

    /** Tells whether there is a journal, though perhaps an empty one. */
    static boolean isJournal(Path dir) {
        JvmFlags.check(); // All that is done with a journal comes here first.
        return Files.isDirectory(dir)
                && (BackupTarget.isBegun(dir)
                        || hasLockFile(dir)
                        || ManifestFile.exists(dir)
                        || JournalFiles.list(dir, SEGMENT_PREFIX + "*", true).stream()
                                .anyMatch(
                                        path -> isSegmentName(path.getFileName().toString())));
    }

    private static boolean isFileName(String name) {
        return FILE_NAMES.contains(name) || NEW_PREFIXES.stream().anyMatch(name::startsWith);
    }

    private static boolean isSegmentName(String name) {
        return SEGMENT_NAME.matcher(name).matches();
    }

    /** Tells whether it has a lock file: every journal has one that was not copied without it. */
    static boolean hasLockFile(Path dir) {
        try {
            return JournalFiles.exists(dir.resolve(JournalLock.FILE_NAME));
        } catch (IOException e) {
            throw new JournalException("cannot tell whether journal " + dir + " has a lock file: " + e, e);
        }
    }

    /**
     * Throws if something that has the name of a journal's file is none, or something that has the name of one of its
     * folders is no folder. What is in segments is looked at when they are.
     */
    private static void checkOrdinary(Path dir) {
        List<String> found = new ArrayList<>();
        try {
            for (Path path : JournalFiles.list(dir, "*", true)) {
                String name = path.getFileName().toString();
                if (isFileName(name) || COUNTERS_NAMES.contains(name)) {
                    addOddness(path, false, found);
                } else if (FOLDER_NAMES.contains(name)) {
                    addOddness(path, true, found);
                    if (found.isEmpty()) {
                        for (Path file : JournalFiles.list(path, FILES_IN_FOLDERS, false)) {
                            addOddness(file, false, found);
                        }
                    }
                } else if (isSegmentName(name) || name.equals(INPUT_FOLDER) && Files.isDirectory(path)) {
                    addOddness(path, true, found);
                }
            }
        } catch (IOException e) {
            throw new JournalException("cannot tell what is in journal " + dir + ": " + e, e);
        }
        if (!found.isEmpty()) {
            throw JournalFiles.odd(String.join("; ", found));
        }
    }

    private static void addOddness(Path path, boolean isFolder, List<String> found) throws IOException {
        String oddness = JournalFiles.oddness(path, isFolder);
        if (oddness != null) {
            found.add(oddness);
        }
    }

    /** Throws unless there is a journal, or if something in it stands where it has a file or a folder. */
    static void checkJournal(Path dir) {
        if (!isJournal(dir)) {
            throw new JournalException("there is no journal at " + dir);
        }
        BackupTarget.checkComplete(dir);
        checkOrdinary(dir);
    }

    /** Throws unless there is a journal with something in it that could be good. */
    static void checkBegun(Path dir) {
        checkJournal(dir);
        if (!ManifestFile.exists(dir) && segments(dir).isEmpty()) {
            throw new JournalException(
                    "there is no journal at " + dir + ": it has a lock, but neither a manifest nor segments");
        }
    }

    /** Makes the folder unless it exists; throws if it is in use for something else. */
    static void prepare(Path dir, Disk disk) {
        if (isJournal(dir)) {
            checkJournal(dir);
            return;
        }
        try {
            if (Files.exists(dir) && !isEmpty(dir) && !isOfAJournalThatWasNotBegun(dir)) {
                throw new JournalException(dir + " is no journal, and not empty either");
            }
            create(dir.toAbsolutePath(), disk);
        } catch (IOException e) {
            throw new JournalException("cannot make folder " + dir + ": " + e, e);
        }
    }

    /** Tells whether a folder holds only what a loss of power may leave of a journal that was just being made. */
    private static boolean isOfAJournalThatWasNotBegun(Path dir) {
        return JournalFiles.list(dir, "*", true).stream()
                .map(path -> path.getFileName().toString())
                .allMatch(JournalFolder::isFileName);
    }

    /** Makes a folder and those above it that are missing, so that their names survive a loss of power. */
    static void create(Path folder, Disk disk) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path parent = folder.getParent();
            if (parent != null) {
                create(parent, disk);
            }
            disk.createFolder(folder);
            Fsync.forceFolder(disk, parent);
        }
    }

    /** Returns the path without links, of a folder that may not exist yet. */
    static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            return Files.exists(absolute) || absolute.getParent() == null
                    ? absolute.toRealPath()
                    : real(absolute.getParent()).resolve(absolute.getFileName());
        } catch (IOException e) {
            throw new JournalException("cannot tell where " + path + " is: " + e, e);
        }
    }

    /** Tells whether it is an empty folder. */
    static boolean isEmpty(Path dir) {
        return Files.isDirectory(dir) && JournalFiles.list(dir, "*", true).isEmpty();
    }

    /** Deletes a journal; what is in its folder that is not Braid's stays, and the folder with it. */
    static void delete(Path dir, Disk disk) throws IOException {
        if (!Files.isDirectory(dir)) {
            return;
        }
        checkOrdinary(dir);
        for (Segment segment : segments(dir)) {
            SegmentContent.delete(segment, disk);
        }
        for (Segment segment : unfinished(dir)) {
            SegmentContent.delete(segment, disk);
        }
        for (String folder : FOLDER_NAMES) {
            for (Path file : JournalFiles.list(dir.resolve(folder), FILES_IN_FOLDERS, false)) {
                disk.delete(file);
            }
            if (JournalFiles.list(dir.resolve(folder), "*", false).isEmpty()) {
                disk.delete(dir.resolve(folder));
            }
        }
        for (String file : FILE_NAMES) {
            disk.delete(dir.resolve(file));
        }
        for (String prefix : NEW_PREFIXES) {
            for (Path file : JournalFiles.list(dir, prefix + "*", true)) {
                disk.delete(file);
            }
        }
        if (isEmpty(dir)) {
            disk.delete(dir);
        }
    }
}
