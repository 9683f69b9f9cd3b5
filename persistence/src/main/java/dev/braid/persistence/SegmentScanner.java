package dev.braid.persistence;

import static dev.braid.persistence.FrameLayout.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.braid.persistence.JournalFolder.Segment;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;

/**
 * Finds the frames in the data file of a Chronicle Queue, one after the other, and whatever damage lies between them.
 * <p>
 * It walks the file itself instead of asking a Chronicle tailer, which stops without a word where a page was lost,
 * trusts counters and indexes that may be damaged, and locks and waits. The file is simple enough: documents, aligned to
 * 4, each after a word with its length, which stays 0 until the document is complete.
 * <pre>
 *  word of a document         0                  nothing here yet, or not complete
 *                             0LLL…              frame of length L
 *                             01LLL…             Chronicle's own data, of length L
 *                             11000…             nothing more will come
 *
 *  | header | index to indexes | index | frame 0 | frame 1 | … | index | … | frame n | zeros |
 * </pre>
 * Whatever is not a frame is searched for frames all the same: Chronicle's own data, a damaged stretch, and the zeros at
 * the end, where a writer that was killed may have left a part of one frame, but nothing more.
 */
final class SegmentScanner implements AutoCloseable {
    private static final int NOT_COMPLETE = 0x8000_0000;
    private static final int META_DATA = 0x4000_0000;
    private static final int LENGTH_MASK = 0x3FFF_FFFF;
    private static final int END_OF_FILE = NOT_COMPLETE | META_DATA;
    static final int WORD_LENGTH = 4;

    private final Segment segment;
    private final FileWindow window;
    private final ProblemListener listener;
    private final FrameFinder finder;

    private long position;
    private long nextOrdinal;
    /** Whether a search found a frame at the position, whatever the word before it says. */
    private boolean found;

    private boolean tailSearched;
    private boolean lost;

    private long frameOffset;
    private int frameLength;

    /** @param journal id of the journal. */
    SegmentScanner(Segment segment, int journal, FileWindow window, ProblemListener listener) {
        this.segment = segment;
        this.window = window;
        this.finder = new FrameFinder(window, journal, (int) segment.number());
        this.listener = listener;
    }

    /** Returns the position in the file. */
    long position() {
        return position;
    }

    /** Returns the offset of the frame in the file. */
    long frameOffset() {
        return frameOffset;
    }

    /** Holds the frame until the next call of {@link #next()}. */
    DirectBuffer buffer() {
        return window.buffer();
    }

    /** Index of the frame in the buffer. */
    int frame() {
        return window.load(frameOffset, frameLength);
    }

    /** Starts at a frame that was found there. */
    void startAt(long frame, int ordinal) {
        position = frame - WORD_LENGTH;
        nextOrdinal = ordinal;
        found = true;
    }

    /** Wraps the first intact frame at or after an offset; {@code false} if there is none. */
    boolean findFrom(long offset, FrameDecoder decoder) {
        long next = finder.search(BitUtil.align(offset, WORD_LENGTH), Long.MAX_VALUE);
        if (next == FrameFinder.NOT_FOUND) {
            return false;
        }
        decoder.wrap(window.buffer(), window.load(next, finder.intactLength(next)));
        return true;
    }

    /**
     * Goes to the next intact frame, over damage if the listener lets it.
     *
     * @return {@code false} if there is none now; a writer may still add one.
     */
    boolean next() {
        while (!lost) {
            int word = word(position);
            if (!found && !isComplete(word)) {
                word = window.freshWord(position);
                if (isComplete(word)) {
                    window.reload(position, WORD_LENGTH);
                } else if (!searchTail(word)) {
                    return false;
                }
            } else if (!found && (word & META_DATA) != 0) {
                skipMetaData(word & LENGTH_MASK);
            } else if (takeFrame(word & LENGTH_MASK)) {
                return true;
            }
        }
        return false;
    }

    private boolean takeFrame(int documentLength) {
        boolean searched = found;
        found = false;
        long start = position + WORD_LENGTH;
        int length = finder.intactLength(start);
        if (length == 0) {
            // It may have been read in the very moment in which it was written, as may the word below.
            window.reload(start, HEADER_LENGTH);
            length = finder.intactLength(start);
        }
        if (length == 0) {
            skipDamaged(documentLength);
            return false;
        }
        if (!searched && length != documentLength && length != (window.freshWord(position) & LENGTH_MASK)) {
            report(
                    ProblemKind.BAD_HEADER,
                    position,
                    "Chronicle's word before it says " + documentLength + " bytes, the frame itself " + length);
        }
        position = start + length;
        long ordinal = ordinal(start, length);
        if (ordinal < nextOrdinal) {
            report(ProblemKind.DUPLICATE, start, "frame " + ordinal + " stands here, again or in the wrong place");
            return false;
        }
        if (ordinal > nextOrdinal) {
            report(ProblemKind.HOLE, start, "frame " + ordinal + " stands here, " + lostBefore(ordinal));
        }
        nextOrdinal = ordinal + 1;
        frameOffset = start;
        frameLength = length;
        return true;
    }

