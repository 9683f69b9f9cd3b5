package dev.braid.persistence;

import dev.braid.engine.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * Results that were read before their turn, in slots by sequence. Slots and their buffers are used again, so that memory
 * grows only with how far results were overtaken.
 */
final class ReorderWindow {
    static final int MAX_LENGTH = 1 << 26;

    /** In place of a payload's length: the result is of no interest. */
    private static final int UNWANTED = -1;

    private static final int INITIAL_LENGTH = 1024;
    private static final long EMPTY = -1;

    private long[] sequences = newSequences(INITIAL_LENGTH);
    private int[] subStreams = new int[INITIAL_LENGTH];
    private Outcome[] outcomes = new Outcome[INITIAL_LENGTH];
    private long[] timesNs = new long[INITIAL_LENGTH];
    private int[] lengths = new int[INITIAL_LENGTH];
    private List<List<JournalGroup>> groups = newGroups(INITIAL_LENGTH);
    private ExpandableArrayBuffer[] payloads = new ExpandableArrayBuffer[INITIAL_LENGTH];
    private int size;

    private static long[] newSequences(int length) {
        long[] sequences = new long[length];
        Arrays.fill(sequences, EMPTY);
        return sequences;
    }

    private static List<List<JournalGroup>> newGroups(int length) {
        return new ArrayList<>(Collections.nCopies(length, List.of()));
    }

    int size() {
        return size;
    }

    boolean contains(long sequence) {
        return size > 0 && sequences[slot(sequence)] == sequence;
    }

    /**
     * Copies a result.
     *
     * @param next     the sequence whose turn it is; nothing below it is held.
     * @param result   to copy: the one on which the frame stands.
     * @param groups   of the segment that it is in.
     * @param isWanted whether it will be delivered; otherwise only its sequence is noted.
     */
    void add(long next, FrameDecoder result, List<JournalGroup> groups, boolean isWanted) {
        long sequence = result.sequence();
        if (sequence - next >= sequences.length) {
            grow(sequence - next + 1);
        }
        int slot = slot(sequence);
        sequences[slot] = sequence;
        lengths[slot] = isWanted ? result.payloadLength() : UNWANTED;
        size++;
        if (isWanted) {
            copy(result, slot);
            this.groups.set(slot, groups);
        }
    }

    private void copy(FrameDecoder result, int slot) {
        int length = result.payloadLength();
        if (payloads[slot] == null) {
            payloads[slot] = new ExpandableArrayBuffer(Math.max(1, length));
        }
        payloads[slot].putBytes(0, result.buffer(), result.payloadOffset(), length);
        subStreams[slot] = result.subStream();
        outcomes[slot] = result.outcome();
        timesNs[slot] = result.timeNs();
    }

    /** Delivers a result that is held, if it is wanted, and holds it no more. Returns whether it was. */
    boolean deliver(long sequence, ResultHandler handler) {
        int slot = slot(sequence);
        sequences[slot] = EMPTY;
        size--;
        if (lengths[slot] == UNWANTED) {
            return false;
        }
        DirectBuffer payload = payloads[slot];
        handler.onResult(sequence, subStreams[slot], outcomes[slot], timesNs[slot], payload, 0, lengths[slot]);
        return true;
    }

    /** Groups of the segment in which a result is that is held. */
    List<JournalGroup> groups(long sequence) {
        return groups.get(slot(sequence));
    }

    private int slot(long sequence) {
        return (int) sequence & sequences.length - 1;
    }

    private void grow(long needed) {
        int length = BitUtil.findNextPositivePowerOfTwo((int) needed);
        long[] oldSequences = sequences;
        int[] oldSubStreams = subStreams;
        Outcome[] oldOutcomes = outcomes;
        long[] oldTimesNs = timesNs;
        int[] oldLengths = lengths;
        List<List<JournalGroup>> oldGroups = groups;
        ExpandableArrayBuffer[] oldPayloads = payloads;
        sequences = newSequences(length);
        subStreams = new int[length];
        outcomes = new Outcome[length];
        timesNs = new long[length];
        lengths = new int[length];
        groups = newGroups(length);
        payloads = new ExpandableArrayBuffer[length];
        for (int from = 0; from < oldSequences.length; from++) {
            long sequence = oldSequences[from];
            if (sequence != EMPTY) {
                int to = slot(sequence);
                sequences[to] = sequence;
                subStreams[to] = oldSubStreams[from];
                outcomes[to] = oldOutcomes[from];
                timesNs[to] = oldTimesNs[from];
                lengths[to] = oldLengths[from];
                groups.set(to, oldGroups.get(from));
                payloads[to] = oldPayloads[from];
            }
        }
    }
}
