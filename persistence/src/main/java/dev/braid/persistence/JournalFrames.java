package dev.braid.persistence;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Walks over the frames of a journal as they stand in its files, for those who want to see the bytes. Results are read with
 * a {@link JournalReader}.
 * <p>
 * <b>Threads:</b> for one thread at a time.
 */
public final class JournalFrames implements AutoCloseable {
    private final FrameCursor cursor;
    private final UseCount use;

    private JournalFrames(Path dir, FrameCursor cursor) {
        this.cursor = cursor;
        this.use = new UseCount("what shows the frames of journal " + dir, cursor::close);
    }

    /** What a frame is for. */
    public enum Type {
        /** The first one of a segment. */
        HEAD,
        /** Has results. */
        RESULTS,
        /** The last one of a segment whose writer ended it in good order. */
        END
    }

    /**
     * Header of a frame; see {@code FORMAT.md} beside the code.
     *
     * @param place           place of the frame.
     * @param type            purpose of the frame.
     * @param format          format of the frame.
     * @param results         number of results in it.
     * @param lowWatermark    every sequence at or below it has a result in this frame or before.
     * @param highestSequence highest sequence of the journal up to here, empty for none.
     * @param times           times of the frame.
     */
    public record Header(
            Place place,
            Type type,
            Format format,
            int results,
            long lowWatermark,
            OptionalLong highestSequence,
            Times times) {}

    /**
     * Place of a frame.
     *
     * @param segment    name of the segment's folder.
     * @param frame      ordinal of the frame in the segment, from 0.
     * @param fileOffset offset in the segment's data file at which it begins.
     * @param length     length of all of it, in bytes.
     */
    public record Place(String segment, long frame, long fileOffset, int length) {}

    /**
     * Format of a frame.
     *
     * @param version version of the format.
     * @param crc     checksum of the frame.
     * @param journal id of the journal.
     */
    public record Format(int version, int crc, int journal) {}

    /**
     * Times of a frame, in nanoseconds since 1970-01-01T00:00Z.
     *
     * @param timeNs   time of the frame.
     * @param latestNs latest time of a frame of the journal up to here.
     */
    public record Times(long timeNs, long latestNs) {}

    /**
     * Content of a segment's head beyond its {@link Header}.
     *
     * @param durability durability of its writer.
     * @param chain      hash of the segments before, in hexadecimal.
     * @param groups     handler groups of the engine, in the order of their sub-streams.
     */
    public record Head(Durability durability, String chain, List<JournalGroup> groups) {}

    /**
     * Content of a segment's end beyond its {@link Header}.
     *
     * @param end     reason why it ended.
     * @param results in the segment.
     * @param chain   hash of it and of the segments before, in hexadecimal.
     */
    public record End(SegmentEnd end, long results, String chain) {}

    /**
     * Bytes of a data file.
     *
     * @param length length of the stretch.
     * @param bytes  bytes of it, from its beginning on.
     */
    public record Stretch(long length, byte[] bytes) {}

    /**
     * Returns the name of a segment.
     *
     * @param number number of the segment.
     * @return the name of its folder.
     */
    public static String segmentName(long number) {
        return JournalFolder.segmentName(number);
    }

    /**
     * Begins at the first frame.
     *
     * @param dir      folder of the journal.
     * @param listener receives damage, and decides whether to go on.
     * @return it stands before the first frame.
     * @throws JournalException if there is no journal, or it cannot be read.
     */
    public static JournalFrames open(Path dir, ProblemListener listener) {
        JournalFolder.checkJournal(dir);
        return new JournalFrames(
                dir,
                FrameCursor.open(
                        new FrameCursor.Access(dir, Objects.requireNonNull(listener, "listener"), false, true)));
    }

    /**
     * Goes to where a sequence is, over what comes before it.
     *
     * @param sequence sequence that no frame before has, nor one that is higher.
     * @return this.
     */
    public JournalFrames fromSequence(long sequence) {
        return use.during(() -> {
            cursor.toSequence(sequence);
            return this;
        });
    }

    /**
     * Goes to the first frame of a segment.
     *
     * @param number number of the segment.
     * @return this.
     * @throws IllegalArgumentException if there is none of this number, any more or yet.
     */
    public JournalFrames fromSegment(long number) {
        return use.during(() -> {
            cursor.toSegment(number);
            return this;
        });
    }

    /**
     * Goes to the next frame that is intact.
     *
     * @return {@code false} if there is none now.
     * @throws JournalDamagedException if the listener threw it.
     */
    public boolean next() {
        return use.during(cursor::next);
    }

    /**
     * Returns the header of the present frame.
     *
     * @return its header.
     */
    public Header header() {
        return use.during(this::readHeader);
    }

    private Header readHeader() {
        FrameDecoder frame = cursor.frame();
        long end = cursor.segment().position();
        return new Header(
                new Place(cursor.segment().segment().name(), frame.ordinal(), end - frame.length(), frame.length()),
                switch (frame.type()) {
                    case FrameLayout.TYPE_HEAD -> Type.HEAD;
                    case FrameLayout.TYPE_RESULTS -> Type.RESULTS;
                    default -> Type.END;
                },
                new Format(frame.version(), frame.crc(), frame.journal()),
                frame.resultCount(),
                frame.lowWatermark(),
                frame.highestSequence() < 0 ? OptionalLong.empty() : OptionalLong.of(frame.highestSequence()),
                new Times(frame.timeNs(), frame.latestTimeNs()));
    }

    /**
     * Returns the content of a frame of the type {@link Type#HEAD}.
     *
     * @return what it says.
     */
    public Head head() {
        return use.during(() -> {
            SegmentHead head = cursor.frame().head();
            return new Head(head.durability(), head.chain().toString(), head.groups());
        });
    }

    /**
     * Returns the content of a frame of the type {@link Type#END}.
     *
     * @return what it says.
     */
    public End end() {
        return use.during(() -> {
            SegmentTrailer trailer = cursor.frame().trailer();
            return new End(trailer.end(), trailer.results(), trailer.chain().toString());
        });
    }

    /**
     * Hands over the results of the frame, in the order in which they stand there.
     *
     * @param handler receives them. What it throws passes through.
     */
    public void forEachResult(ResultHandler handler) {
        use.begin();
        try {
            deliver(cursor.frame(), handler);
        } finally {
            use.end();
        }
    }

    private static void deliver(FrameDecoder frame, ResultHandler handler) {
        frame.rewind();
        while (frame.nextResult()) {
            frame.deliver(handler);
        }
    }

    /**
     * Copies the bytes of the frame.
     *
     * @return all of them.
     */
    public byte[] bytes() {
        FrameDecoder frame = cursor.frame();
        return use.during(() -> {
            byte[] bytes = new byte[frame.length()];
            frame.buffer().getBytes(0, bytes);
            return bytes;
        });
    }

    /**
     * Copies what stands where a problem was found, up to the next frame that is intact, or to the end of the file. What is
     * damaged may be anything: a frame with a wrong checksum, a part of one, zeros.
     *
     * @param problem of this journal, in a segment that is still there.
     * @param limit   maximum number of bytes.
     * @return the stretch; of length 0 if the problem has no place in a file, or the file is not there.
     */
    public Stretch stretch(JournalProblem problem, int limit) {
        return use.during(() -> cursor.stretch(problem, limit));
    }

    /** Frees the files and the memory; whatever is asked afterwards is an exception. Calls after the first do nothing. */
    @Override
    public void close() {
        use.close();
    }
}