    /**
     * A frame that is not intact: goes over it if its length is plausible, otherwise to the next intact one. Where there
     * is no trace of a frame the word may be any four bytes, as the start of a frame to which a damaged word has led:
     * then what it claims to go over is searched first.
     */
    private void skipDamaged(int documentLength) {
        long start = position + WORD_LENGTH;
        long end = BitUtil.align(start + documentLength, WORD_LENGTH);
        boolean isPlausible =
                documentLength >= MIN_HEADER_LENGTH && documentLength <= MAX_FRAME_LENGTH && isDocument(end);
        if (isPlausible && hasMagic(window.buffer(), window.load(start, HEADER_LENGTH))) {
            report(ProblemKind.CORRUPT, start, "its checksum does not match its bytes");
            nextOrdinal++;
            position = end;
            return;
        }
        long next = finder.search(position, isPlausible ? end + WORD_LENGTH : Long.MAX_VALUE);
        if (next != FrameFinder.NOT_FOUND) {
            continueAt(next, ProblemKind.HOLE);
        } else if (isPlausible) {
            report(ProblemKind.CORRUPT, start, "this is no frame"); // But perhaps Chronicle's own data.
            position = end;
        } else {
            report(ProblemKind.CORRUPT, position, "it cannot be read, and neither can anything after it");
            lost = true;
        }
    }

    private boolean isDocument(long offset) {
        int word = word(offset);
        if (!isComplete(word) || (word & META_DATA) != 0) {
            return word == 0 || word == END_OF_FILE || (word & NOT_COMPLETE) == 0;
        }
        return hasMagic(window.buffer(), window.load(offset + WORD_LENGTH, HEADER_LENGTH));
    }

    private void skipMetaData(int documentLength) {
        long end = BitUtil.align(position + WORD_LENGTH + documentLength, WORD_LENGTH);
        boolean within = end <= window.fileSize();
        long next = finder.search(position, within ? end + WORD_LENGTH : Long.MAX_VALUE);
        if (next != FrameFinder.NOT_FOUND) {
            continueAt(next, ProblemKind.BAD_HEADER);
        } else if (within) {
            position = end;
        } else {
            report(ProblemKind.BAD_HEADER, position, "Chronicle's word here says more bytes than the file has");
            lost = true;
        }
    }

    /**
     * The end, or a hole? Looked into once: what makes a hole is a crash of the machine, which a reader does not live to
     * see, so it need not search again whenever a writer is a little behind it.
     */
    private boolean searchTail(int word) {
        if (tailSearched) {
            return false;
        }
        tailSearched = true;
        long start = position + WORD_LENGTH;
        long next = finder.search(start, Long.MAX_VALUE);
        long trace = -1;
        if (next == start && word == 0) {
            // A frame, but for its word: if it is the last one, then its writer was killed before it set the word.
            next = finder.search(start + finder.intactLength(start), Long.MAX_VALUE) == FrameFinder.NOT_FOUND
                    ? FrameFinder.NOT_FOUND
                    : start;
            trace = start;
        }
        trace = Math.max(trace, finder.lastTrace());
        if (isComplete(window.freshWord(position))) {
            return true; // Written meanwhile.
        }
        if (next != FrameFinder.NOT_FOUND) {
            continueAt(next, next == start ? ProblemKind.BAD_HEADER : ProblemKind.HOLE);
            return true;
        }
        if (word == 0 || position == 0) {
            if (trace > start + MAX_FRAME_LENGTH) {
                report(ProblemKind.HOLE, position, "zeros, but further on, at " + trace + ", there are other bytes");
            } else if (trace > position) {
                report(ProblemKind.TORN_TAIL, position, "its writer was stopped before the frame was complete");
            }
        } else if (word != END_OF_FILE) {
            report(ProblemKind.BAD_HEADER, position, "Chronicle's word here is none: 0x" + Integer.toHexString(word));
        }
        return false;
    }

    private void continueAt(long frame, ProblemKind kind) {
        long ordinal = ordinal(frame, HEADER_LENGTH);
        String what = ordinal > nextOrdinal ? lostBefore(ordinal) : "no frame is lost";
        report(kind, position, "unreadable up to " + frame + ", where frame " + ordinal + " stands; " + what);
        nextOrdinal = Math.max(nextOrdinal, ordinal);
        position = frame - WORD_LENGTH;
        found = true;
        tailSearched = false;
    }

    private String lostBefore(long ordinal) {
        return nextOrdinal + 1 == ordinal
                ? "frame " + nextOrdinal + " is lost"
                : "frames " + nextOrdinal + " to " + (ordinal - 1) + " are lost";
    }

    private long ordinal(long start, int length) {
        return window.buffer().getInt(window.load(start, length) + ORDINAL_OFFSET, LITTLE_ENDIAN);
    }

    private int word(long offset) {
        return window.buffer().getInt(window.load(offset, WORD_LENGTH), LITTLE_ENDIAN);
    }

    private static boolean isComplete(int word) {
        return word > 0; // Neither 0 nor with NOT_COMPLETE, which is the sign.
    }

    private void report(ProblemKind kind, long offset, String what) {
        listener.onProblem(JournalProblem.inFrame(kind, segment, nextOrdinal, offset, what));
    }

    @Override
    public void close() {
        window.close();
    }
}
