package dev.braid.engine;

/**
 * The first stage of the engine's thread: takes published records off the ring in sequence order, asks the partitioner, and puts
 * each record into the queue of its sub-stream.
 * <p>
 * A record of the shared ingress whose group is at its in-flight bound waits, and so does all of the shared ingress behind it. They
 * wait in the ring; but if groups have ingresses of their own, they are put aside into a list of stalled records, so that the
 * groups' records can pass them. Only records of a sub-stream that has stalled records wait behind these.
 */
final class PartitionHandler<E> {
    private static final int NO_GROUP = RingWaits.SHARED;

    private final IngestRing<E> ring;
    private final CellPool<E> pool;
    private final PartitionLookAhead<E> lookAhead;
    private final GroupState<E>[] groups;
    private final SubStream<E>[] subStreams;
    private final Backlog<E> backlog;
    private final InFlight<E> inFlight;
    private final TaggingBudget<E> budget;
    private final Failures<E> failures;
    private final EngineLifecycle lifecycle;
    private final RingWaits waits;
    private final LatencySampler sampler;
    private final IngestGate ingest;
    private final PartitionStalls<E> stalls;

    PartitionHandler(
            EngineContext<E> context,
            PartitionLookAhead<E> lookAhead,
            Backlog<E> backlog,
            InFlight<E> inFlight,
            TaggingBudget<E> budget,
            IngestGate ingest) {
        this.ring = context.ring();
        this.pool = context.pool();
        this.lookAhead = lookAhead;
        this.groups = context.layout().groups;
        this.subStreams = context.layout().subStreams;
        this.backlog = backlog;
        this.inFlight = inFlight;
        this.budget = budget;
        this.failures = new Failures<>(ring, pool, inFlight, budget, groups);
        this.stalls = new PartitionStalls<>(ring, pool);
        this.lifecycle = context.lifecycle();
        this.waits = ring.waits();
        this.sampler = context.sampler();
        this.ingest = ingest;
    }

    /**
     * Tags published records that there is room for, and sheds or fails what the {@link TaggingBudget} allows.
     *
     * @param served work that the dispatcher did since the last call.
     * @return the number of records tagged.
     */
    int tag(int served) {
        ring.refill();
        budget.begin(served);
        waits.renew(RingWaits.SHARED, sampler.nowNs());
        int tagged = failures.resume() + (stalls.isEmpty() ? 0 : tagStalled()) + tagPublished();
        budget.end();
        return tagged;
    }

    /** Returns whether there are records that the ingest handler does not admit yet. */
    boolean isHeldUp() {
        return ingest.mayHold() && ring.consumed() < ring.available();
    }

    /** @throws EngineHaltedException if the ingest handler threw. */
    void onStart() {
        ingest.onStart();
    }

    void onShutdown() {
        ingest.onShutdown();
    }

    private int tagPublished() {
        long consumed = ring.consumed();
        long end = ring.available();
        if (consumed >= end) {
            return 0;
        }
        // Records behind it were published after a close, and refused to their publishers.
        end = Math.min(end, lifecycle.takeThrough());
        end = Math.min(end, ingest.admit(end));
        long sequence = consumed + 1;
        while (sequence <= end) {
            lookAhead.look(sequence, end);
            long before = sequence;
            sequence = tagPlain(sequence, Math.min(end, lookAhead.plainThrough(sequence)));
            if (sequence == before) {
                if (!tagOtherwise(sequence, lookAhead.answer(sequence))) {
                    break;
                }
                sequence++;
            }
        }
        if (sequence - 1 > consumed) {
            ring.consume(sequence - 1);
        }
        return (int) (sequence - 1 - consumed);
    }

    /**
     * Fast path for the common case: records of the shared ingress for which there is room. Fields are read once, before the loop,
     * because the compiler would read them again after each store in it.
     *
     * @param to is in the same block.
     * @return the first record that was not tagged.
     */
    private long tagPlain(long from, long to) {
        if (!stalls.isEmpty() || from > to) {
            return from;
        }
        int block = inFlight.beginTagging(from);
        int tick = sampler.tick();
        int[] answers = lookAhead.answers();
        int[] slots = ring.slots();
        Cell[] cells = pool.cells();
        SubStream<E>[] subStreams = this.subStreams;
        long sequence = from;
        for (; sequence <= to; sequence++) {
            int answer = answers[(int) sequence & answers.length - 1];
            SubStream<E> subStream = subStreams[answer];
            GroupState<E> group = subStream.group;
            if (group.isFull()) {
                break;
            }
            int cell = slots[(int) sequence & slots.length - 1];
            cells[cell].tag(sequence, answer, false, tick, block);
            inFlight.tag(block, sequence, cell);
            group.tagged();
            if (!group.hasNew) {
                inFlight.noteNew(group);
            }
            if (subStream.add(cell, cells)) {
                backlog.begin(subStream);
            }
        }
        if (sequence > from) {
            ring.taken(sequence - 1);
            inFlight.endTagging(block, from, sequence - 1);
            long stamped = waits.stamped(RingWaits.SHARED);
            if (stamped >= from && stamped < sequence) {
                measureWait(RingWaits.SHARED, subStreams[lookAhead.answer(stamped)].group);
            }
        }
        return sequence;
    }

