package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The real disk, with faults: each operation is first put to a {@link Script}, which lets it happen, fail, or be the last.
 * Keeps a list of all operations. For any thread.
 */
final class FaultyDisk implements Disk {
    /** What can be done to a disk. */
    enum Kind {
        CREATE_FOLDER,
        FORCE_FOLDER,
        REPLACE,
        DELETE,
        USABLE,
        OPEN,
        WRITE,
        FORCE,
        TRUNCATE
    }

    /**
     * An operation.
     *
     * @param number   of all, from 0 on.
     * @param path     of the file or folder.
     * @param position where something is to be written.
     * @param bytes    to be written.
     * @param by       what replaces it.
     */
    record Operation(int number, Kind kind, Path path, long position, int bytes, Path by) {
        boolean isOf(String part) {
            return path.toString().contains(part);
        }
    }

    /** Decides what happens to an operation. */
    interface Script {
        /** Before it. What it throws is what the operation throws. */
        void before(Operation operation) throws IOException;

        /** After it. */
        default void after(Operation operation) throws IOException {}

        /** Which start of the machine the writer sees. */
        default BootId bootId() {
            return BootId.CURRENT;
        }

        /** How many bytes of a write are written before it fails: less than all are a short write. */
        default int allowed(Operation operation) {
            return operation.bytes();
        }
    }

    private final Disk disk = FileDisk.INSTANCE;
    private final List<Operation> operations = new ArrayList<>();
    private final Script script;

    FaultyDisk(Script script) {
        this.script = script;
    }

    synchronized List<Operation> operations() {
        return List.copyOf(operations);
    }

    private Operation next(Kind kind, Path path, long position, int bytes) {
        return next(kind, path, position, bytes, null);
    }

    private synchronized Operation next(Kind kind, Path path, long position, int bytes, Path by) {
        Operation operation = new Operation(operations.size(), kind, path, position, bytes, by);
        operations.add(operation);
        return operation;
    }

    private interface Action {
        void run() throws IOException;
    }

    private void act(Kind kind, Path path, Action action) throws IOException {
        act(next(kind, path, 0, 0), action);
    }

    private void act(Operation operation, Action action) throws IOException {
        script.before(operation);
        action.run();
        script.after(operation);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        act(Kind.CREATE_FOLDER, folder, () -> disk.createFolder(folder));
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        act(Kind.FORCE_FOLDER, folder, () -> disk.forceFolder(folder));
    }

    @Override
    public void replace(Path file, Path by) throws IOException {
        act(next(Kind.REPLACE, file, 0, 0, by), () -> disk.replace(file, by));
    }

    @Override
    public void delete(Path path) throws IOException {
        act(Kind.DELETE, path, () -> disk.delete(path));
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        script.before(next(Kind.USABLE, folder, 0, 0));
        return disk.usableBytes(folder);
    }

    @Override
    public BootId bootId() {
        return script.bootId();
    }

    @Override
    public Disk.File open(Path file) throws IOException {
        script.before(next(Kind.OPEN, file, 0, 0));
        return new FaultyFile(file, disk.open(file));
    }

    private final class FaultyFile implements Disk.File {
        private final Path path;
        private final Disk.File file;

        FaultyFile(Path path, Disk.File file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            Operation operation = next(Kind.WRITE, path, position, bytes.remaining());
            int allowed = script.allowed(operation);
            if (allowed > 0 && allowed < bytes.remaining()) {
                int limit = bytes.limit();
                bytes.limit(bytes.position() + allowed);
                int written = file.write(bytes, position);
                bytes.limit(limit);
                return written;
            }
            script.before(operation);
            int written = file.write(bytes, position);
            script.after(operation);
            return written;
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            return file.read(bytes, position);
        }

        @Override
        public void force() throws IOException {
            act(Kind.FORCE, path, file::force);
        }

        @Override
        public void truncate(long length) throws IOException {
            act(Kind.TRUNCATE, path, () -> file.truncate(length));
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
