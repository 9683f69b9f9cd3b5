package dev.braid.persistence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a journal knows of itself: which segments it consists of, and what they hold. Immutable; {@link ManifestFile} has
 * it on disk.
 *
 * @param origin    identity of the journal.
 * @param beginning place where it begins, after what retention deleted.
 * @param needed    lowest sequence whose result recovery needs, beyond what is above the low watermark;
 *                  {@link #NOTHING_NEEDED} for none.
 * @param begun     highest number of a segment that was begun, -1 for none: its folder is there before its number stands
 *                  here, and no frame is in it before that. In a journal whose epoch is 0 it may be missing, and none can be
 *                  there that has a higher number.
 * @param epoch     epoch of the writer that opened it last, each with a higher one; 0 if no writer of this version of the
 *                  format ever did.
 * @param binding   its input journal, or whose input journal it is.
 * @param sealed    segments that nothing is added to, with consecutive numbers from the first segment on.
 */
record Manifest(
        Origin origin,
        Beginning beginning,
        long needed,
        long begun,
        long epoch,
        InputBinding binding,
        List<SealedSegment> sealed) {
    static final long NOTHING_NEEDED = Long.MAX_VALUE;
    static final int NO_JOURNAL = 0;

    Manifest {
        sealed = Collections.unmodifiableList(sealed);
    }

    /**
     * Identity of a journal.
     *
     * @param journal   its id, in all its frames; {@link #NO_JOURNAL} if it is not known.
     * @param createdNs time at which it was begun, in nanoseconds since 1970-01-01T00:00Z; 0 if that is not known.
     */
    record Origin(int journal, long createdNs) {}

    /**
     * Place where a journal begins.
     *
     * @param segment  number of the first segment that is there; those before it were deleted by retention.
     * @param sequence results below it were deleted with their segments; a few may still be in the first one.
     * @param before   chain hash of the segment before the first one, {@code null} if it is not known.
     */
    record Beginning(long segment, long sequence, ChainHash.Value before) {}

    /** Returns the manifest of a new journal. */
    static Manifest empty(int journal, long createdNs) {
        return beginning(journal, createdNs, 0);
    }

    /** Returns the manifest of a new journal that goes on where others ended. */
    static Manifest beginning(int journal, long createdNs, long firstSequence) {
        return of(new Origin(journal, createdNs), new Beginning(0, firstSequence, ChainHash.Value.NONE), -1);
    }

    /** Returns a manifest for segments of which nothing is known. */
    static Manifest guessed(int journal, List<JournalFolder.Segment> segments) {
        long first = segments.isEmpty() ? 0 : segments.get(0).number();
        long last = segments.isEmpty() ? -1 : segments.get(segments.size() - 1).number();
        return of(new Origin(journal, 0), new Beginning(first, 0, null), last);
    }

    private static Manifest of(Origin origin, Beginning beginning, long begun) {
        return new Manifest(origin, beginning, NOTHING_NEEDED, begun, 0, InputBinding.NONE, List.of());
    }

    /** Returns the journal's id; {@link #NO_JOURNAL} if it is not known. */
    int journal() {
        return origin.journal();
    }

    /** Returns the number of the first segment that is there. */
    long firstSegment() {
        return beginning.segment();
    }

    /** Returns the first sequence whose result was not deleted by retention. */
    long firstSequence() {
        return beginning.sequence();
    }

    /** Returns the number of the first segment that is not sealed. */
    long nextSegment() {
        return firstSegment() + sealed.size();
    }

    /** Returns the segment of this number, {@code null} if it is not sealed. */
    SealedSegment sealed(long number) {
        long index = number - firstSegment();
        return index >= 0 && index < sealed.size() ? sealed.get((int) index) : null;
    }

    /** Returns the number of the first segment that may have results of a sequence or a higher one. */
    long segmentOf(long sequence) {
        int low = 0;
        int high = sealed.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sealed.get(middle).atEnd().highestSequence() >= sequence) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return firstSegment() + low;
    }

    /** Returns the last sealed segment, {@code null} if there is none. */
    SealedSegment last() {
        return sealed.isEmpty() ? null : sealed.get(sealed.size() - 1);
    }

    /** Returns the chain hash of all that is sealed. */
    ChainHash.Value chain() {
        return sealed.isEmpty() ? beginning.before() : last().atEnd().chain();
    }

    /** Returns the chain hash on which a segment has to stand, {@code null} if the one before it is not sealed. */
    ChainHash.Value chainBefore(long number) {
        SealedSegment previous = sealed(number - 1);
        return previous != null ? previous.atEnd().chain() : number == firstSegment() ? beginning.before() : null;
    }

    /** Returns the low watermark at the beginning of a segment, as far as that is known; -1 if it is not. */
    long lowWatermarkBefore(long number) {
        SealedSegment previous = sealed(number - 1);
        return previous != null ? previous.atEnd().lowWatermark() : number == firstSegment() ? firstSequence() - 1 : -1;
    }

    /** Tells whether a segment must be there. */
    boolean isBegun(long number) {
        return epoch > 0 && number >= firstSegment() && number <= begun;
    }

    Manifest withBegun(long number) {
        return withLastBegun(Math.max(begun, number));
    }

    /** Returns the manifest of a journal in which no segment after this one is begun any more. */
    Manifest withBegunOnly(long number) {
        return withLastBegun(Math.min(begun, number));
    }

    private Manifest withLastBegun(long number) {
        return new Manifest(origin, beginning, needed, number, epoch, binding, sealed);
    }

    /** Returns the manifest of a journal that begins where this one does, for the first time. */
    Manifest withCreated(long timeNs) {
        ChainHash.Value before = beginning.before() == null ? ChainHash.Value.NONE : beginning.before();
        return new Manifest(
                new Origin(journal(), timeNs),
                new Beginning(firstSegment(), firstSequence(), before),
                needed,
                begun,
                epoch,
                binding,
                sealed);
    }

    /** Returns a manifest whose results below a sequence were deleted before it began. */
    Manifest from(long first, long neededSequence) {
        return new Manifest(
                origin,
                new Beginning(firstSegment(), first, beginning.before()),
                neededSequence,
                begun,
                epoch,
                binding,
                sealed);
    }

    /**
     * Returns the manifest for another writer.
     *
     * @param lastSegment number of the last segment that is there: one that was only announced, as by a writer of version 1,
     *                    is not begun.
     */
    Manifest withEpoch(long writer, long lastSegment) {
        long last = epoch > 0 ? begun : Math.max(nextSegment() - 1, Math.min(begun, lastSegment));
        return new Manifest(origin, beginning, needed, last, writer, binding, sealed);
    }

    Manifest with(InputBinding other) {
        return new Manifest(origin, beginning, needed, begun, epoch, other, sealed);
    }

    Manifest withNeeded(long sequence) {
        return new Manifest(origin, beginning, sequence, begun, epoch, binding, sealed);
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
        return new Manifest(origin, beginning, needed, Math.max(begun, segment.number()), epoch, binding, all);
    }

    /** Returns the manifest of a journal that consists only of what is sealed. */
    Manifest closed() {
        return withLastBegun(nextSegment() - 1);
    }

    /** Returns a manifest without this many of the first segments. */
    Manifest withoutFirst(int count) {
        if (count == 0) {
            return this;
        }
        SealedSegment last = sealed.get(count - 1);
        Beginning later = new Beginning(
                last.number() + 1,
                Math.max(firstSequence(), last.atEnd().highestSequence() + 1),
                last.atEnd().chain());
        return new Manifest(
                origin, later, needed, begun, epoch, binding, new ArrayList<>(sealed.subList(count, sealed.size())));
    }
}
