package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A snapshot on disk: the states of all sub-streams, each as of a sequence of its own. Its name says up to which sequence
 * all of them are covered: {@code snapshots/snapshot-0000000000000001234}. Little endian:
 * <pre>
 *   0  magic "BSNP" │  4  version │  8  id of the journal │ 12  number of sub-streams
 *  16  length of partitioning │ 20  partitioning, UTF-8
 *  then for each state:
 *   0  sub-stream │  4  length │  8  covered: its results up to this sequence are in the state, and no others │ 16  state
 *  at the end
 *   0  CRC-32C of all before
 * </pre>
 */
final class SnapshotFile {
    static final String FOLDER = "snapshots";

    private static final int MAGIC = 'B' | 'S' << 8 | 'N' << 16 | 'P' << 24;
    private static final int VERSION = 1;
    private static final int HEADER_LENGTH = 20;
    private static final int STATE_HEADER_LENGTH = 16;
    private static final int CRC_LENGTH = 4;
    private static final int CHUNK_LENGTH = 1 << 20;
    private static final int MAX_PARTITIONING_LENGTH = 1 << 20;
    private static final Pattern NAME = Pattern.compile("snapshot-(\\d{19})");

    private SnapshotFile() {}

    /** What a snapshot says of itself. */
    record Header(int journal, int subStreams, String partitioning) {}

    /** Receives the states of a snapshot, and may throw what it likes. */
    interface StateHandler<X extends Exception> {
        void onState(int subStream, long covered, UnsafeBuffer buffer, int length) throws X;
    }

    static Path folder(Path journal) {
        return journal.resolve(FOLDER);
    }

    /** Up to which sequence a snapshot covers all sub-streams. */
    static long coveredBy(Path file) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) - 1 : -1;
    }

    static String nameFor(long covered) {
        return String.format(Locale.ROOT, "snapshot-%019d", covered + 1);
    }

    /** The snapshots of a journal, the newest first. */
    static List<Path> newestFirst(Path journal) {
        Path folder = folder(journal);
        List<Path> files = new ArrayList<>();
        for (Path file : JournalFiles.list(folder, "snapshot-*", false)) {
            if (NAME.matcher(file.getFileName().toString()).matches()) {
                files.add(file);
            }
        }
        files.sort(Collections.reverseOrder());
        return files;
    }

    /** The lowest sequence whose result is needed besides the oldest of the snapshots, which may be the only good one. */
    static long firstNeeded(Path journal) {
        List<Path> files = newestFirst(journal);
        return files.isEmpty() ? 0 : coveredBy(files.get(files.size() - 1)) + 1;
    }

    /** Writes one, to a file that nobody takes for a snapshot yet. */
    static final class Writer implements AutoCloseable {
        private final Disk.File file;
        private final CRC32C crc = new CRC32C();
        private final ByteBuffer small =
                ByteBuffer.allocate(STATE_HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        private long end;

        Writer(Disk disk, Path path, Header header) throws IOException {
            disk.delete(path);
            this.file = disk.open(path);
            byte[] partitioning = header.partitioning().getBytes(StandardCharsets.UTF_8);
            ByteBuffer bytes =
                    ByteBuffer.allocate(HEADER_LENGTH + partitioning.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putInt(MAGIC).putInt(VERSION).putInt(header.journal()).putInt(header.subStreams());
            bytes.putInt(partitioning.length).put(partitioning);
            write(bytes.flip());
        }

        void add(int subStream, long covered, ByteBuffer state, int length) throws IOException {
            small.clear();
            write(small.putInt(subStream).putInt(length).putLong(covered).flip());
            write(state.clear().limit(length));
        }

        private void write(ByteBuffer bytes) throws IOException {
            int start = bytes.position();
            int length = bytes.remaining();
            crc.update(bytes);
            bytes.position(start);
            file.writeFully(bytes, end);
            end += length;
        }

        /** Completes it, and makes sure that it is on disk. */
        void finish() throws IOException {
            small.clear();
            write(small.putInt((int) crc.getValue()).flip());
            file.force();
        }

        long length() {
            return end;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /**
     * Checks one.
     *
     * @return what it says of itself.
     * @throws IOException if it is damaged, cannot be read, or is not one.
     */
    static Header check(Path path) throws IOException {
        try (Disk.File file = ChannelFile.toRead(path)) {
            long length = file.size() - CRC_LENGTH;
            if (length < HEADER_LENGTH) {
                throw new IOException("it has " + file.size() + " bytes only");
            }
            CRC32C crc = new CRC32C();
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            for (long at = 0; at < length; at += chunk.limit()) {
                readFully(file, chunk.clear().limit((int) Math.min(CHUNK_LENGTH, length - at)), at);
                crc.update(chunk);
            }
            readFully(file, chunk.clear().limit(CRC_LENGTH), length);
            if (chunk.getInt(0) != (int) crc.getValue()) {
                throw new IOException("its checksum is wrong");
            }
            return header(file);
        }
    }

    private static Header header(Disk.File file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        readFully(file, bytes, 0);
        if (bytes.getInt(0) != MAGIC) {
            throw new IOException("it is not a snapshot");
        }
        if (bytes.getInt(4) != VERSION) {
            throw new IOException("it is of version " + bytes.getInt(4) + ", and this is version " + VERSION);
        }
        int length = bytes.getInt(16);
        if (length < 0 || length > MAX_PARTITIONING_LENGTH) {
            throw new IOException("its partitioning takes " + length + " bytes");
        }
        ByteBuffer partitioning = ByteBuffer.allocate(length);
        readFully(file, partitioning, HEADER_LENGTH);
        return new Header(bytes.getInt(8), bytes.getInt(12), new String(partitioning.array(), StandardCharsets.UTF_8));
    }

    /** Copies one that was checked, for a journal that has another id. */
    static void copy(Path from, Header header, Disk disk, Path to, int journal) throws Exception {
        try (Writer writer = new Writer(disk, to, new Header(journal, header.subStreams(), header.partitioning()))) {
            read(
                    from,
                    (subStream, covered, buffer, length) ->
                            writer.add(subStream, covered, buffer.byteBuffer(), length));
            writer.finish();
        }
    }

    /** Reads the states of one that was checked. */
    static <X extends Exception> void read(Path path, StateHandler<X> handler) throws IOException, X {
        try (Disk.File file = ChannelFile.toRead(path)) {
            Header header = header(file);
            long at = HEADER_LENGTH + header.partitioning().getBytes(StandardCharsets.UTF_8).length;
            ByteBuffer bytes = ByteBuffer.allocate(CHUNK_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            for (long end = file.size() - CRC_LENGTH; at < end; ) {
                readFully(file, bytes.clear().limit(STATE_HEADER_LENGTH), at);
                int subStream = bytes.getInt(0);
                int length = bytes.getInt(4);
                long covered = bytes.getLong(8);
                if (length > bytes.capacity()) {
                    bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
                }
                readFully(file, bytes.clear().limit(length), at + STATE_HEADER_LENGTH);
                handler.onState(subStream, covered, new UnsafeBuffer(bytes, 0, length), length);
                at += STATE_HEADER_LENGTH + length;
            }
        }
    }

    private static void readFully(Disk.File file, ByteBuffer bytes, long position) throws IOException {
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("it ends at " + (position + bytes.position()));
            }
        }
        bytes.flip();
    }
}
