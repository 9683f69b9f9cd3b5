package dev.braid.persistence;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Turns records into the bytes that a journal carries, and back. The engine's thread encodes, whatever thread reads
 * decodes: a codec that keeps state between calls must not be shared between the two.
 * <p>
 * What either method throws passes through to its caller; thrown by {@link #encode}, it halts the engine. But of a record
 * that failed, or was shed, an exception, or a length for which a frame has no room, only keeps the journal from having more
 * than the reason, which says so.
 *
 * @param <E> type of the records.
 */
public interface RecordCodec<E> {
    /**
     * Writes a record as its handler left it; a record that was shed as it was published, one that failed as it was then. This must
     * not allocate, to keep the engine free of garbage.
     *
     * @param record record to write.
     * @param buffer buffer to write to; it grows as needed. It holds other records too: write nothing before the offset.
     * @param offset offset in bytes at which the record begins.
     * @return how many bytes were written, possibly 0.
     */
    int encode(E record, MutableDirectBuffer buffer, int offset);

    /**
     * Fills a record from its bytes.
     *
     * @param record record to fill; every field that matters must be set, because records are used again.
     * @param buffer buffer to read; only valid during the call.
     * @param offset offset in bytes at which the record begins.
     * @param length length in bytes, as {@link #encode} returned it.
     */
    void decode(E record, DirectBuffer buffer, int offset, int length);
}
