package dev.braid.persistence;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The one way to what is in a journal's folder. Whoever can write there could otherwise make Braid read, overwrite or delete
 * files elsewhere, by a link, or wait for ever, by a pipe. So nothing in it is followed, and nothing is opened that is
 * neither a file nor a folder: what stands in the place of one is a {@link JournalDamagedException} that names it. The
 * journal's own path may be a link, as may be the folders above it.
 * <p>
 * What a name stands for is looked at before it is opened, and again afterwards, so that it cannot be exchanged in between.
 * All of it is for any thread.
 */
final class JournalFiles {
    private static final int ATTEMPTS = 100;

    private static final int TYPE_MASK = 0170000;
    private static final int PIPE = 0010000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final int SOCKET = 0140000;

    private JournalFiles() {}

    /**
     * A file that was opened.
     *
     * @param key which tells it from all other files, {@code null} on systems that have none.
     */
    record Opened(FileChannel channel, Object key) {}

    /** Tells whether there is anything of this name, of any type. */
    static boolean exists(Path path) throws IOException {
        return attributes(path) != null;
    }

    /** Tells whether there is a folder of this name; throws if there is something else. */
    static boolean isFolder(Path path) {
        if (!Files.exists(path)) {
            return false; // Costs no exception, unlike to look at what is not there: readers ask again and again.
        }
        try {
            BasicFileAttributes attributes = attributes(path);
            return attributes != null && checkFolder(path, attributes);
        } catch (IOException e) {
            throw new JournalException("cannot tell what " + path + " is: " + e, e);
        }
    }

    /** Returns the length of a file, -1 if there is none; throws if there is something else. */
    static long size(Path file) throws IOException {
        BasicFileAttributes attributes = attributesOfFile(file);
        return attributes != null ? attributes.size() : -1;
    }

    /** Returns the attributes of a file, {@code null} if there is none; throws if there is something else. */
    static BasicFileAttributes attributesOfFile(Path file) throws IOException {
        BasicFileAttributes attributes = attributes(file);
        return attributes != null && checkFile(file, attributes) ? attributes : null;
    }

