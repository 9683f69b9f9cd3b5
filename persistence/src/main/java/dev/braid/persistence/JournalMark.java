package dev.braid.persistence;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How far the writer of a journal has acknowledged, in a file of its own: so the next start detects if something acknowledged is
 * missing, and readers in other processes know what is safe. Frames tell how far the frames before them were acknowledged; only
 * the mark tells it of the last ones.
 * <p>
 * Each writer begins a new file, which atomically replaces the one before, and is forced then: so it never tells what an earlier
 * writer acknowledged. It is written through a mapping: it survives the end of the process, but is not forced as it moves on,
 * unless that is asked for. After a loss of power it may be older than it was. At {@link Durability#PROCESS} it may then also be
 * ahead of the frames; the machine's boot id tells that this is what happened.
 * <pre>
 *   0  int   Magic: 'B', 'R', 'K', and the version
 *   4  int   Journal id
 *   8  int   Durability level: 0 process, 1 disk
 *  12  int   CRC-32C of the bytes 0 to 11, 16 to 31 and 64 to 71
 *  16  16    Boot id of the machine, zeros if it has none
 *  32  long  Position: segment number * 2^32 + acknowledged frames of it
 *  40  long  The long before it, with all bits inverted
 *  48  16    A second such pair; they are written in turns, and the greater of those that are intact counts
 *  64  long  Epoch of the writer
 *  72  int   Id of the journal's input journal, 0 for none
 *  76  int   The int before it, with all bits inverted; 0 if nothing is said of an input journal
 *  80  40    Place in the other one of a journal and its input journal, see {@link PeerPlace}, when the run began; zeros for none
 * 120  …     Those of 63 runs before, the latest first
 * 2640 …     Zeros, up to 4,096
 * </pre>
 * Version 1, which is read and not written any more, has neither a checksum nor an epoch.
 * <p>
 * <b>Threads:</b> one at a time acknowledges.
 */
final class JournalMark implements AutoCloseable {
    static final String FILE_NAME = "journal.mark";
    /** Followed by a number of its own: a writer that was overtaken, and does not know it yet, must not write into another's. */
    static final String NEW_PREFIX = FILE_NAME + ".new";

    private static final int VERSION = 2;
    private static final int FIRST_VERSION = 1;
    private static final int MAGIC = 'B' | 'R' << 8 | 'K' << 16;
    private static final int LENGTH = 4096;
    private static final int JOURNAL_OFFSET = 4;
    private static final int DURABILITY_OFFSET = 8;
    private static final int CRC_OFFSET = 12;
    private static final int BOOT_ID_OFFSET = 16;
    private static final int SLOTS_OFFSET = 32;
    private static final int SLOT_LENGTH = 16;
    private static final int EPOCH_OFFSET = SLOTS_OFFSET + 2 * SLOT_LENGTH;
    private static final int ATTEMPTS = 100;
    private static final int INPUT_OFFSET = EPOCH_OFFSET + Long.BYTES;
    private static final int USED_LENGTH = INPUT_OFFSET + Long.BYTES;
    private static final int PEERS_OFFSET = USED_LENGTH;
    private static final int MAX_PEERS = 64;

    /** Stands for the id of the input journal if the mark does not tell. */
    static final int UNKNOWN_INPUT = -1;

    private final Disk.File file;
    private final MappedByteBuffer mapping;
    private final UnsafeBuffer buffer;
    private int slot = 1;

    /**
     * Begins to mark the progress of a writer, which has acknowledged all up to a position that others wrote. The file is opened by
     * its name: before anything is acknowledged, it has to be made sure that it is still the journal's.
     *
     * @param look throws if the folder is not the writer's any more.
     */
    JournalMark(Path dir, Manifest manifest, Durability durability, long position, Disk disk, Runnable look) {
        Path path = dir.resolve(FILE_NAME);
        MappedByteBuffer mapped = null;
        try {
            Path made =
                    dir.resolve(NEW_PREFIX + "-" + ThreadLocalRandom.current().nextLong(Long.MAX_VALUE));
            ByteBuffer content = content(manifest, durability, position, disk.bootId());
            put(peers(dir, manifest.journal()), new UnsafeBuffer(content)); // Until this run notes its own, too.
            write(dir, made, content, disk, look);
            mapped = Uninterrupted.call(() -> map(path)); // An interrupt would close the channel.
            file = disk.open(path);
        } catch (IOException e) {
            BufferUtil.free(mapped);
            throw new JournalException("cannot write " + path + ": " + e, e);
        }
        mapping = mapped;
        buffer = new UnsafeBuffer(mapping);
    }

    private static MappedByteBuffer map(Path path) throws IOException {
        try (FileChannel channel = JournalFiles.openToWrite(path).channel()) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
        }
    }

    private static ByteBuffer content(Manifest manifest, Durability durability, long position, BootId bootId) {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(LITTLE_ENDIAN);
        bytes.putInt(0, MAGIC | VERSION << 24);
        bytes.putInt(JOURNAL_OFFSET, manifest.journal());
        bytes.putInt(DURABILITY_OFFSET, durability.code());
        bootId.write(new UnsafeBuffer(bytes), BOOT_ID_OFFSET);
        bytes.putLong(SLOTS_OFFSET, position).putLong(SLOTS_OFFSET + Long.BYTES, ~position);
        bytes.putLong(EPOCH_OFFSET, manifest.epoch());
        int input = manifest.binding().needsInput() ? manifest.binding().input() : Manifest.NO_JOURNAL;
        bytes.putInt(INPUT_OFFSET, input).putInt(INPUT_OFFSET + Integer.BYTES, ~input);
        return bytes.putInt(CRC_OFFSET, checksum(bytes));
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 0, CRC_OFFSET);
        crc.update(bytes.array(), BOOT_ID_OFFSET, BootId.LENGTH);
        crc.update(bytes.array(), EPOCH_OFFSET, Long.BYTES);
        return (int) crc.getValue();
    }

    private static void write(Path dir, Path made, ByteBuffer content, Disk disk, Runnable look) throws IOException {
        look.run();
        for (Path left : JournalFiles.list(dir, NEW_PREFIX + "*", true)) {
            disk.delete(left);
        }
        try (Disk.File out = disk.open(made)) {
            out.writeFully(content, 0);
            Fsync.force(out, made);
        }
        look.run();
        disk.replace(dir.resolve(FILE_NAME), made);
        Fsync.forceFolder(disk, dir);
    }

    /** Makes sure that what was marked so far survives a loss of power. */
    void force() throws IOException {
        file.force();
    }

    /** Marks all up to a {@linkplain FramePlace#position() position} as acknowledged. */
    void acknowledge(long position) {
        int offset = SLOTS_OFFSET + slot * SLOT_LENGTH;
        buffer.putLongOrdered(offset, position);
        buffer.putLongOrdered(offset + Long.BYTES, ~position);
        slot ^= 1;
    }

    /** From now on the journal has this input journal, or none: for when the manifest, which says the same, is lost. */
    void inputIs(int journal) throws IOException {
        buffer.putInt(INPUT_OFFSET + Integer.BYTES, ~journal, LITTLE_ENDIAN);
        buffer.putInt(INPUT_OFFSET, journal, LITTLE_ENDIAN);
        force();
    }

    /**
     * Notes where the other one is of a journal and its input journal, whose runs begin together. What was noted of that segment or a
     * later one was lost since, and made good.
     */
    void peerIs(PeerPlace peer) throws IOException {
        byte[] bytes = new byte[LENGTH];
        buffer.getBytes(0, bytes);
        List<PeerPlace> peers = new ArrayList<>(List.of(peer));
        peers(ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN)).stream()
                .filter(one -> one.journal() == peer.journal()
                        && one.place().segment() < peer.place().segment())
                .forEach(peers::add);
        put(peers, buffer);
        force();
    }

    private static void put(List<PeerPlace> peers, MutableDirectBuffer to) {
        for (int i = 0; i < MAX_PEERS; i++) {
            byte[] bytes = i < peers.size() ? peers.get(i).encode().array() : new byte[PeerPlace.LENGTH];
            to.putBytes(PEERS_OFFSET + i * PeerPlace.LENGTH, bytes);
        }
    }

    /** Returns the places in the other one of a journal and its input journal that its last runs noted, the latest first. */
    static List<PeerPlace> peers(Path dir, int journal) {
        if (read(dir, journal) == null) {
            return List.of();
        }
        Path path = dir.resolve(FILE_NAME);
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(LITTLE_ENDIAN);
        try (ChannelFile file = ChannelFile.toRead(path)) {
            file.read(bytes, 0);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new JournalException("cannot read " + path + ": " + e, e);
        }
        return peers(bytes);
    }

    private static List<PeerPlace> peers(ByteBuffer bytes) {
        List<PeerPlace> peers = new ArrayList<>();
        for (int i = 0; i < MAX_PEERS; i++) {
            PeerPlace peer = PeerPlace.decode(bytes, PEERS_OFFSET + i * PeerPlace.LENGTH);
            if (peer != null) {
                peers.add(peer);
            }
        }
        return List.copyOf(peers);
    }

    @Override
    public void close() {
        buffer.wrap(0, 0);
        BufferUtil.free(mapping);
        CloseHelper.quietClose(file);
    }

    /**
     * A mark as it was found.
     *
     * @param journal      id of the journal.
     * @param epoch        epoch of the writer; 0 in a mark of version 1.
     * @param acknowledged by the writer.
     * @param durability   durability of the writer.
     * @param bootId       boot id of the machine at that time.
     * @param input        id of the input journal, {@link Manifest#NO_JOURNAL} for none, or {@link #UNKNOWN_INPUT}.
     */
    record Found(int journal, long epoch, Acknowledged acknowledged, Durability durability, BootId bootId, int input) {
        /**
         * Tells whether a head proves that this is not the last mark: each writer makes its own, and forces it, before it writes one.
         * Then it says nothing of what the last writer acknowledged, and is as good as lost.
         */
        boolean isBefore(SegmentHead head) {
            return head != null && head.epoch() > epoch;
        }

        /** Tells whether acknowledged results may be missing: the level does not protect against what happened since. */
        boolean isPowerLoss() {
            return durability == Durability.PROCESS && bootId.isOfAnEarlierStart();
        }
    }

    /** Reads the mark of a journal; {@code null} if there is none, or it is damaged or another journal's. */
    static Found read(Path dir, int journal) {
        Found found = read(dir);
        return found != null && found.journal() == journal ? found : null;
    }

    /** Reads the mark in a journal's folder; {@code null} if there is none, or it is damaged. */
    static Found read(Path dir) {
        Path path = dir.resolve(FILE_NAME);
        try {
            return readFile(path);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new JournalException("cannot read " + path + ": " + e, e);
        }
    }

    private static Found readFile(Path path) throws IOException {
        try (ChannelFile file = ChannelFile.toRead(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(USED_LENGTH).order(LITTLE_ENDIAN);
            long position = -1;
            for (int i = 0; position < 0 && i < ATTEMPTS; i++) { // Both pairs may be written while they are read.
                bytes.clear();
                if (file.read(bytes, 0) < USED_LENGTH) {
                    return null;
                }
                position = Math.max(position(bytes, 0), position(bytes, 1));
            }
            int version = bytes.getInt(0) >>> 24;
            boolean isKnown = (bytes.getInt(0) & 0xFF_FFFF) == MAGIC
                    && (version == FIRST_VERSION || version == VERSION && bytes.getInt(CRC_OFFSET) == checksum(bytes));
            Durability durability = Durability.ofCode(bytes.getInt(DURABILITY_OFFSET));
            if (!isKnown || durability == null || position < 0) {
                return null;
            }
            return new Found(
                    bytes.getInt(JOURNAL_OFFSET),
                    version == FIRST_VERSION ? 0 : bytes.getLong(EPOCH_OFFSET),
                    Acknowledged.of(position),
                    durability,
                    BootId.read(new UnsafeBuffer(bytes), BOOT_ID_OFFSET),
                    input(bytes));
        }
    }

    private static int input(ByteBuffer bytes) {
        int input = bytes.getInt(INPUT_OFFSET);
        return input >= 0 && bytes.getInt(INPUT_OFFSET + Integer.BYTES) == ~input ? input : UNKNOWN_INPUT;
    }

    private static long position(ByteBuffer bytes, int slot) {
        long position = bytes.getLong(SLOTS_OFFSET + slot * SLOT_LENGTH);
        return bytes.getLong(SLOTS_OFFSET + slot * SLOT_LENGTH + Long.BYTES) == ~position ? position : -1;
    }
}
