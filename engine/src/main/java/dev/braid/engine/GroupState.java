package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerGroup;
import org.agrona.BitUtil;

/** A handler group at work: its sub-streams with waiting records, in turn, and what it has in flight. */
final class GroupState<E> {
    static final int NO_QUOTA = -1;

    final int index;
    final String name;

    final boolean sheds;
    final boolean hasOwnIngress;
    final ErrorPolicy errorPolicy;
    final IngressCredit credit;
    private final int bound;
    private final SubStream<E>[] subStreams;
    private final EngineCounters counters;
    /** A ring with room for every sub-stream. An array and not a list, so that the processor can look ahead. */
    private final int[] ready;

    private int readyHead;
    private int readyTail;
    // Numbers in flight and waiting are differences of counts that only grow: a record costs one addition when it is
    // tagged, and a
    // batch one when it is merged.
    private long tagged;
    /** The number of tagged records at which the group is full. Kept because it is needed for every record. */
    private long fullAt;

    private long handled;
    private long merged;
    private long failed;
    private long shed;
    private int own;
    private int handedOver;
    private int laidOut;

    // For InFlight: whether the counters have changed since they were published, by a result or by tagging.

    boolean touched;
    boolean hasNew;

    // The TaggingBudget's:

    /** The number of records that may still leave unhandled before the next batch, once a quota was asked for. */
    int unhandledQuota = NO_QUOTA;

    /** The cost of records that left unhandled and were not charged yet. */
    long unhandledCost;

    /** Whether the group was charged for such records after its last batch. */
    boolean hasPaidUnhandled;

    /** Records of the group's own ingress that are about to fail. */
    final CellQueue failing = new CellQueue();

    /**
     * @param errorPolicy its own, or the engine's.
     * @param subStreams  all sub-streams of the engine, by id.
     */
    GroupState(
            int index,
            HandlerGroup<E> described,
            int inFlightBound,
            ErrorPolicy errorPolicy,
            SubStream<E>[] subStreams,
            EngineCounters counters) {
        this.index = index;
        this.name = described.name();
        this.errorPolicy = errorPolicy;
        this.hasOwnIngress = described.hasOwnIngress();
        this.bound = inFlightBound;
        this.fullAt = inFlightBound;
        this.credit = new IngressCredit(inFlightBound);
        this.sheds = described.sheds();
        this.ready = new int[BitUtil.findNextPositivePowerOfTwo(described.subStreams())];
        this.subStreams = subStreams;
        this.counters = counters;
    }

    /** Returns the number of records tagged and not merged yet. */
    private int inFlight() {
        return (int) (tagged - merged);
    }

    /**
     * Returns whether there is no room for a record of the shared ingress. Records that the group's own publishers have claimed,
     * but that are not tagged, do not count: they may be waiting behind that record.
     */
    boolean isFull() {
        return tagged >= fullAt;
    }

    /** Counts a tagged record of the shared ingress. */
    void tagged() {
        tagged++;
    }

    /** Counts a tagged record of the group's own ingress. */
    void taggedOwn() {
        tagged++;
        own++;
    }

    void handOver(int count) {
        handedOver += count;
    }

    void takeBack(int count) {
        handedOver -= count;
    }

    void handled(int count) {
        handled += count;
    }

    /** Counts a batch that was laid out for workers. */
    void layOut() {
        laidOut++;
    }

    /** Notes that a batch that was laid out has been begun, or was withdrawn. */
    void pickUp() {
        laidOut--;
    }

    /** Returns whether the group has batches that nobody has begun. */
    boolean isLaidOut() {
        return laidOut > 0;
    }

    boolean isHandedOver() {
        return handedOver > 0;
    }

    /** Returns the number of its records that have no outcome and are not handed over. */
    int waiting() {
        return (int) (tagged - handled) - handedOver;
    }

    /** Counts merged records: all, those of the group's own ingress, and those that failed. */
    void merged(int count, int ofOwn, int ofFailed) {
        merged += count;
        fullAt = merged + bound;
        failed += ofFailed;
        if (ofOwn > 0) {
            own -= ofOwn;
            credit.release(ofOwn);
        }
    }

    void shed() {
        shed++;
    }

    /** Returns whether it has unleased sub-streams with waiting records. */
    boolean isReady() {
        return readyHead != readyTail;
    }

    /** Returns the number of unleased sub-streams with waiting records. */
    int readySubStreams() {
        return readyTail - readyHead;
    }

    void addReady(SubStream<E> subStream) {
        ready[readyTail++ & ready.length - 1] = subStream.id;
    }

    /** Adds a sub-stream ahead of all others. */
    void addReadyFirst(SubStream<E> subStream) {
        ready[--readyHead & ready.length - 1] = subStream.id;
    }

    SubStream<E> takeReady() {
        return subStreams[ready[readyHead++ & ready.length - 1]];
    }

    void publishCounters() {
        counters.set(index, PerGroup.PROCESSED, merged - failed);
        counters.set(index, PerGroup.FAILED, failed);
        counters.set(index, PerGroup.SHED, shed);
        counters.set(index, PerGroup.BACKLOG, tagged - handled);
        counters.set(index, PerGroup.IN_FLIGHT, inFlight());
        credit.publish(inFlight() - own);
    }
}
