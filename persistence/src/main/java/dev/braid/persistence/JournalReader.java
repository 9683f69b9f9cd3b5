package dev.braid.persistence;

import dev.braid.engine.JvmFlags;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.agrona.CloseHelper;

/**
 * Reads the results of a journal, forward, also while it is being written.
 * <p>
 * In {@link ReadOrder#SEQUENCE} order results are held back until all before them were delivered; those that stand in the
 * journal in sequence order are delivered from where they stand, without a copy. Where an engine halted or was killed,
 * sequences may be missing permanently. The reader goes on after them, still ascending, as soon as it is certain that they
 * will not come: at the end of a journal that nobody writes. Such a reader is at its end; a new one reads what a later
 * writer adds. One that {@linkplain JournalReaderBuilder#follow() follows} waits for that writer instead.
 * <p>
 * Damage is never passed over silently: every checksum, the order of frames and segments, the hashes that chain them, that
 * no segment has lost its end, and in sequence order also that nothing is missing which the journal says is there, are
 * checked on the way. Results before the damage have been delivered when the exception comes; every later poll throws it
 * again.
 * <p>
 * <b>Threads:</b> for one thread at a time; {@link #close()} is for any.
 */
public final class JournalReader implements AutoCloseable {
    private static final FrameDecoder NO_FRAME = new FrameDecoder();

    private final Path dir;
    private final ReadOrder order;
    private final JournalReaderConfig.Delivery delivery;
    private final JournalReaderConfig.Filter filter;
    private final boolean isFiltered;
    private final long from;
    private final long to;
    private final ReadPace pace;
    private final FrameCursor cursor;
    private final UseCount use;
    private final ProblemListener listener;
    private final ReadProgress progress;
    private final ReorderWindow heldBack;

    private FrameDecoder frame = NO_FRAME;
    private SegmentGroups groupsOfFrame = SegmentGroups.NONE;
    private SegmentGroups groups = SegmentGroups.NONE;
    private long next;
    /** Low watermark declared by the frames that were read to their end. */
    private long declared = -1;
    /** Sequences up to this one are not waited for. */
    private long givenUp = -1;

    private boolean isEnded;
    private boolean isPaced;
    private RuntimeException failure;

    JournalReader(JournalReaderConfig config) {
        this.dir = config.access().dir();
        this.listener = config.access().listener();
        this.delivery = config.delivery();
        this.order = delivery.order();
        this.filter = config.filter();
        this.isFiltered = filter.isActive();
        this.to = config.range().to();
        JournalReaderConfig.Pacing pacing = config.pacing();
        this.pace = new ReadPace(pacing.multiple(), pacing.clock(), pacing.times());
        this.cursor = FrameCursor.open(config.access());
        this.heldBack = new ReorderWindow(delivery.reorderBytes(), new HeldBackFiles(cursor::holdBack));
        this.use = new UseCount("the reader of journal " + dir, () -> CloseHelper.closeAll(heldBack, cursor));
        try {
            this.from = seek(config.range(), pacing);
        } catch (Throwable t) {
            cursor.close();
            throw t;
        }
        this.next = from;
        this.progress = new ReadProgress(cursor, config.progress());
    }

    private long seek(JournalReaderConfig.Range range, JournalReaderConfig.Pacing pacing) {
        long first = Math.max(range.from(), cursor.firstSequence());
        if (range.isFromTime()) {
            long lowWatermark = cursor.toTime(range.fromTimeNs(), pacing.times());
            if (order == ReadOrder.JOURNAL) {
                return first;
            }
            first = Math.max(first, lowWatermark + 1);
            cursor.toSequence(first); // Others that are still to be delivered may have overtaken it.
        } else if (first > cursor.firstSequence()) {
            cursor.toSequence(first);
        }
        return first;
    }

    /**
     * Opens a reader at the start of a journal.
     *
     * @param dir   folder of the journal.
     * @param order order in which results are delivered.
     * @return a reader that stands before the first result.
     * @throws JournalDamagedException if the journal's manifest is damaged.
     * @throws JournalException        if there is no journal, or it cannot be read.
     */
    public static JournalReader open(Path dir, ReadOrder order) {
        return builder(dir).order(order).open();
    }

