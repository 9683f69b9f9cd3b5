package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerGroup;
import org.agrona.BitUtil;

/** A handler group at work: the sub-streams that have records waiting, in turn, and what is in flight. */
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
    /** A ring, with room for each of them: not linked, so that the processor can look ahead. */
    private final int[] ready;

    private int readyHead;
    private int readyTail;
    // What is in flight, or waits, is the difference of counts that only grow: a record costs one addition when it is
    // tagged, and a batch one when it is merged.
    private long tagged;
    /** With how many tagged it is full. It is asked for every record, so it is not calculated each time. */
    private long fullAt;

    private long handled;
    private long merged;
    private long failed;
    private long shed;
    private int own;
    private int handedOver;
    private int laidOut;

    // InFlight's: whether the counters have changed since they were published, by a result and by tagging.

    boolean touched;
    boolean hasNew;

    // The TaggingBudget's:

    /** How many records may still leave unhandled before the next batch, if that was asked for. */
    int unhandledQuota = NO_QUOTA;

    /** What those cost that did, and were not charged yet. */
    long unhandledCost;

    /** Whether the group was charged for some after its last batch. */
    boolean hasPaidUnhandled;

    /** Records of the group's own ingress that are about to fail. */
    final CellQueue failing = new CellQueue();

    /**
     * @param errorPolicy its own, or the engine's.
     * @param subStreams  of all groups, by id.
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

    /** Tagged, and not merged yet. */
    private int inFlight() {
        return (int) (tagged - merged);
    }

    /**
     * Whether there is no room for a record of the shared ingress. What the group's own publishers have claimed, but is not
     * here yet, does not count: it may be waiting behind that record.
     */
    boolean isFull() {
        return tagged >= fullAt;
    }

    /** A record of the shared ingress was tagged. */
    void tagged() {
        tagged++;
    }

    /** A record of the group's own ingress was tagged. */
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

    /** A batch was laid out for workers. */
    void layOut() {
        laidOut++;
    }

    /** A batch that was laid out is begun, or was taken back. */
    void pickUp() {
        laidOut--;
    }

    /** Whether it has batches that nobody has begun. */
    boolean isLaidOut() {
        return laidOut > 0;
    }

    boolean isHandedOver() {
        return handedOver > 0;
    }

    /** How many records it has that have no outcome and are not handed over. */
    int waiting() {
        return (int) (tagged - handled) - handedOver;
    }

    /** So many records were merged; of these so many had come through the group's own ingress, and so many had failed. */
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

    /** Whether it has sub-streams with waiting records that nobody else is busy with. */
    boolean isReady() {
        return readyHead != readyTail;
    }

    /** How many these are. */
    int readySubStreams() {
        return readyTail - readyHead;
    }

    void addReady(SubStream<E> subStream) {
        ready[readyTail++ & ready.length - 1] = subStream.id;
    }

    /** As {@link #addReady}, but it is its turn. */
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
