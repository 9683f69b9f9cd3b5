package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
 * all of them are covered, which is the lowest of these: {@code snapshots/snapshot-0000000000000001234}. A name is a claim, too:
 * where a file has another one, it is damaged. Little endian:
 * <pre>
 *   0  magic "BSNP" │  4  version │  8  id of the journal │ 12  number of sub-streams
 *  16  highest covered sequence of all states │ 24  place: segment │ 32  frames of it │ 40  end of the last one in the file
 *  48  chain after it │ 56  length of what follows │ 60  CRC-32C of the header, with 0 here │ 64  {@link SnapshotLayout}
 *  then for each state:
 *   0  sub-stream │  4  length │  8  covered: its results up to this sequence are in the state, and no others │ 16  state
 *  at the end
 *   0  CRC-32C of the states
 * </pre>
 * The place is one in the journal by which all is written that is part of the snapshot. A journal that does not have a frame
 * there, with the same {@linkplain FrameChain chain}, is of another course of events, however far it has come: see
 * {@link Timeline}.
 * <p>
 * In version 2, which is not written any more, 64 was the partitioning alone, UTF-8. In version 1 the header ended at 20, after
 * the length of partitioning, which stood at 16; the checksum at the end was of all before. A snapshot of version 1 has no place,
 * so nobody can tell whether it belongs to the journal.
 */
final class SnapshotFile {
    static final String FOLDER = "snapshots";

    private static final int STATE_HEADER_LENGTH = 16;
    private static final int CRC_LENGTH = SnapshotHeader.CRC_LENGTH;
    private static final int CHUNK_LENGTH = 1 << 20;
    private static final String FOREIGN_PREFIX = "foreign-";
    private static final Pattern NAME = Pattern.compile("snapshot-(\\d{19})");
    private static final String GREATEST = Long.toString(Long.MAX_VALUE);

    private SnapshotFile() {}

    /** Receives the states of a snapshot, and may throw what it likes. */
    interface StateHandler<X extends Exception> {
        void onState(int subStream, long covered, UnsafeBuffer buffer, int length) throws X;
    }

    static Path folder(Path journal) {
        return journal.resolve(FOLDER);
    }