    /**
     * Returns a builder of a reader.
     *
     * @param dir folder of the journal.
     * @return a builder.
     * @throws IllegalStateException if the JVM lacks a flag; the message names it.
     */
    public static JournalReaderBuilder builder(Path dir) {
        JvmFlags.check();
        return new JournalReaderBuilder(dir);
    }

    /**
     * Returns the handler groups of the engine that wrote the result delivered last. The result's handler may ask. The
     * engines of other segments may have had other groups; {@link Journals#groups} knows them all.
     *
     * @return the groups, in the order of their sub-streams; empty before the first result, and if none were recorded.
     */
    public List<JournalGroup> groups() {
        return groups.groups();
    }

    /** Returns these groups as of the segment that has the result. */
    SegmentGroups segmentGroups() {
        return groups;
    }

    /**
     * Tells whether the last poll delivered no more because what comes next is not due yet, see
     * {@link JournalReaderBuilder#pace(double)}.
     *
     * @return {@code false} also at the end of the journal.
     */
    public boolean isPaced() {
        return isPaced;
    }

    /**
     * Tells whether nothing more will come, whatever is still written: all up to {@link JournalReaderBuilder#toSequence(long)} was
     * delivered, or the reader has gone on after sequences that were missing at the end of the journal. To be asked after a
     * poll that delivered nothing.
     *
     * @return {@code false} also where the reader stands at the end of what there is now.
     */
    public boolean isDone() {
        return isEnded || order == ReadOrder.SEQUENCE && next > to;
    }

    /**
     * Delivers the next results.
     *
     * @param handler receives them. What it throws passes through; the result counts as delivered.
     * @param limit   maximum number of results.
     * @return how many were delivered: 0 at the end of the journal, if only for now, and where the next one is not due yet.
     * @throws JournalDamagedException if the journal is damaged; the message says where.
     * @throws JournalException        if it cannot be read, or too many results would have to be held back.
     * @throws IllegalStateException   if the reader is closed.
     */
    public int poll(ResultHandler handler, int limit) {
        use.begin();
        try {
            return deliver(handler, limit);
        } finally {
            use.end();
        }
    }

    private int deliver(ResultHandler handler, int limit) {
        if (failure != null) {
            throw failure;
        }
        int delivered = 0;
        while (delivered < limit && !use.isClosed() && (order == ReadOrder.JOURNAL || next <= to)) {
            if (heldBack.contains(next)) {
                delivered += deliverHeldBack(handler) ? 1 : 0;
            } else if (next <= givenUp) {
                passOverGivenUp();
            } else if (advance()) {
                delivered += takeAll(handler, limit - delivered);
            } else if (!giveUpHole()) {
                break;
            }
        }
        return delivered;
    }

