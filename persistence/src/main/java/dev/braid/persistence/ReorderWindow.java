package dev.braid.persistence;

import dev.braid.engine.Outcome;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Results that were read before their turn. Their payloads are kept up to a bound in bytes. Of further ones only the place in the
 * journal's files is kept: they are read again when their turn comes.
 * <p>
 * Results lie in pages by sequence. Only pages with results exist, and they are used again: so memory grows with the number of
 * results that were overtaken, and not with the distance of a sequence, which can be anything if it is forged.
 */
final class ReorderWindow implements AutoCloseable {
    static final int MAX_LENGTH = 1 << 26;

    private static final int PAGE_SHIFT = 6;
    private static final int INITIAL_PAGES = 16;

    /** Stands for a payload's length if the result is not wanted. */
    private static final int UNWANTED = -1;

    private static final byte[] EMPTY = {};

    private final long maxBytes;
    private final HeldBackFiles files;
    private final CRC32C crc = new CRC32C();
    private final UnsafeBuffer payload = new UnsafeBuffer(EMPTY);
    private final RefusedRecord refused = new RefusedRecord();
    private Page[] pages = new Page[INITIAL_PAGES];
    /** Pages without results, to be used again. */
    private Page spare;

    private int size;
    /** Length of the payloads that are held, and of all arrays for payloads, which are used again. */
    private long heldBytes;

    private long arrayBytes;
    private byte[] loaded = EMPTY;

    /** Results whose sequences differ in their last bits only. */
    private static final class Page {
        private static final int LENGTH = 1 << PAGE_SHIFT;

        private long number;
        /** A bit for each result that is held. */
        private long held;
        /** A bit for each held result whose payload has a record beside the reason. */
        private long kept;

        private Page nextSpare;
        private final int[] subStreams = new int[LENGTH];
        private final Outcome[] outcomes = new Outcome[LENGTH];
        private final long[] timesNs = new long[LENGTH];
        private final int[] lengths = new int[LENGTH];
        private final byte[][] payloads = new byte[LENGTH][];
        private final SegmentGroups[] groups = new SegmentGroups[LENGTH];
        /** Places of payloads that are not kept, see {@link HeldBackFiles}; {@code null} until there is one. */
        private Places places;

        private long bit(long sequence) {
            return 1L << sequence;
        }

        private int slot(long sequence) {
            return (int) sequence & LENGTH - 1;
        }
    }

    /** Places of payloads. */
    private static final class Places {
        private final long[] segments = new long[Page.LENGTH];
        private final long[] offsets = new long[Page.LENGTH];
        private final int[] checksums = new int[Page.LENGTH];
        /** A bit for each payload that is in a file only. */
        private long used;
    }

    /**
     * @param maxBytes maximum length of payloads that are kept.
     * @param files    where others are.
     */
    ReorderWindow(long maxBytes, HeldBackFiles files) {
        this.maxBytes = maxBytes;
        this.files = files;
    }

    int size() {
        return size;
    }

    boolean contains(long sequence) {
        return size > 0 && page(sequence) != null;
    }

    /** Returns the lowest sequence from this one on that is held. There must be one. */
    long firstFrom(long sequence) {
        long first = sequence;
        while (true) {
            Page page = pages[index(first)];
            long rest = page == null || page.number != first >>> PAGE_SHIFT ? 0 : page.held >>> page.slot(first);
            if (rest != 0) {
                return first + Long.numberOfTrailingZeros(rest);
            }
            first = (first >>> PAGE_SHIFT) + 1 << PAGE_SHIFT;
        }
    }

    /** Returns the page with a result, {@code null} if the result is not held. */
    private Page page(long sequence) {
        Page page = pages[index(sequence)];
        boolean isHeld =
                page != null && page.number == sequence >>> PAGE_SHIFT && (page.held & page.bit(sequence)) != 0;
        return isHeld ? page : null;
    }

    private int index(long sequence) {
        return (int) (sequence >>> PAGE_SHIFT) & pages.length - 1;
    }

    /**
     * Holds a result.
     *
     * @param next     the sequence whose turn it is; nothing below it is held.
     * @param reader   stands on the frame.
     * @param groups   handler groups of the segment that it is in.
     * @param isWanted whether it will be delivered; otherwise only its sequence is noted.
     */
    void add(long next, SegmentReader reader, SegmentGroups groups, boolean isWanted) {
        FrameDecoder result = reader.frame();
        long sequence = result.sequence();
        Page page = pageFor(next, sequence);
        int slot = page.slot(sequence);
        page.held |= page.bit(sequence);
        page.lengths[slot] = isWanted ? result.payloadLength() : UNWANTED;
        size++;
        if (isWanted) {
            page.subStreams[slot] = result.subStream();
            page.outcomes[slot] = result.outcome();
            page.kept = result.isRecordKept() ? page.kept | page.bit(sequence) : page.kept & ~page.bit(sequence);
            page.timesNs[slot] = result.timeNs();
            page.groups[slot] = groups;
            if (heldBytes + result.payloadLength() > maxBytes) {
                note(reader, page, slot);
            } else {
                keep(result, page, slot);
            }
        }
    }

