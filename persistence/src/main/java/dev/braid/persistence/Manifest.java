package dev.braid.persistence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a journal knows of itself: which segments it consists of, and what they hold. Immutable; {@link ManifestFile} has
 * it on disk.
 *
 * @param journal       the journal's id, in all its frames; {@link #NO_JOURNAL} if it is not known.
 * @param createdNs     when the journal was begun.
 * @param needed        the lowest sequence whose result recovery needs, beyond what is above the low watermark;
 *                      {@link #NOTHING_NEEDED} for none.
 * @param firstSegment  number of the first segment that is there; those before it were given up.
 * @param firstSequence results below it were given up with their segments; a few may still be in the first one.
 * @param begun         the highest number of a segment that was begun, -1 for none: its folder is there before its number
 *                      stands here, and no frame is in it before that. In a journal whose epoch is 0 it may be missing, and
 *                      none can be there that has a higher number.
 * @param epoch         of the writer that opened it last, each with one that is higher; 0 if none of this version of the
 *                      format ever did.
 * @param binding       its input journal, or whose input journal it is.
 * @param before        chain hash of the segment before the first one, {@code null} if it is not known.
 * @param sealed        segments that nothing is added to, with consecutive numbers from {@code firstSegment} on.
 */
record Manifest(
        int journal,
        long createdNs,
        long needed,
        long firstSegment,
        long firstSequence,
        long begun,
        long epoch,
        InputBinding binding,
        ChainHash.Value before,
        List<SealedSegment> sealed) {
    static final long NOTHING_NEEDED = Long.MAX_VALUE;
    static final int NO_JOURNAL = 0;

    Manifest {
        sealed = Collections.unmodifiableList(sealed);
    }

    /** Returns the manifest of a new journal. */
    static Manifest empty(int journal, long createdNs) {
        return new Manifest(
                journal, createdNs, NOTHING_NEEDED, 0, 0, -1, 0, InputBinding.NONE, ChainHash.Value.NONE, List.of());
    }

    /** Returns the manifest of a new journal that goes on where others ended. */
    static Manifest beginning(int journal, long createdNs, long firstSequence) {
        return new Manifest(
                journal,
                createdNs,
                NOTHING_NEEDED,
                0,
                firstSequence,
                -1,
                0,
                InputBinding.NONE,
                ChainHash.Value.NONE,
                List.of());
    }

    /** Returns a manifest for segments of which nothing is known. */
    static Manifest guessed(int journal, List<JournalFolder.Segment> segments) {
        long first = segments.isEmpty() ? 0 : segments.get(0).number();
        long last = segments.isEmpty() ? -1 : segments.get(segments.size() - 1).number();
        return new Manifest(journal, 0, NOTHING_NEEDED, first, 0, last, 0, InputBinding.NONE, null, List.of());
    }

    /** Number of the first segment that is not sealed. */
    long nextSegment() {
        return firstSegment + sealed.size();
    }

    /** The segment of this number, {@code null} if it is not sealed. */
    SealedSegment sealed(long number) {
        long index = number - firstSegment;
        return index >= 0 && index < sealed.size() ? sealed.get((int) index) : null;
    }

    /** Number of the first segment that may have results of a sequence or a higher one. */
    long segmentOf(long sequence) {
        int low = 0;
        int high = sealed.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sealed.get(middle).highestSequence() >= sequence) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return firstSegment + low;
    }

    /** The last sealed segment, {@code null} if there is none. */
    SealedSegment last() {
        return sealed.isEmpty() ? null : sealed.get(sealed.size() - 1);
    }

    /** Chain hash of all that is sealed. */
    ChainHash.Value chain() {
        return sealed.isEmpty() ? before : last().chain();
    }

    /** The chain hash on which a segment has to stand, {@code null} if the one before it is not sealed. */
    ChainHash.Value chainBefore(long number) {
        SealedSegment previous = sealed(number - 1);
        return previous != null ? previous.chain() : number == firstSegment ? before : null;
    }

    /** The low watermark at the beginning of a segment, as far as that is known; -1 if it is not. */
    long lowWatermarkBefore(long number) {
        SealedSegment previous = sealed(number - 1);
        return previous != null ? previous.lowWatermark() : number == firstSegment ? firstSequence - 1 : -1;
    }

    /** Whether a segment has to be there. */
    boolean isBegun(long number) {
        return epoch > 0 && number >= firstSegment && number <= begun;
    }

    Manifest withBegun(long number) {
        return new Manifest(
                journal,
                createdNs,
                needed,
                firstSegment,
                firstSequence,
                Math.max(begun, number),
                epoch,
                binding,
                before,
                sealed);
    }

    /** Where no segment after this number is begun, any more. */
    Manifest withBegunOnly(long number) {
        return new Manifest(
                journal,
                createdNs,
                needed,
                firstSegment,
                firstSequence,
                Math.min(begun, number),
                epoch,
                binding,
                before,
                sealed);
    }

    /** Of a journal that begins where this one does, for the first time. */
    Manifest withCreated(long timeNs) {
        return new Manifest(
                journal,
                timeNs,
                needed,
                firstSegment,
                firstSequence,
                begun,
                epoch,
                binding,
                before == null ? ChainHash.Value.NONE : before,
                sealed);
    }

    /** Returns a manifest whose results below a sequence were given up before it began. */
    Manifest from(long first, long neededSequence) {
        return new Manifest(
                journal, createdNs, neededSequence, firstSegment, first, begun, epoch, binding, before, sealed);
    }

    /**
     * For another writer.
     *
     * @param lastSegment number of the last segment that is there: one that was only announced, as by a writer of version 1,
     *                    is not begun.
     */
    Manifest withEpoch(long writer, long lastSegment) {
        long last = epoch > 0 ? begun : Math.max(nextSegment() - 1, Math.min(begun, lastSegment));
        return new Manifest(
                journal, createdNs, needed, firstSegment, firstSequence, last, writer, binding, before, sealed);
    }

    Manifest with(InputBinding other) {
        return new Manifest(
                journal, createdNs, needed, firstSegment, firstSequence, begun, epoch, other, before, sealed);
    }

    Manifest withNeeded(long sequence) {
        return new Manifest(
                journal, createdNs, sequence, firstSegment, firstSequence, begun, epoch, binding, before, sealed);
    }

    Manifest withSealed(SealedSegment segment) {
        if (segment.equals(sealed(segment.number()))) {
            return this;
        }
        if (segment.number() != nextSegment()) {
            throw new IllegalStateException(
                    "segment " + segment.number() + " cannot be sealed before " + nextSegment());
        }
        List<SealedSegment> all = new ArrayList<>(sealed);
        all.add(segment);
        return new Manifest(
                journal,
                createdNs,
                needed,
                firstSegment,
                firstSequence,
                Math.max(begun, segment.number()),
                epoch,
                binding,
                before,
                all);
    }

    /** Returns the manifest of a journal that consists only of what is sealed. */
    Manifest closed() {
        return new Manifest(
                journal,
                createdNs,
                needed,
                firstSegment,
                firstSequence,
                nextSegment() - 1,
                epoch,
                binding,
                before,
                sealed);
    }

    /** Returns a manifest without this many of the first segments. */
    Manifest withoutFirst(int count) {
        if (count == 0) {
            return this;
        }
        SealedSegment last = sealed.get(count - 1);
        return new Manifest(
                journal,
                createdNs,
                needed,
                last.number() + 1,
                Math.max(firstSequence, last.highestSequence() + 1),
                begun,
                epoch,
                binding,
                last.chain(),
                new ArrayList<>(sealed.subList(count, sealed.size())));
    }
}