    private boolean deliverHeldBack(ResultHandler handler) {
        try {
            heldBack.load(next);
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
        groups = heldBack.groups(next);
        return heldBack.deliver(next++, handler);
    }

    /** Takes the result on which the frame stands, and those that follow for as long as they are delivered straight. */
    private int takeAll(ResultHandler handler, int limit) {
        int delivered = take(handler) ? 1 : 0;
        if (isFiltered || heldBack.size() > 0) {
            return delivered;
        }
        groups = groupsOfFrame;
        try {
            return delivered
                    + (order == ReadOrder.JOURNAL
                            ? frame.deliver(handler, from, to, false, limit - delivered)
                            : deliverInSequence(handler, limit - delivered));
        } catch (FrameContradiction e) {
            passOver(e);
            return delivered;
        }
    }

    /** Reports that the rest of the present frame cannot be read, and goes on after it, if the listener lets it. */
    private void passOver(FrameContradiction contradiction) {
        if (!contradiction.isOf(frame)) {
            throw contradiction; // It is the handler's.
        }
        try {
            cursor.segment().report(ProblemKind.CORRUPT, Optional.empty(), contradiction.getMessage());
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
        frame = NO_FRAME;
    }

    /** Goes on after the sequences that are not waited for, but not past one that is held. */
    private void passOverGivenUp() {
        next = heldBack.size() == 0 ? givenUp + 1 : Math.min(givenUp + 1, heldBack.firstFrom(next));
    }

    private int deliverInSequence(ResultHandler handler, int limit) {
        int before = frame.remaining();
        try {
            return frame.deliver(handler, next, to, true, (int) Math.min(limit - 1, to - next) + 1);
        } finally {
            next += before - frame.remaining();
        }
    }

    /** Delivers the frame's present result, or holds it back. */
    private boolean take(ResultHandler handler) {
        long sequence = frame.sequence();
        if (sequence < from) {
            return false;
        }
        if (order == ReadOrder.SEQUENCE) {
            if (sequence != next) {
                holdBack(sequence);
                return false;
            }
            next++;
        }
        if (sequence > to || !isWanted()) {
            return false;
        }
        if (groups != groupsOfFrame) {
            groups = groupsOfFrame;
        }
        frame.deliver(handler);
        return true;
    }

    private boolean isWanted() {
        return !isFiltered || filter.isWanted(frame.subStream(), groupsOfFrame.groups());
    }

    /** Goes to the next result in the journal; {@code false} if there is none now. */
    private boolean advance() {
        while (!nextResult()) {
            if (isEnded || !nextFrame()) {
                return false;
            }
        }
        return true;
    }

    private boolean nextResult() {
        try {
            return frame.nextResult();
        } catch (FrameContradiction e) {
            passOver(e);
            return false;
        }
    }

    private boolean nextFrame() {
        frame = NO_FRAME;
        isPaced = false;
        try {
            if (order == ReadOrder.SEQUENCE) {
                checkNothingMissing();
            } else if (declared >= to) {
                isEnded = true;
            }
            if (isEnded || next <= givenUp || !cursor.next()) {
                return false;
            }
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
        if (isPaceKept(cursor.frame()) && !pace.isDue(cursor.frame().timeNs())) {
            cursor.unread();
            isPaced = true;
            return false;
        }
        frame = cursor.frame();
        groupsOfFrame = cursor.segment().segmentGroups();
        declared = Math.max(declared, frame.lowWatermark());
        progress.report();
        return true;
    }

    /** Tells whether a frame has to wait until it is due; frames before the place where delivery begins need not. */
    private boolean isPaceKept(FrameDecoder candidate) {
        return candidate.resultCount() > 0 && candidate.highestSequence() >= from;
    }

    /** At the end of a frame: the sequences that it declares as done must have been delivered. */
    private void checkNothingMissing() {
        if (declared >= next && givenUp < declared) {
            cursor.segment()
                    .report(
                            ProblemKind.GAP,
                            new SequenceRange(next, declared),
                            "sequence " + next + " has no result, though all up to " + declared
                                    + " should have one by now");
            givenUp = declared;
        }
    }

    private void holdBack(long sequence) {
        try {
            if (sequence < next || heldBack.contains(sequence)) {
                String what = "sequence " + sequence + " has a result before";
                cursor.segment().report(ProblemKind.DUPLICATE, SequenceRange.of(sequence), what);
                return;
            }
            if (sequence - next >= delivery.reorderWindow()) {
                throw new JournalException("sequence " + next + " of journal " + dir + " was overtaken by sequence "
                        + sequence + ", more than the re-order window of " + delivery.reorderWindow()
                        + " results: see reorderWindow");
            }
        } catch (JournalException e) {
            failure = e;
            throw e;
        }
        heldBack.add(next, cursor.segment(), groupsOfFrame, sequence <= to && isWanted());
    }

    /** Goes on with what is held back, if what it waits for will not come. */
    private boolean giveUpHole() {
        if (next <= givenUp) {
            return true;
        }
        if (heldBack.size() == 0 || delivery.follow() || isPaced) {
            return false;
        }
        if (!isEnded && !cursor.isClosed()) {
            if (JournalLock.isHeld(dir)) {
                return false;
            }
            if (nextFrame()) {
                return true; // Written just before the writer ended.
            }
            if (isPaced) {
                return false;
            }
        }
        isEnded = true;
        long first = next;
        next = heldBack.firstFrom(next);
        reportUnfinished(first, Math.min(next - 1, to));
        return true;
    }

    private void reportUnfinished(long first, long last) {
        SequenceRange range = new SequenceRange(first, last);
        listener.onProblem(JournalProblem.inJournal(ProblemKind.UNFINISHED, range, range.have() + " no result"));
    }

    /**
     * Frees the files and the memory: at once, or when the poll under way ends. To be called by any thread, and by handlers.
     * Calls after the first do nothing.
     */
    @Override
    public void close() {
        use.close();
    }
}
