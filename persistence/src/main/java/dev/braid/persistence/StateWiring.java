package dev.braid.persistence;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Outcome;
import java.util.Arrays;
import java.util.List;

/**
 * Watches that the engine which writes into a journal runs the handlers whose states are kept for it, and not others: their
 * snapshots would be of states that know nothing of what the journal has.
 * <pre>
 *  states.groups() ──▶ engine is built: takes each handler │ starts: each was taken │ first result: each was started
 *                      snapshot: a handler has handled all that the journal has of its sub-stream
 * </pre>
 * <b>Threads:</b> the engine is built before it starts. {@link #onResult} is for the thread that merges, and
 * {@link #lastWritten} for whoever takes a snapshot: it sees at least what is at or below a low watermark of the journal that
 * was read before.
 */
final class StateWiring<E> {
    private static final String ADVICE = ": the engine must be given states.groups(), all of them, in their order";

    private final List<GuardedHandler<E>> guarded;
    private final boolean[] isTaken;
    private final long[] lastWritten;
    private boolean isStarted;
    /** Sub-stream whose handler the engine that is being built takes next. */
    private int next;

    /**
     * Watches.
     *
     * @param guarded    handlers that keep state.
     * @param subStreams number of sub-streams, of these and of other handlers.
     */
    StateWiring(List<GuardedHandler<E>> guarded, int subStreams) {
        this.guarded = guarded;
        this.isTaken = new boolean[subStreams];
        this.lastWritten = new long[subStreams];
        Arrays.fill(lastWritten, -1);
    }

    /** Returns a group whose handlers an engine takes as those of the sub-streams from this one on, group after group. */
    HandlerGroup<E> group(HandlerGroup<E> described, int first, List<EventHandler<? super E>> handlers) {
        return described.handlers(number -> {
            int subStream = first + number;
            if (subStream != 0 && subStream != next) {
                throw new IllegalArgumentException("group '" + described.name() + "', whose states are of sub-streams "
                        + first + " to " + (first + described.subStreams() - 1) + ", was reached at sub-stream " + next
                        + ADVICE);
            }
            next = subStream + 1;
            isTaken[subStream] = true;
            return handlers.get(subStream);
        });
    }

    /**
     * An engine starts to write.
     *
     * @throws IllegalStateException if it was built with other handlers.
     */
    void checkTaken() {
        for (GuardedHandler<E> handler : guarded) {
            if (!isTaken[handler.subStream]) {
                throw wrong(handler, "no engine was built with it");
            }
        }
    }

    /**
     * A result is to be written.
     *
     * @throws IllegalStateException if it is that of an engine with other handlers.
     */
    void onResult(long sequence, int subStream, Outcome outcome) {
        if (!isStarted) {
            checkStarted();
            isStarted = true;
        }
        if (subStream >= lastWritten.length) {
            throw new IllegalStateException("sequence " + sequence + " is of sub-stream " + subStream
                    + ", but states are kept of 0 to " + (lastWritten.length - 1) + ADVICE);
        }
        if (outcome == Outcome.PROCESSED) {
            lastWritten[subStream] = sequence;
        }
    }

    private void checkStarted() {
        for (GuardedHandler<E> handler : guarded) {
            if (!handler.isStarted()) {
                throw wrong(handler, "the engine that writes the journal did not start it");
            }
        }
    }

    private static IllegalStateException wrong(GuardedHandler<?> handler, String what) {
        return new IllegalStateException("the state of sub-stream " + handler.subStream + " is kept by "
                + handler.handler.getClass().getName() + ", but " + what + ADVICE);
    }

    /** Returns the last PROCESSED sequence of a sub-stream that was handed to the journal in this run, -1 for none. */
    long lastWritten(int subStream) {
        return lastWritten[subStream];
    }
}
