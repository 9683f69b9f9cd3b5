package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.List;
import org.agrona.CloseHelper;

/**
 * Reads the frames of one segment, and checks that they are what and where they should be: a head first, an end last, all
 * of this segment and of a version that is known.
 */
final class SegmentReader implements AutoCloseable {
    private final Segment segment;
    private final ProblemListener listener;
    private final boolean beyondEnd;
    private final FrameDecoder frame = new FrameDecoder();

    private SegmentScanner scanner;
    private boolean unreadable;
    private boolean closed;
    private long createdNs;
    private long frames;
    private long results;
    private long bytes;
    private List<JournalGroup> groups = List.of();

    /**
     * A reader that stands before the first frame.
     *
     * @param beyondEnd whether to read on after the segment's end, where there should be nothing.
     */
    SegmentReader(Segment segment, ProblemListener listener, boolean beyondEnd) {
        this.segment = segment;
        this.listener = listener;
        this.beyondEnd = beyondEnd;
    }

    /** Goes to the next good frame; {@code false} if there is none now. */
    boolean next() {
        if (unreadable || (closed && !beyondEnd) || !openFile()) {
            frame.clear();
            return false;
        }
        while (scanner.next()) {
            frame.wrap(scanner.buffer(), scanner.frame());
            if (take()) {
                return true;
            }
            if (unreadable) {
                break;
            }
        }
        frame.clear();
        return false;
    }

    private boolean openFile() {
        if (scanner == null) {
            Path file = segment.dataFile();
            if (file != null) {
                scanner = new SegmentScanner(segment, new FileWindow(file), listener);
            }
        }
        return scanner != null;
    }

    private boolean take() {
        if (frame.version() != FrameLayout.VERSION) {
            unreadable = true;
            return refuse(
                    ProblemKind.UNSUPPORTED,
                    "it is of version " + frame.version() + ", but the newest that can be read is "
                            + FrameLayout.VERSION);
        }
        if (frame.segment() != (int) segment.number()) {
            return refuse(ProblemKind.CORRUPT, "it belongs to segment " + frame.segment());
        }
        if (closed) {
            return refuse(ProblemKind.CORRUPT, "it stands after the end of the segment");
        }
        if (!frame.isWellFormed() || (frame.type() == FrameLayout.TYPE_HEAD) != (frame.ordinal() == 0)) {
            return refuse(ProblemKind.CORRUPT, "its checksum is right, but it contradicts itself");
        }
        frames++;
        results += frame.resultCount();
        bytes += frame.length();
        if (frame.type() == FrameLayout.TYPE_HEAD) {
            createdNs = frame.timeNs();
            groups = frame.groups();
        } else if (frame.type() == FrameLayout.TYPE_END) {
            closed = true;
            if (results != frame.results()) {
                report(
                        ProblemKind.HOLE,
                        -1,
                        -1,
                        frame.results() + " results were written, but " + results + " are here");
            }
        }
        return true;
    }

    private boolean refuse(ProblemKind kind, String what) {
        report(kind, -1, -1, what);
        return false;
    }

    /** Reports a problem with the present frame. */
    void report(ProblemKind kind, long firstSequence, long lastSequence, String what) {
        listener.onProblem(JournalProblem.inFrame(
                kind, segment, frame.ordinal(), scanner.frameOffset(), firstSequence, lastSequence, what));
    }

    /** The present frame: before its first result, after {@link #next()}. On none if that returned {@code false}. */
    FrameDecoder frame() {
        return frame;
    }

    Segment segment() {
        return segment;
    }

    /** Where the reader stands in the data file. */
    long position() {
        return scanner == null ? 0 : scanner.position();
    }

    /** Whether the segment's end was read. */
    boolean isClosed() {
        return closed;
    }

    /** How many results there are in the frames so far. */
    long results() {
        return results;
    }

    List<JournalGroup> groups() {
        return groups;
    }

    /** What was read so far. */
    SegmentDescription describe(long lowestSequence, long highestSequence) {
        return new SegmentDescription(
                segment.name(),
                segment.number(),
                createdNs,
                closed,
                frames,
                results,
                lowestSequence,
                highestSequence,
                bytes,
                groups);
    }

    @Override
    public void close() {
        CloseHelper.close(scanner);
    }
}
