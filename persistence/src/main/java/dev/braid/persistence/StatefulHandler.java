package dev.braid.persistence;

import com.lmax.disruptor.EventHandler;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A handler whose state outlives the process: {@link HandlerStates} rebuilds it from the results of its sub-stream, after
 * the newest good snapshot of it if there are snapshots.
 * <p>
 * <b>Threads:</b> one at a time. {@link #restore} and {@link #onReplay} are called before the engine starts, on the thread
 * that opens the states. {@link #snapshot} is called while the engine runs, between two records of the sub-stream: on the
 * thread that handles them, or while there are none to handle on the thread that writes snapshots; records that come
 * meanwhile wait.
 * <p>
 * An instance is for one sub-stream, and for one opening of its state: one that is given to two sub-streams, to two engines, or
 * again after a restart within the JVM, is refused when the states are opened, for it would bring state along.
 * <p>
 * A handler that throws should leave its state as it was before the record, for a FAILED record is not replayed.
 *
 * @param <E> type of the records.
 */
public interface StatefulHandler<E> extends EventHandler<E> {
    /**
     * Takes the result of an earlier run into the state. Called for the PROCESSED records of the sub-stream, in their order.
     *
     * @param result   record as the journal's codec decoded it; only valid during the call.
     * @param sequence sequence of the record.
     * @throws Exception to abandon the restart; it is the cause of what the opener gets.
     */
    void onReplay(E result, long sequence) throws Exception;

    /**
     * Writes the whole state. Where snapshots are taken, this must be overridden, and {@link #restore} with it. When the
     * states are opened it is called once for a handler with no state yet, to see whether it can be done; what it writes then
     * is forgotten.
     *
     * @param buffer buffer to write to; it grows as needed.
     * @param offset offset in bytes at which the state begins.
     * @return how many bytes were written.
     * @throws Exception to abandon this snapshot; the error handler is told, and the one before stays.
     */
    default int snapshot(MutableDirectBuffer buffer, int offset) throws Exception {
        throw new UnsupportedOperationException(getClass().getName() + " takes no snapshots");
    }

    /**
     * Replaces the whole state by one that {@link #snapshot} wrote.
     *
     * @param buffer buffer to read; only valid during the call.
     * @param offset offset in bytes at which the state begins.
     * @param length length of the state in bytes.
     * @throws Exception to abandon the restart; it is the cause of what the opener gets.
     */
    default void restore(DirectBuffer buffer, int offset, int length) throws Exception {
        throw new UnsupportedOperationException(getClass().getName() + " restores no snapshots");
    }
}
