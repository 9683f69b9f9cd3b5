package dev.braid.persistence;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bytes of a manifest; all numbers are little-endian:
 * <pre>
 *   0  int   CRC-32C of the manifest from byte 4 on
 *   4  int   Magic: 'B', 'R', 'M', and the version
 *   8  int   Length of the manifest
 *  12  int   Journal id
 *  16  long  Created, in ns since 1970-01-01T00:00Z
 *  24  long  Lowest sequence that recovery needs, 2^63 - 1 for none
 *  32  long  First segment that is there
 *  40  long  First sequence: results below it were deleted by retention
 *  48  long  Highest segment number that was begun, -1 for none
 *  56  32    Chain hash of the segment before the first
 *  88  int   Number of sealed segments
 *  92  int   0
 *  96  long  Epoch of the writer that opened it last, 0 if none of this version ever did
 * 104  int   Id of its input journal, 0 for none
 * 108  int   Id of the journal whose input journal it is, 0 for none
 * 112  int   Id of the journal from which it was salvaged, the first of several, 0 for none or once it is bound again
 * 116  int   Bit 0: the input journal was given up; bit 1: what the other one of the two relies on may be missing
 * 120  int   Length of the path of its input journal
 * 124  int   Hash of the inode of the lock file beside it, 0 if there is none: in a copy it is another one
 * 128  176   A sealed segment
 * 304  176   The next one, and so on
 *   …  …     The path of its input journal, relative to this folder or absolute, UTF-8
 *
 *      A sealed segment:
 *   0  long  Number
 *   8  int   End: 1 closed, 2 rolled, 3 cut
 *  12  int   Durability level: 0 process, 1 disk
 *  16  long  Frames
 *  24  long  Results
 *  32  long  Results that are PROCESSED
 *  40  long                   FAILED
 *  48  long                   SHED
 *  56  long                   LOST
 *  64  long  End of the last frame in the data file
 *  72  long  Length of all frames
 *  80  long  Lowest sequence of its results, -1 for none
 *  88  long  Highest sequence of its results, -1 for none
 *  96  long  Low watermark at its end
 * 104  long  Highest sequence of the journal at its end
 * 112  long  Time of its first frame
 * 120  long  Latest time in the journal at its end
 * 128  32    Chain hash
 * 160  long  Lowest time of its own frames
 * 168  long  Highest time of its own frames
 * </pre>
 * The first 12 bytes mean the same in every version. In version 1, which is read and not written any more, there is no epoch,
 * the sealed segments begin at 96, and have 168 bytes each, with a 0 in the place of the times of their own frames: these are
 * taken to be from the first frame's up to the latest in the journal.
 */
final class ManifestLayout {
    static final int VERSION = 2;
    static final int FIRST_VERSION = 1;

    private static final int MAGIC = 'B' | 'R' << 8 | 'M' << 16;
    private static final int MAGIC_MASK = 0xFF_FFFF;
    private static final int HEADER_LENGTH_1 = 96;
    private static final int HEADER_LENGTH = 128;
    private static final int ENTRY_LENGTH_1 = 168;
    private static final int ENTRY_LENGTH = 176;

    private static final int CRC_OFFSET = 0;
    private static final int MAGIC_OFFSET = 4;
    private static final int LENGTH_OFFSET = 8;
    private static final int JOURNAL_OFFSET = 12;
    private static final int CREATED_OFFSET = 16;
    private static final int NEEDED_OFFSET = 24;
    private static final int FIRST_SEGMENT_OFFSET = 32;
    private static final int FIRST_SEQUENCE_OFFSET = 40;
    private static final int BEGUN_OFFSET = 48;
    private static final int CHAIN_OFFSET = 56;
    private static final int COUNT_OFFSET = 88;
    private static final int EPOCH_OFFSET = 96;
    private static final int INPUT_OFFSET = 104;
    private static final int RESULTS_OFFSET = 108;
    private static final int FORMERLY_OFFSET = 112;
    private static final int FLAGS_OFFSET = 116;
    private static final int PATH_LENGTH_OFFSET = 120;
    private static final int INODE_OFFSET = 124;
    private static final int GIVEN_UP = 1;
    private static final int MAY_LACK = 2;