    private Page pageFor(long next, long sequence) {
        long needed = (sequence >>> PAGE_SHIFT) - (next >>> PAGE_SHIFT) + 1;
        if (needed > pages.length) {
            Page[] old = pages;
            pages = new Page[BitUtil.findNextPositivePowerOfTwo((int) needed)];
            for (Page page : old) {
                if (page != null) {
                    pages[index(page.number << PAGE_SHIFT)] = page;
                }
            }
        }
        Page page = pages[index(sequence)];
        if (page == null) {
            page = spare == null ? new Page() : spare;
            spare = page.nextSpare;
            page.nextSpare = null;
            page.number = sequence >>> PAGE_SHIFT;
            pages[index(sequence)] = page;
        }
        return page;
    }

    private void keep(FrameDecoder result, Page page, int slot) {
        int length = result.payloadLength();
        byte[] bytes = page.payloads[slot];
        if (bytes == null || bytes.length < length) {
            arrayBytes += length - (bytes == null ? 0 : bytes.length);
            bytes = length == 0 ? EMPTY : new byte[length];
            page.payloads[slot] = bytes;
        }
        result.buffer().getBytes(result.payloadOffset(), bytes, 0, length);
        heldBytes += length;
    }

    private void note(SegmentReader reader, Page page, int slot) {
        FrameDecoder result = reader.frame();
        if (page.places == null) {
            page.places = new Places();
        }
        load(result);
        page.places.used |= 1L << slot;
        page.places.segments[slot] = reader.segment().number();
        page.places.offsets[slot] = reader.frameOffset() + result.payloadOffset();
        page.places.checksums[slot] = checksum(result.payloadLength());
        files.hold(reader.segment(), reader.dataFile());
    }

    private void load(FrameDecoder result) {
        ensureLoadable(result.payloadLength());
        result.buffer().getBytes(result.payloadOffset(), loaded, 0, result.payloadLength());
    }

    private void ensureLoadable(int length) {
        if (loaded.length < length) {
            loaded = new byte[BitUtil.findNextPositivePowerOfTwo(length)];
        }
    }

    private int checksum(int length) {
        crc.reset();
        crc.update(loaded, 0, length);
        return (int) crc.getValue();
    }

    /**
     * Makes a result that is held ready to be delivered: reads its payload again, if only its place was noted.
     *
     * @throws JournalException        if it cannot be read.
     * @throws JournalDamagedException if it is not as it was.
     */
    void load(long sequence) {
        Page page = page(sequence);
        int slot = page.slot(sequence);
        int length = page.lengths[slot];
        if (page.places == null || (page.places.used & 1L << slot) == 0) {
            payload.wrap(length > 0 ? page.payloads[slot] : EMPTY);
            return;
        }
        ensureLoadable(length);
        Path file = files.read(page.places.segments[slot], page.places.offsets[slot], loaded, length);
        if (checksum(length) != page.places.checksums[slot]) {
            throw new JournalDamagedException(JournalProblem.inJournal(
                    ProblemKind.CORRUPT,
                    SequenceRange.of(sequence),
                    "the payload of sequence " + sequence + ", " + length + " bytes at offset "
                            + page.places.offsets[slot] + " of " + file
                            + ", is not what it was when its frame was read"));
        }
        payload.wrap(loaded);
    }

    /** Delivers a loaded result if it is wanted, and releases it. Returns whether it was wanted. */
    boolean deliver(long sequence, ResultHandler handler) {
        Page page = page(sequence);
        int slot = page.slot(sequence);
        int length = page.lengths[slot];
        release(page, sequence, slot);
        if (length == UNWANTED) {
            return false;
        }
        Outcome outcome = page.outcomes[slot];
        if (FrameDecoder.isRefused(outcome)) {
            refused.wrap(payload, 0, length, (page.kept & page.bit(sequence)) != 0);
            handler.onRefused(sequence, page.subStreams[slot], outcome, page.timesNs[slot], refused);
        } else {
            handler.onResult(sequence, page.subStreams[slot], outcome, page.timesNs[slot], payload, 0, length);
        }
        return true;
    }

    private void release(Page page, long sequence, int slot) {
        int length = page.lengths[slot];
        page.held &= ~page.bit(sequence);
        size--;
        if (page.places != null && (page.places.used & 1L << slot) != 0) {
            page.places.used &= ~(1L << slot);
            files.release(page.places.segments[slot]);
        } else if (length != UNWANTED) {
            heldBytes -= length;
            if (arrayBytes > maxBytes / 2) {
                arrayBytes -= page.payloads[slot].length;
                page.payloads[slot] = null;
            }
        }
        if (page.held == 0) {
            pages[index(sequence)] = null;
            page.nextSpare = spare;
            spare = page;
        }
    }

    /** Returns the groups of the segment that has a held result. */
    SegmentGroups groups(long sequence) {
        Page page = page(sequence);
        return page.lengths[page.slot(sequence)] == UNWANTED ? SegmentGroups.NONE : page.groups[page.slot(sequence)];
    }

    @Override
    public void close() {
        Arrays.fill(pages, null);
        spare = null;
        size = 0;
        files.close();
    }
}