    /** Returns the hash of a file's inode: a copy has another one, a moved file keeps it. 0 on systems without inodes. */
    static int inode(Path file) throws IOException {
        try {
            int hash = Long.hashCode((Long) Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS));
            return hash == 0 ? 1 : hash;
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return 0;
        }
    }

    /** Throws if there is something of this name that is no file. */
    static void checkFile(Path file) throws IOException {
        size(file);
    }

    /** Returns what is wrong with the thing in the place of a file or folder; {@code null} if nothing is, or it is absent. */
    static String oddness(Path path, boolean isFolder) throws IOException {
        BasicFileAttributes attributes = attributes(path);
        if (attributes == null || (isFolder ? attributes.isDirectory() : attributes.isRegularFile())) {
            return null;
        }
        return path + " is " + describe(path, attributes) + ", where a journal has a " + (isFolder ? "folder" : "file");
    }

    /** Names what should not be there. */
    static JournalDamagedException odd(String oddness) {
        return new JournalDamagedException(JournalProblem.inJournal(
                ProblemKind.ODD_FILE, oddness + "; it was not opened, and has to be moved away"));
    }

    /** Returns the key that tells a file from all others, {@code null} if the system has none; throws if there is no file. */
    static Object key(Path file) throws IOException {
        BasicFileAttributes attributes = attributes(file);
        if (attributes == null) {
            throw new NoSuchFileException(file.toString());
        }
        return attributes.fileKey();
    }

    /** Opens a file to read it. */
    static Opened openToRead(Path file) throws IOException {
        return open(file, false);
    }

    /** Opens a file to read and write it; makes it if there is none. */
    static Opened openToWrite(Path file) throws IOException {
        return open(file, true);
    }

    private static Opened open(Path file, boolean toWrite) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            BasicFileAttributes before = attributes(file);
            if (before == null && !toWrite) {
                throw new NoSuchFileException(file.toString());
            }
            boolean isNew = before == null;
            if (!isNew) {
                checkFile(file, before);
            }
            FileChannel channel;
            try {
                channel = FileChannel.open(file, options(toWrite, isNew));
            } catch (FileAlreadyExistsException | NoSuchFileException e) {
                if (isNew && e instanceof NoSuchFileException) {
                    throw e; // Its folder is missing.
                }
                continue; // Made or deleted at this moment.
            }
            BasicFileAttributes after = attributes(file);
            if (after != null && (isNew || Objects.equals(before.fileKey(), after.fileKey()))) {
                return new Opened(channel, after.fileKey());
            }
            channel.close();
        }
        throw new IOException(file + " is exchanged again and again");
    }

    private static Set<OpenOption> options(boolean toWrite, boolean isNew) {
        Set<OpenOption> options = new HashSet<>();
        options.add(LinkOption.NOFOLLOW_LINKS);
        options.add(StandardOpenOption.READ);
        if (toWrite) {
            options.add(StandardOpenOption.WRITE);
        }
        if (isNew) {
            options.add(StandardOpenOption.CREATE_NEW);
        }
        return options;
    }

    /** Returns the content of a folder, by a pattern of names; empty if there is no folder. Only the journal's own may be a link. */
    static List<Path> list(Path folder, String glob, boolean isJournal) {
        List<Path> paths = new ArrayList<>();
        if (isJournal ? !Files.isDirectory(folder) : !isFolder(folder)) {
            return paths; // To list a named pipe would wait for somebody who writes to it.
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
            stream.forEach(paths::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            paths.clear(); // Deleted at this moment, or no journal's.
        } catch (IOException | DirectoryIteratorException e) {
            throw new JournalException("cannot list folder " + folder + ": " + e, e);
        }
        return paths;
    }

    /** Makes a folder whose parent exists; does no harm if it is there. */
    static void createFolder(Path folder) throws IOException {
        if (!isFolder(folder)) {
            try {
                Files.createDirectory(folder);
            } catch (FileAlreadyExistsException e) {
                checkFolder(folder, Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
            }
        }
    }

    /** Makes sure that the names in a folder survive a loss of power. */
    static void forceFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Gives a file or folder another name, at one stroke; a file or an empty folder of that name is gone then. */
    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes a file, or a folder that is empty; what is in a folder has to be known, and deleted one by one. */
    static void delete(Path path) throws IOException {
        BasicFileAttributes attributes = attributes(path);
        if (attributes != null) {
            if (!attributes.isDirectory()) {
                checkFile(path, attributes);
            }
            Files.deleteIfExists(path);
        }
    }

    /** {@code null} if there is nothing of this name. */
    private static BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        } catch (FileSystemException e) {
            if (path.getParent() == null || Files.isDirectory(path.getParent())) {
                throw e;
            }
            return null; // There is a file where its folder would be.
        }
    }

    private static boolean checkFile(Path path, BasicFileAttributes attributes) {
        if (!attributes.isRegularFile()) {
            throw odd(path + " is " + describe(path, attributes) + ", where a journal has a file");
        }
        return true;
    }

    private static boolean checkFolder(Path path, BasicFileAttributes attributes) {
        if (!attributes.isDirectory()) {
            throw odd(path + " is " + describe(path, attributes) + ", where a journal has a folder");
        }
        return true;
    }

    private static String describe(Path path, BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return "a symbolic link";
        }
        if (attributes.isDirectory()) {
            return "a folder";
        }
        if (attributes.isRegularFile()) {
            return "a file";
        }
        return switch (type(path)) {
            case PIPE -> "a named pipe";
            case SOCKET -> "a socket";
            case CHARACTER_DEVICE, BLOCK_DEVICE -> "a device";
            default -> "neither a file nor a folder";
        };
    }

    private static int type(Path path) {
        try {
            return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE_MASK;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return 0; // The system has no such types.
        }
    }
}