    private static final int NUMBER_OFFSET = 0;
    private static final int END_OFFSET = 8;
    private static final int DURABILITY_OFFSET = 12;
    private static final int FRAMES_OFFSET = 16;
    private static final int RESULT_COUNT_OFFSET = 24;
    private static final int OUTCOMES_OFFSET = 32;
    private static final int FILE_LENGTH_OFFSET = 64;
    private static final int FRAME_BYTES_OFFSET = 72;
    private static final int LOWEST_SEQUENCE_OFFSET = 80;
    private static final int HIGHEST_RESULT_OFFSET = 88;
    private static final int LOW_WATERMARK_OFFSET = 96;
    private static final int HIGHEST_SEQUENCE_OFFSET = 104;
    private static final int FIRST_TIME_OFFSET = 112;
    private static final int LATEST_TIME_OFFSET = 120;
    private static final int ENTRY_CHAIN_OFFSET = 128;
    private static final int LOWEST_TIME_OFFSET = 160;
    private static final int HIGHEST_TIME_OFFSET = 168;

    private ManifestLayout() {}

    /** @param inode hash of that of the lock file beside it, 0 if there is none. */
    static ByteBuffer encode(Manifest manifest, int inode) {
        byte[] path = manifest.binding().path().getBytes(StandardCharsets.UTF_8);
        int length = HEADER_LENGTH + ENTRY_LENGTH * manifest.sealed().size() + path.length;
        ByteBuffer bytes = ByteBuffer.allocate(length).order(LITTLE_ENDIAN);
        bytes.putInt(MAGIC_OFFSET, MAGIC | VERSION << 24).putInt(LENGTH_OFFSET, length);
        bytes.putInt(JOURNAL_OFFSET, manifest.journal());
        bytes.putLong(CREATED_OFFSET, manifest.origin().createdNs()).putLong(NEEDED_OFFSET, manifest.needed());
        bytes.putLong(FIRST_SEGMENT_OFFSET, manifest.firstSegment());
        bytes.putLong(FIRST_SEQUENCE_OFFSET, manifest.firstSequence());
        bytes.putLong(BEGUN_OFFSET, manifest.begun());
        put(manifest.beginning().before(), bytes, CHAIN_OFFSET);
        bytes.putInt(COUNT_OFFSET, manifest.sealed().size()).putLong(EPOCH_OFFSET, manifest.epoch());
        put(manifest.binding(), bytes);
        bytes.putInt(PATH_LENGTH_OFFSET, path.length).putInt(INODE_OFFSET, inode);
        int offset = HEADER_LENGTH;
        for (SealedSegment segment : manifest.sealed()) {
            encode(segment, bytes, offset);
            offset += ENTRY_LENGTH;
        }
        bytes.put(offset, path);
        return bytes.putInt(CRC_OFFSET, checksum(bytes));
    }

    private static void put(InputBinding binding, ByteBuffer bytes) {
        int flags = (binding.isGivenUp() ? GIVEN_UP : 0) | (binding.mayLack() ? MAY_LACK : 0);
        bytes.putInt(INPUT_OFFSET, binding.input()).putInt(RESULTS_OFFSET, binding.results());
        bytes.putInt(FORMERLY_OFFSET, binding.formerly()).putInt(FLAGS_OFFSET, flags);
    }

    private static InputBinding binding(ByteBuffer bytes, int pathOffset) {
        int flags = bytes.getInt(FLAGS_OFFSET);
        String path = new String(bytes.array(), pathOffset, bytes.capacity() - pathOffset, StandardCharsets.UTF_8);
        if (path.indexOf('\0') >= 0) {
            throw damaged("the path of its input journal is none");
        }
        return new InputBinding(
                bytes.getInt(INPUT_OFFSET),
                path,
                (flags & GIVEN_UP) != 0,
                bytes.getInt(RESULTS_OFFSET),
                bytes.getInt(FORMERLY_OFFSET),
                (flags & MAY_LACK) != 0);
    }

