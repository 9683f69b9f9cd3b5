package dev.braid.engine;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import org.agrona.concurrent.NanoClock;

/** The sub-streams whose first record is to be retried, by the time of the retry. For the conductor. */
final class Retries<E> {
    private final Queue<SubStream<E>> queue = new PriorityQueue<>(Comparator.comparingLong(SubStream::retryAtNs));
    private final NanoClock clock;
    private final long originNs;

    Retries(NanoClock clock) {
        this.clock = clock;
        this.originNs = clock.nanoTime();
    }

    void add(SubStream<E> subStream) {
        // Counted from the engine's start, because values of nanoTime may overflow and cannot be compared.
        subStream.retryAt(nowNs() + subStream.group.errorPolicy.backOffNs(subStream.attempts()));
        queue.add(subStream);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Removes and returns a sub-stream whose retry is due, or returns {@code null}. */
    SubStream<E> pollDue() {
        SubStream<E> first = queue.peek();
        return first != null && first.retryAtNs() <= nowNs() ? queue.poll() : null;
    }

    /** Returns the nanoseconds to the next retry, which there must be. */
    long nsToNext() {
        return queue.element().retryAtNs() - nowNs();
    }

    private long nowNs() {
        return clock.nanoTime() - originNs;
    }
}