    /** Returns the sequence up to which a snapshot covers all sub-streams. */
    static long coveredBy(Path file) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        return isName(matcher) ? Long.parseLong(matcher.group(1)) - 1 : -1;
    }

    private static boolean isName(Matcher matcher) {
        return matcher.matches() && matcher.group(1).compareTo(GREATEST) <= 0;
    }

    static String nameFor(long covered) {
        return String.format(Locale.ROOT, "snapshot-%019d", covered + 1);
    }

    /** Returns the snapshots of a journal, the newest first. */
    static List<Path> newestFirst(Path journal) {
        Path folder = folder(journal);
        List<Path> files = new ArrayList<>();
        for (Path file : JournalFiles.list(folder, "snapshot-*", false)) {
            if (isName(NAME.matcher(file.getFileName().toString()))) {
                files.add(file);
            }
        }
        files.sort(Collections.reverseOrder());
        return files;
    }

    /**
     * Returns the lowest sequence whose result is needed besides some snapshots, of which the oldest may be the only good one: that
     * after what it covers, and those of the frame by which it is known to be of this journal.
     */
    static long firstNeeded(List<Path> snapshots) {
        long first = Long.MAX_VALUE;
        for (Path path : snapshots) {
            try (Disk.File file = ChannelFile.toRead(path)) {
                SnapshotHeader header = SnapshotHeader.read(file);
                checkName(path, lowestCovered(file, header));
                first = Math.min(first, coveredBy(path) + 1);
                first = header.place() == null ? first : Math.min(first, Math.max(0, header.highestCovered()));
            } catch (IOException e) {
                // Nobody will use it.
            }
        }
        return first == Long.MAX_VALUE ? 0 : first;
    }

    /**
     * Gives a snapshot a name by which nobody takes it for one any more. The folder has to be forced.
     *
     * @return the name.
     */
    static String setAside(Path file, Disk disk) throws IOException {
        Path aside = file.resolveSibling(FOREIGN_PREFIX + file.getFileName());
        for (int i = 2; JournalFiles.exists(aside); i++) {
            aside = file.resolveSibling(FOREIGN_PREFIX + i + "-" + file.getFileName());
        }
        disk.replace(aside, file);
        return aside.getFileName().toString();
    }

    /** Writes one, to a file that nobody takes for a snapshot yet. */
    static final class Writer implements AutoCloseable {
        private final Disk.File file;
        private final CRC32C crc = new CRC32C();
        private final ByteBuffer small =
                ByteBuffer.allocate(STATE_HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        private final int journal;
        private final int subStreams;
        private final byte[] layout;
        private long highestCovered = -1;
        private long end;

        /** Begins one of a journal's. */
        Writer(Disk disk, Path path, int journal, SnapshotLayout layout) throws IOException {
            this.journal = journal;
            this.subStreams = layout.subStreams();
            this.layout = layout.encode();
            this.end = SnapshotHeader.length(this.layout); // The header comes last, when the place is known.
            disk.delete(path);
            this.file = disk.open(path);
        }

        void add(int subStream, long covered, ByteBuffer state, int length) throws IOException {
            highestCovered = Math.max(highestCovered, covered);
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

        /** Completes it, and makes sure that it is on disk: all that is part of it is written up to a place. */
        void finish(FramePlace place) throws IOException {
            small.clear();
            write(small.putInt((int) crc.getValue()).flip());
            file.writeFully(SnapshotHeader.encode(journal, subStreams, layout, highestCovered, place), 0);
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
     * Checks a snapshot.
     *
     * @return its header.
     * @throws IOException if it is damaged, cannot be read, or is none.
     */
    static SnapshotHeader check(Path path) throws IOException {
        try (Disk.File file = ChannelFile.toRead(path)) {
            SnapshotHeader header = SnapshotHeader.read(file);
            long end = file.size() - CRC_LENGTH;
            CRC32C crc = new CRC32C();
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            for (long at = header.place() == null ? 0 : header.length(); at < end; at += chunk.limit()) {
                readFully(file, chunk.clear().limit((int) Math.min(CHUNK_LENGTH, end - at)), at);
                crc.update(chunk);
            }
            readFully(file, chunk.clear().limit(CRC_LENGTH), end);
            if (chunk.getInt(0) != (int) crc.getValue()) {
                throw new IOException("its checksum is wrong");
            }
            checkName(path, lowestCovered(file, header));
            return header;
        }
    }

    private static void checkName(Path path, long lowestCovered) throws IOException {
        if (coveredBy(path) > lowestCovered) {
            throw new IOException("by its name it would cover all states up to sequence " + coveredBy(path)
                    + ", but it does so up to " + lowestCovered);
        }
    }

    /**
     * Reads the header of a snapshot; the states need not be intact.
     *
     * @throws IOException if it is damaged, cannot be read, or is none.
     */
    static SnapshotHeader header(Path path) throws IOException {
        try (Disk.File file = ChannelFile.toRead(path)) {
            return SnapshotHeader.read(file);
        }
    }

    /** Copies one that was checked, for a journal that has another id, and all that is part of it up to a place. */
    static void copy(Path from, SnapshotHeader header, Disk disk, Path to, int journal, FramePlace place)
            throws Exception {
        try (Writer writer = new Writer(disk, to, journal, header.layout())) {
            read(
                    from,
                    (subStream, covered, buffer, length) ->
                            writer.add(subStream, covered, buffer.byteBuffer(), length));
            writer.finish(place);
        }
    }

    /** Reads the states of one that was checked. */
    static <X extends Exception> void read(Path path, StateHandler<X> handler) throws IOException, X {
        try (Disk.File file = ChannelFile.toRead(path)) {
            SnapshotHeader header = SnapshotHeader.read(file);
            ByteBuffer bytes = ByteBuffer.allocate(CHUNK_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            long end = file.size() - CRC_LENGTH;
            for (long at = header.length(); at < end; ) {
                State state = state(file, header, at, end);
                if (state.length > bytes.capacity()) {
                    bytes = ByteBuffer.allocate(state.length).order(ByteOrder.LITTLE_ENDIAN);
                }
                readFully(file, bytes.clear().limit(state.length), at + STATE_HEADER_LENGTH);
                handler.onState(state.subStream, state.covered, new UnsafeBuffer(bytes, 0, state.length), state.length);
                at += STATE_HEADER_LENGTH + state.length;
            }
        }
    }

    /** Header of a state. */
    private record State(int subStream, int length, long covered) {}

    private static State state(Disk.File file, SnapshotHeader header, long at, long end) throws IOException {
        if (end - at < STATE_HEADER_LENGTH) {
            throw new IOException("at " + at + ", there are " + (end - at) + " bytes, too few for a state");
        }
        ByteBuffer bytes = ByteBuffer.allocate(STATE_HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        readFully(file, bytes, at);
        State state = new State(bytes.getInt(0), bytes.getInt(4), bytes.getLong(8));
        if (state.subStream < 0
                || state.subStream >= header.layout().subStreams()
                || state.length < 0
                || state.length > end - at - STATE_HEADER_LENGTH
                || state.covered < -1
                || state.covered > FrameLayout.MAX_SEQUENCE) {
            throw new IOException("it says that the state of sub-stream " + state.subStream + ", covered up to "
                    + state.covered + ", takes " + state.length + " bytes, and has "
                    + (end - at - STATE_HEADER_LENGTH));
        }
        return state;
    }

    /** Returns the sequence up to which all states are covered. */
    private static long lowestCovered(Disk.File file, SnapshotHeader header) throws IOException {
        long lowest = Long.MAX_VALUE;
        long end = file.size() - CRC_LENGTH;
        for (long at = header.length(); at < end; ) {
            State state = state(file, header, at, end);
            lowest = Math.min(lowest, state.covered);
            at += STATE_HEADER_LENGTH + state.length;
        }
        return lowest;
    }

    /** Returns the highest sequence that is part of a state that was checked. */
    static long highestCovered(Path path, SnapshotHeader header) throws IOException {
        if (header.place() != null) {
            return header.highestCovered();
        }
        long[] highest = {-1};
        read(path, (subStream, covered, buffer, length) -> highest[0] = Math.max(highest[0], covered));
        return highest[0];
    }

    /** Fills a buffer from a position of a file on, and flips it. */
    static void readFully(Disk.File file, ByteBuffer bytes, long position) throws IOException {
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("it ends at " + (position + bytes.position()));
            }
        }
        bytes.flip();
    }
}