    private static void encode(SealedSegment segment, ByteBuffer bytes, int at) {
        SealedSegment.Size size = segment.size();
        SealedSegment.Contents contents = segment.contents();
        SealedSegment.Times times = segment.times();
        SealedSegment.AtEnd atEnd = segment.atEnd();
        bytes.putLong(at + NUMBER_OFFSET, segment.number());
        bytes.putInt(at + END_OFFSET, segment.end().code());
        bytes.putInt(at + DURABILITY_OFFSET, segment.durability().code());
        bytes.putLong(at + FRAMES_OFFSET, size.frames());
        bytes.putLong(at + RESULT_COUNT_OFFSET, contents.results());
        put(contents.outcomes(), bytes, at + OUTCOMES_OFFSET);
        bytes.putLong(at + FILE_LENGTH_OFFSET, size.fileLength());
        bytes.putLong(at + FRAME_BYTES_OFFSET, size.frameBytes());
        bytes.putLong(at + LOWEST_SEQUENCE_OFFSET, contents.lowestSequence());
        bytes.putLong(at + HIGHEST_RESULT_OFFSET, contents.highestResult());
        bytes.putLong(at + LOW_WATERMARK_OFFSET, atEnd.lowWatermark());
        bytes.putLong(at + HIGHEST_SEQUENCE_OFFSET, atEnd.highestSequence());
        bytes.putLong(at + FIRST_TIME_OFFSET, times.createdNs());
        bytes.putLong(at + LATEST_TIME_OFFSET, atEnd.latestTimeNs());
        put(atEnd.chain(), bytes, at + ENTRY_CHAIN_OFFSET);
        bytes.putLong(at + LOWEST_TIME_OFFSET, times.lowestNs());
        bytes.putLong(at + HIGHEST_TIME_OFFSET, times.highestNs());
    }

    private static void put(OutcomeCounts outcomes, ByteBuffer bytes, int at) {
        bytes.putLong(at, outcomes.processed()).putLong(at + 8, outcomes.failed());
        bytes.putLong(at + 16, outcomes.shed()).putLong(at + 24, outcomes.lost());
    }

    /** Returns the hash of the inode in a manifest that was decoded, 0 for none. */
    static int inode(byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(LITTLE_ENDIAN);
        return bytes.getInt(MAGIC_OFFSET) >>> 24 == FIRST_VERSION ? 0 : bytes.getInt(INODE_OFFSET);
    }

