package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The real disk, and a list of all that was asked of it, in the order in which it happened, with what was written. Files
 * that are written through mappings are looked at before each operation. For any thread.
 */
final class RecordingDisk implements Disk {
    /** What happened. */
    enum Kind {
        CREATE_FOLDER,
        FORCE_FOLDER,
        REPLACE,
        DELETE,
        OPEN,
        WRITE,
        FORCE,
        TRUNCATE,
        /** What a mapped file holds now. */
        MAPPED,
        /** All up to a sequence are safe, somebody was told. */
        ACKNOWLEDGED
    }

    /**
     * An event.
     *
     * @param from     the name that replaces another one.
     * @param position in the file, its new length, or the sequence.
     */
    record Event(Kind kind, Path path, Path from, long position, byte[] bytes) {
        @Override
        public String toString() {
            return kind + " " + path + (from == null ? "" : " by " + from) + " " + position
                    + (bytes == null ? "" : ", " + bytes.length + " bytes");
        }
    }

    private final Disk disk = FileDisk.INSTANCE;
    private final BootId bootId;
    private final List<Path> mapped;
    private final Map<Path, byte[]> lastMapped = new HashMap<>();
    private final List<Event> events = new ArrayList<>();

    /**
     * @param bootId what journals are told of the machine.
     * @param mapped files that are written through mappings.
     */
    RecordingDisk(BootId bootId, List<Path> mapped) {
        this.bootId = bootId;
        this.mapped = mapped;
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    synchronized void acknowledged(long sequence) {
        lookAtMapped();
        events.add(new Event(Kind.ACKNOWLEDGED, null, null, sequence, null));
    }

    private interface Action {
        void run() throws IOException;
    }

    private synchronized void act(Event event, Action action) throws IOException {
        lookAtMapped();
        action.run();
        events.add(event);
    }

    private void lookAtMapped() {
        for (Path file : mapped) {
            try {
                byte[] now = Files.exists(file) ? Files.readAllBytes(file) : null;
                if (now != null && !Arrays.equals(now, lastMapped.put(file, now))) {
                    events.add(new Event(Kind.MAPPED, file, null, 0, now));
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        act(new Event(Kind.CREATE_FOLDER, folder, null, 0, null), () -> disk.createFolder(folder));
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        act(new Event(Kind.FORCE_FOLDER, folder, null, 0, null), () -> disk.forceFolder(folder));
    }

    @Override
    public void replace(Path file, Path by) throws IOException {
        act(new Event(Kind.REPLACE, file, by, 0, null), () -> disk.replace(file, by));
    }

    @Override
    public void delete(Path path) throws IOException {
        act(new Event(Kind.DELETE, path, null, 0, null), () -> disk.delete(path));
    }

    @Override
    public BootId bootId() {
        return bootId;
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return disk.usableBytes(folder);
    }

    @Override
    public synchronized Disk.File open(Path file) throws IOException {
        Disk.File[] opened = new Disk.File[1];
        act(new Event(Kind.OPEN, file, null, 0, null), () -> opened[0] = disk.open(file));
        return new RecordedFile(file, opened[0]);
    }

    private final class RecordedFile implements Disk.File {
        private final Path path;
        private final Disk.File file;

        RecordedFile(Path path, Disk.File file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            int[] written = new int[1];
            synchronized (RecordingDisk.this) {
                lookAtMapped();
                written[0] = file.write(bytes, position);
                events.add(new Event(Kind.WRITE, path, null, position, Arrays.copyOf(copy, written[0])));
            }
            return written[0];
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            return file.read(bytes, position);
        }

        @Override
        public void force() throws IOException {
            act(new Event(Kind.FORCE, path, null, 0, null), file::force);
        }

        @Override
        public void truncate(long length) throws IOException {
            act(new Event(Kind.TRUNCATE, path, null, length, null), () -> file.truncate(length));
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
