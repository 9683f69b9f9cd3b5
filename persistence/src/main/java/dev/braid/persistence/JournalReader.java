package dev.braid.persistence;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Reads the results of a journal, forward. It changes nothing, and may read while the journal is being written.
 * <p>
 * In {@link ReadOrder#SEQUENCE} order results are held back until all before them were delivered; those that stand in the
 * journal in sequence order are delivered from where they stand, without a copy. Where an engine halted or was killed,
 * sequences may be missing for good. The reader goes on after them, still ascending, as soon as it is certain that they
 * will not come: at the end of a journal that nobody writes. Such a reader is at its end; a new one reads what a later
 * writer adds.
 * <p>
 * Damage is never passed over: every checksum, the order of frames and segments, that no segment has lost its end, and in
 * sequence order also that nothing is missing which the journal says is there, are checked on the way. Results before the damage have been delivered when
 * the exception comes; every later poll throws it again.
 * <p>
 * <b>Threads:</b> for one thread at a time. A thread that is interrupted while it polls closes the file that it reads.
 */
public final class JournalReader implements AutoCloseable {
    private final Path dir;
    private final ReadOrder order;
    private final ReorderWindow heldBack = new ReorderWindow();

    private SegmentReader segment;
    private FrameDecoder frame;
    private long resultsBefore;
    private List<JournalGroup> groups = List.of();
    private long next;
    private boolean overHoles;
    private RuntimeException failure;

    private JournalReader(Path dir, ReadOrder order) {
        this.dir = dir;
        this.order = order;
        enter(0);
    }

    /**
     * Begins to read a journal.
     *
     * @param dir   of the journal.
     * @param order in which results are delivered.
     * @return a reader that stands before the first result.
     * @throws JournalException if there is no journal, it cannot be read, or a segment is missing.
     */
    public static JournalReader open(Path dir, ReadOrder order) {
        Objects.requireNonNull(order, "order");
        JournalFolder.checkJournal(dir);
        long expected = 0;
        for (JournalFolder.Segment present : JournalFolder.segments(dir)) {
            if (present.number() != expected) {
                throw new JournalException(
                        "journal " + dir + " has no segment " + expected + ", but has " + present.name());
            }
            expected++;
        }
        return new JournalReader(dir, order);
    }

    /**
     * The handler groups of the engine that wrote the result which was delivered last: may be asked by its handler. The
     * engines of other segments may have had other groups; {@link Journals#groups} knows them all.
     *
     * @return the groups, in the order of their sub-streams; empty before the first result, and if none were recorded.
     */
    public List<JournalGroup> groups() {
        return groups;
    }

    /**
     * Delivers the next results.
     *
     * @param handler receives them. What it throws passes through; the result counts as delivered.
     * @param limit   how many at most.
     * @return how many were delivered: 0 at the end of the journal, if only for now.
     * @throws JournalException if the journal is damaged or cannot be read; the message says where.
     */
    public int poll(ResultHandler handler, int limit) {
        if (failure != null) {
            throw failure;
        }
        int delivered = 0;
        while (delivered < limit) {
            if (heldBack.contains(next)) {
                groups = segment.groups();
                heldBack.deliver(next++, handler);
                delivered++;
            } else if (advance()) {
                long sequence = frame.sequence();
                if (order == ReadOrder.JOURNAL || sequence == next) {
                    next = sequence + 1;
                    groups = segment.groups();
                    handler.onResult(
                            sequence,
                            frame.subStream(),
                            frame.outcome(),
                            frame.timeNs(),
                            frame.buffer(),
                            frame.payloadOffset(),
                            frame.payloadLength());
                    delivered++;
                } else {
                    holdBack(sequence);
                }
            } else if (!passHole()) {
                break;
            }
        }
        return delivered;
    }

    /** Goes to the next result in the journal; {@code false} if there is none now. */
    private boolean advance() {
        if (frame.nextResult()) {
            return true;
        }
        if (overHoles) {
            return false;
        }
        do {
            if (!nextFrame()) {
                return false;
            }
        } while (!frame.nextResult());
        return true;
    }

    private boolean nextFrame() {
        try {
            if (order == ReadOrder.SEQUENCE) {
                checkNothingMissing();
            }
            if (!findFrame()) {
                return false;
            }
            if (order == ReadOrder.JOURNAL && frame.type() == FrameLayout.TYPE_HEAD) {
                checkNothingLostBefore();
            }
            return true;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    private boolean findFrame() {
        while (!segment.next()) {
            long following = segment.segment().number() + 1;
            if (!Files.isDirectory(JournalFolder.segment(dir, following).folder())) {
                return false;
            }
            // Its writer has ended, now that there is another: what it wrote in the meantime comes first.
            if (segment.next()) {
                return true;
            }
            enter(following);
        }
        return true;
    }

    private void enter(long number) {
        if (segment != null) {
            resultsBefore += segment.results();
            segment.close();
        }
        segment = new SegmentReader(JournalFolder.segment(dir, number), ProblemListener.STRICT, false);
        frame = segment.frame();
    }

    /** At the end of a frame: the sequences that it declares as done must have been delivered. */
    private void checkNothingMissing() {
        if (frame.isPresent() && frame.lowWatermark() >= next) {
            segment.report(
                    ProblemKind.GAP,
                    next,
                    next,
                    "sequence " + next + " has no result, though all up to " + frame.lowWatermark()
                            + " should have one by now");
        }
    }

    /** At the start of a segment: only a journal without holes is continued, so those before it must be complete. */
    private void checkNothingLostBefore() {
        if (resultsBefore < frame.firstSequence()) {
            segment.report(
                    ProblemKind.GAP,
                    -1,
                    -1,
                    "its first sequence is " + frame.firstSequence() + ", but there are only " + resultsBefore
                            + " results in the segments before it");
        }
    }

    private void holdBack(long sequence) {
        try {
            if (sequence < next || heldBack.contains(sequence)) {
                String what = "sequence " + sequence + " has a result before";
                segment.report(ProblemKind.DOUBLED, sequence, sequence, what);
            }
            if (sequence - next >= ReorderWindow.MAX_LENGTH) {
                String what = "sequence " + sequence + " cannot be, when " + next + " is yet to come";
                segment.report(ProblemKind.CORRUPT, sequence, sequence, what);
            }
        } catch (JournalException e) {
            failure = e;
            throw e;
        }
        heldBack.add(next, frame);
    }

    /** At the end of the journal: goes on with what is held back, once what it waits for will not come. */
    private boolean passHole() {
        if (heldBack.size() == 0) {
            return false;
        }
        if (!overHoles && !segment.isClosed()) {
            if (JournalLock.isHeld(dir)) {
                return false;
            }
            if (nextFrame()) {
                return true; // Written just before the writer ended.
            }
        }
        overHoles = true;
        while (!heldBack.contains(next)) {
            next++;
        }
        return true;
    }

    /** Frees the files. Calls after the first do nothing. */
    @Override
    public void close() {
        segment.close();
    }
}