    /** Returns the epoch in a file that should be a manifest, 0 if it has none; the rest of the file is not checked. */
    static long epoch(ChannelFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_LENGTH).order(LITTLE_ENDIAN);
        boolean isWhole = file.read(bytes, 0) == HEADER_LENGTH;
        return isWhole && bytes.getInt(MAGIC_OFFSET) == (MAGIC | VERSION << 24) ? bytes.getLong(EPOCH_OFFSET) : 0;
    }

    /** @throws JournalDamagedException if the bytes are no manifest, or that of a newer version. */
    static Manifest decode(byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(LITTLE_ENDIAN);
        if (content.length < HEADER_LENGTH_1 || (bytes.getInt(MAGIC_OFFSET) & MAGIC_MASK) != MAGIC) {
            throw damaged("it is not one");
        }
        if (bytes.getInt(LENGTH_OFFSET) != content.length || bytes.getInt(CRC_OFFSET) != checksum(bytes)) {
            throw damaged("its checksum does not match its bytes");
        }
        boolean isFirst = knownVersion(bytes) == FIRST_VERSION;
        int headerLength = isFirst ? HEADER_LENGTH_1 : HEADER_LENGTH;
        int entryLength = isFirst ? ENTRY_LENGTH_1 : ENTRY_LENGTH;
        int count = bytes.getInt(COUNT_OFFSET);
        long pathLength = isFirst || content.length < HEADER_LENGTH ? 0 : bytes.getInt(PATH_LENGTH_OFFSET);
        if (count < 0 || pathLength < 0 || content.length != headerLength + (long) entryLength * count + pathLength) {
            throw damaged("it contradicts itself");
        }
        Manifest manifest = new Manifest(
                new Manifest.Origin(bytes.getInt(JOURNAL_OFFSET), bytes.getLong(CREATED_OFFSET)),
                new Manifest.Beginning(
                        bytes.getLong(FIRST_SEGMENT_OFFSET),
                        bytes.getLong(FIRST_SEQUENCE_OFFSET),
                        chain(bytes, CHAIN_OFFSET)),
                bytes.getLong(NEEDED_OFFSET),
                bytes.getLong(BEGUN_OFFSET),
                isFirst ? 0 : bytes.getLong(EPOCH_OFFSET),
                isFirst ? InputBinding.NONE : binding(bytes, headerLength + count * entryLength),
                sealed(bytes, headerLength, count, isFirst));
        String contradiction = ManifestClaims.contradiction(manifest);
        if (contradiction != null) {
            throw damaged("its checksum is right, but it contradicts itself: " + contradiction);
        }
        return manifest;
    }

    private static int knownVersion(ByteBuffer bytes) {
        int version = bytes.getInt(MAGIC_OFFSET) >>> 24;
        if (version < FIRST_VERSION || version > VERSION) {
            throw new JournalDamagedException(JournalProblem.inJournal(
                    ProblemKind.UNSUPPORTED,
                    "the manifest is of version " + version + ", but the newest that can be read is " + VERSION));
        }
        return version;
    }

    private static List<SealedSegment> sealed(ByteBuffer bytes, int offset, int count, boolean isFirst) {
        int entryLength = isFirst ? ENTRY_LENGTH_1 : ENTRY_LENGTH;
        List<SealedSegment> sealed = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            SealedSegment segment = decode(bytes, offset + i * entryLength, isFirst);
            if (segment.number() != bytes.getLong(FIRST_SEGMENT_OFFSET) + i
                    || segment.end() == null
                    || segment.durability() == null) {
                throw damaged("it contradicts itself");
            }
            sealed.add(segment);
        }
        return sealed;
    }

    private static SealedSegment decode(ByteBuffer bytes, int at, boolean isFirst) {
        return new SealedSegment(
                bytes.getLong(at + NUMBER_OFFSET),
                SegmentEnd.ofSealedCode(bytes.getInt(at + END_OFFSET)),
                Durability.ofCode(bytes.getInt(at + DURABILITY_OFFSET)),
                new SealedSegment.Size(
                        bytes.getLong(at + FRAMES_OFFSET),
                        bytes.getLong(at + FRAME_BYTES_OFFSET),
                        bytes.getLong(at + FILE_LENGTH_OFFSET)),
                new SealedSegment.Contents(
                        bytes.getLong(at + RESULT_COUNT_OFFSET),
                        outcomes(bytes, at + OUTCOMES_OFFSET),
                        bytes.getLong(at + LOWEST_SEQUENCE_OFFSET),
                        bytes.getLong(at + HIGHEST_RESULT_OFFSET)),
                new SealedSegment.Times(
                        bytes.getLong(at + FIRST_TIME_OFFSET),
                        bytes.getLong(at + (isFirst ? FIRST_TIME_OFFSET : LOWEST_TIME_OFFSET)),
                        bytes.getLong(at + (isFirst ? LATEST_TIME_OFFSET : HIGHEST_TIME_OFFSET))),
                new SealedSegment.AtEnd(
                        bytes.getLong(at + LOW_WATERMARK_OFFSET),
                        bytes.getLong(at + HIGHEST_SEQUENCE_OFFSET),
                        bytes.getLong(at + LATEST_TIME_OFFSET),
                        chain(bytes, at + ENTRY_CHAIN_OFFSET)));
    }

    private static OutcomeCounts outcomes(ByteBuffer bytes, int at) {
        return new OutcomeCounts(
                bytes.getLong(at), bytes.getLong(at + 8), bytes.getLong(at + 16), bytes.getLong(at + 24));
    }

    private static void put(ChainHash.Value chain, ByteBuffer bytes, int offset) {
        chain.write(new UnsafeBuffer(bytes.array()), offset);
    }

    private static ChainHash.Value chain(ByteBuffer bytes, int offset) {
        return ChainHash.Value.read(new UnsafeBuffer(bytes.array()), offset);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 4, bytes.capacity() - 4);
        return (int) crc.getValue();
    }

    private static JournalDamagedException damaged(String what) {
        return new JournalDamagedException(JournalProblem.ofManifest(what));
    }
}
