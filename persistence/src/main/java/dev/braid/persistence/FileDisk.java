package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The disk, as the operating system gives it. */
final class FileDisk implements Disk {
    static final Disk INSTANCE = new FileDisk();

    private FileDisk() {}

    @Override
    public void createFolder(Path folder) throws IOException {
        JournalFiles.createFolder(folder);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        Uninterrupted.call(() -> {
            JournalFiles.forceFolder(folder);
            return null;
        });
    }

    @Override
    public void replace(Path file, Path by) throws IOException {
        JournalFiles.move(by, file);
    }

    @Override
    public void delete(Path path) throws IOException {
        JournalFiles.delete(path);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public File open(Path file) throws IOException {
        return ChannelFile.toWrite(file);
    }
}
