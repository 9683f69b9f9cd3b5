package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.BitUtil;

/**
 * Makes a journal ready to be written, as {@link JournalRecovery} found that it has to be: seals the segments that their
 * writer did not, and deletes those that hold nothing. Whenever it is broken off, it can be begun anew.
 */
final class JournalRepair {
    private static final int PAGE_LENGTH = 4096;
    private static final int CHUNK_LENGTH = 256 * PAGE_LENGTH;

    private final JournalRecovery found;
    private final Path dir;
    private final Disk disk;
    private final WriterFence fence;

    JournalRepair(JournalRecovery found, Disk disk, WriterFence fence) {
        this.found = found;
        this.dir = found.dir();
        this.disk = disk;
        this.fence = fence;
    }

    /** Repairs, and returns the manifest as it is then; a new journal begins with a first sequence. */
    Manifest apply(long nowNs, long firstSequence) {
        found.check();
        if (found.isNew()) {
            int journal = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
            return fence.begin(Manifest.beginning(journal, nowNs, firstSequence));
        }
        fence.look();
        if (!found.isManifestLost()) {
            fence.checkIsOf(found.manifest().journal());
        }
        try {
            setSnapshotsAside();
            for (SegmentTail tail : found.tails()) {
                harden(tail);
            }
            for (Segment segment : found.keptAside()) {
                fence.look();
                if (segment.number() < found.manifest().firstSegment()) {
                    SegmentContent.delete(segment, found.manifest().journal(), disk); // All but what is not Braid's.
                } else {
                    SegmentContent.keepAside(segment, disk);
                }
            }
            if (!found.keptAside().isEmpty()) {
                Fsync.forceFolder(disk, dir);
            }
            Manifest manifest = found.isManifestLost()
                    ? fence.replaceLost(withTails(found.manifest().withCreated(nowNs)))
                    : fence.update(this::withTails);
            for (Segment leftover : found.leftovers()) { // Which is begun no more.
                fence.look();
                SegmentContent.delete(leftover, manifest.journal(), disk);
            }
            return manifest;
        } catch (IOException e) {
            throw new JournalException("cannot make journal " + dir + " ready to be written: " + e, e);
        }
    }

    /** Sets foreign snapshots aside, before anything is written: as the journal grows, they would seem to be of it. */
    private void setSnapshotsAside() throws IOException {
        for (ForeignSnapshots.Foreign foreign : found.foreignSnapshots()) {
            fence.look();
            SnapshotFile.setAside(foreign.file(), disk);
        }
        if (!found.foreignSnapshots().isEmpty()) {
            Fsync.forceFolder(disk, SnapshotFile.folder(dir));
        }
    }

    private Manifest withTails(Manifest manifest) {
        return found.repaired(manifest.withEpoch(fence.epoch(), manifest.begun()));
    }

    /**
     * Forces a segment, and before that writes the words again that a loss of power took from its frames. If a force failed
     * before, what was read just now may be in memory only, and the system would not write it: so it is made to, by writing
     * over what is not known to be on disk what is there already.
     */
    private void harden(SegmentTail tail) throws IOException {
        SealedSegment sealed = tail.seal();
        try (Disk.File file = disk.open(tail.file())) {
            fence.look(); // So it is the file that was read.
            for (SegmentTail.LostWord lost : tail.lostWords(found.acknowledged())) {
                ByteBuffer word =
                        ByteBuffer.allocate(SegmentScanner.WORD_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
                file.writeFully(word.putInt(0, lost.frameLength()), lost.fileOffset());
            }
            if (sealed.durability() == Durability.DISK) {
                writeAgain(
                        file,
                        tail.acknowledgedUntil(found.acknowledged()),
                        sealed.size().fileLength());
            }
            file.force();
        }
    }

    private static void writeAgain(Disk.File file, long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK_LENGTH);
        for (long position = BitUtil.align(from - PAGE_LENGTH + 1, PAGE_LENGTH); position < to; ) {
            bytes.clear();
            bytes.limit((int) Math.min(CHUNK_LENGTH, to - position));
            if (file.read(bytes, position) <= 0) {
                throw new IOException("the file ends at " + position);
            }
            bytes.flip();
            int length = bytes.limit();
            file.writeFully(bytes, position);
            position += length;
        }
    }
}