    /** Takes the general path. Returns whether the record left the ring. */
    private boolean tagOtherwise(long sequence, int answer) {
        int origin = ring.origin(sequence);
        if (origin != NO_GROUP) {
            tagOwn(sequence, answer, groups[origin]);
            return true;
        }
        if (answer == Partitioner.NO_SUB_STREAM) {
            if (waits.stamped(RingWaits.SHARED) == sequence) {
                waits.take(RingWaits.SHARED, 0); // It has no group through which its wait could be recorded.
            }
            failures.add(take(sequence, answer, false));
            return true;
        }
        SubStream<E> subStream = subStreams[answer];
        GroupState<E> group = subStream.group;
        boolean mustWait = !stalls.isEmpty() || group.isFull() && !(group.sheds && budget.take(group));
        if (mustWait && !ring.hasOwnIngresses()) {
            return false;
        }
        Cell cell = take(sequence, answer, false);
        if (waits.stamped(RingWaits.SHARED) == sequence) {
            measureWait(RingWaits.SHARED, group);
        }
        if (mustWait) {
            stalls.add(cell, subStream);
        } else {
            tagOrShed(cell, subStream);
        }
        return true;
    }

    /** Records the wait of a record that carries a stamp and leaves the ring. */
    private void measureWait(int ingress, GroupState<E> group) {
        sampler.recordInRing(group.index, waits.take(ingress, sampler.periodNs()));
    }

    private void tagOwn(long sequence, int answer, GroupState<E> group) {
        waits.renew(group.index, sampler.nowNs());
        if (waits.stamped(group.index) == sequence) {
            measureWait(group.index, group);
        }
        if (answer == Partitioner.NO_SUB_STREAM || subStreams[answer].group != group) {
            if (answer != Partitioner.NO_SUB_STREAM) {
                ring.fail(
                        sequence,
                        new NoSuchSubStreamException("the partitioner answered sub-stream " + answer + " of group '"
                                + subStreams[answer].group.name
                                + "', but the record came through the ingress of group '" + group.name + "'"));
            }
            failures.add(take(sequence, Partitioner.NO_SUB_STREAM, false), group);
            return;
        }
        SubStream<E> subStream = subStreams[answer];
        Cell cell = take(sequence, answer, true);
        if (subStream.hasStalled()) {
            stalls.add(cell, subStream);
        } else {
            add(cell, subStream);
        }
    }

    private void add(Cell cell, SubStream<E> subStream) {
        backlog.add(cell, subStream);
        if (!subStream.group.hasNew) {
            inFlight.noteNew(subStream.group);
        }
    }

    private int tagStalled() {
        int count = 0;
        while (!stalls.isEmpty()) {
            Cell cell = stalls.first();
            SubStream<E> subStream = subStreams[cell.subStream];
            if (!cell.own && subStream.group.isFull() && !mayLeave(cell, subStream.group)) {
                break;
            }
            stalls.removeFirst(subStream);
            if (cell.own) {
                add(cell, subStream);
            } else {
                tagOrShed(cell, subStream);
            }
            count++;
        }
        return count;
    }

    /** Returns whether a record whose group is full has waited long enough. */
    private boolean mayLeave(Cell cell, GroupState<E> group) {
        return group.sheds ? budget.take(group) : inFlight.isAwaited(cell);
    }

    private void tagOrShed(Cell cell, SubStream<E> subStream) {
        GroupState<E> group = subStream.group;
        if (group.sheds && group.isFull()) {
            long startNs = budget.now();
            cell.outcome = Outcome.SHED;
            inFlight.complete(cell, group);
            budget.charge(group, startNs);
        } else {
            add(cell, subStream);
        }
    }

    private Cell take(long sequence, int subStream, boolean own) {
        Cell cell = ring.take(sequence);
        int block = inFlight.beginTagging(sequence);
        cell.tag(sequence, subStream, own, sampler.tick(), block);
        inFlight.tag(block, sequence, cell.index);
        inFlight.endTagging(block, sequence, sequence);
        return cell;
    }
}
