package dev.braid.engine;

import com.lmax.disruptor.EventTranslator;
import com.lmax.disruptor.EventTranslatorOneArg;
import com.lmax.disruptor.EventTranslatorTwoArg;
import java.lang.invoke.VarHandle;

/**
 * Where records enter, after the habits of the Disruptor: by a translator that fills a preallocated record, or by
 * claim ({@link #next}), {@link #get} and {@link #publish(long)}. Claiming several at a time costs much less per record.
 * <p>
 * <b>Threads:</b> any number of them, if the engine was built for multiple producers (the default); otherwise one. No
 * method may wait on the engine's own thread, so a handler may use the {@code try} methods only.
 * <p>
 * <b>Whose room:</b> the shared ingress waits while the ring is full, and that of a group only while the group is at its
 * in-flight bound. A record from a group's ingress that the partitioner gives to another group is {@link Outcome#FAILED}.
 * <p>
 * <b>Back-pressure:</b> {@code next} and {@code publish} wait for room, and do not react to interrupts. The {@code try}
 * methods answer at once.
 * <p>
 * <b>Errors:</b> every method throws {@link EngineClosedException} once the engine is being closed: the records of this
 * call are not accepted, and have no outcome. That is also what a handler gets that publishes while the engine closes.
 * Every method throws {@link EngineHaltedException} once the engine has halted: the records of this call may have no
 * outcome. Every method that claims throws an {@link IllegalStateException} as long as records of earlier runs are to be fed
 * to the engine, see {@link IngestHandler#toFeed()}: nothing is claimed then.
 * <p>
 * A record that was claimed must be published, even if filling it failed, or no later record can be handled. The methods
 * with a translator see to that: when a translator throws, its record is published as {@link Outcome#FAILED} with the
 * exception as its cause, the rest of its batch likewise, and the exception goes on to the caller, unless one of the above
 * takes its place.
 * <p>
 * <b>A single producer</b> must publish in the order in which it claimed, and claim nothing between a claim and its
 * publication.
 *
 * @param <E> type of the records.
 */
public final class Ingress<E> {
    /** What {@link #tryNext(int)} answers when there is no room. */
    public static final long NO_CAPACITY = -1;

    private final IngestRing<E> ring;
    private final Lifecycle lifecycle;
    private final BackPressure backPressure;
    private final long base;
    private final Credit credit;
    private final int group;
    private final int most;
    private final boolean feeds;

    /** What a publisher does between attempts to claim. */
    @FunctionalInterface
    interface BackPressure {
        void await(int attempt);
    }

    /**
     * @param group whose ingress this is, or {@code null} for the shared one.
     * @param feeds whether it is for records of earlier runs.
     */
    Ingress(
            IngestRing<E> ring,
            Lifecycle lifecycle,
            BackPressure backPressure,
            long firstSequence,
            Group<E> group,
            boolean feeds) {
        this.credit = group == null ? null : group.credit;
        this.group = group == null ? RingWaits.SHARED : group.index;
        this.most = credit == null ? ring.sharedSize() : Math.min(credit.bound, ring.size());
        this.ring = ring;
        this.lifecycle = lifecycle;
        this.backPressure = backPressure;
        this.base = firstSequence;
        this.feeds = feeds;
    }

    /**
     * Claims the next record, waiting for room.
     *
     * @return its sequence.
     */
    public long next() {
        return next(1);
    }

    /**
     * Claims several records, waiting for room.
     *
     * @param count 1 to the ring's size, or for a group's ingress to its in-flight bound.
     * @return the sequence of the last one; the first is {@code count - 1} below it.
     */
    public long next(int count) {
        long last;
        int attempt = 0;
        while ((last = tryNext(count)) == NO_CAPACITY) {
            backPressure.await(attempt);
            attempt = (attempt + 1) & Integer.MAX_VALUE;
        }
        return last;
    }

    /**
     * Claims several records if there is room.
     *
     * @param count 1 to the ring's size, or for a group's ingress to its in-flight bound.
     * @return the sequence of the last one, or {@link #NO_CAPACITY}.
     */
    public long tryNext(int count) {
        if (count < 1 || count > most) {
            throw new IllegalArgumentException(
                    "count must be 1 to " + (credit == null ? "the ring's size of " : "the group's in-flight bound of ")
                            + most + ": " + count);
        }
        lifecycle.checkPublish(feeds);
        long last = credit == null ? ring.tryClaim(count) : tryClaimOwn(count);
        return last == IngestRing.NO_CAPACITY ? NO_CAPACITY : base + last;
    }

    private long tryClaimOwn(int count) {
        if (!credit.tryAcquire(count)) {
            return IngestRing.NO_CAPACITY;
        }
        long last = ring.tryClaim(count, group);
        if (last == IngestRing.NO_CAPACITY) {
            credit.giveBack(count); // Only by a close race of shared publishers, who look before they claim.
        }
        return last;
    }

    /**
     * A claimed record, to be filled.
     *
     * @param sequence that was claimed.
     * @return the record, as its last use left it.
     */
    public E get(long sequence) {
        return ring.record(sequence - base);
    }

    /**
     * Publishes a claimed record.
     *
     * @param sequence that was claimed.
     */
    public void publish(long sequence) {
        publish(sequence, sequence);
    }

    /**
     * Publishes claimed records.
     *
     * @param low  the first one.
     * @param high the last one.
     */
    public void publish(long low, long high) {
        ring.publish(group, low - base, high - base);
        VarHandle.fullFence(); // See Lifecycle. A claim of a multi-producer has had its fence, but it costs the same.
        lifecycle.checkAccepted(high - base);
    }

    /**
     * Publishes one record, waiting for room.
     *
     * @param translator fills it.
     */
    public void publish(EventTranslator<? super E> translator) {
        fill(translator, next(1), 1);
    }

    /**
     * Publishes several records, waiting for room.
     *
     * @param translator fills each.
     * @param count      1 to the ring's size, or for a group's ingress to its in-flight bound.
     */
    public void publish(EventTranslator<? super E> translator, int count) {
        fill(translator, next(count), count);
    }

    /**
     * Publishes one record, waiting for room.
     *
     * @param translator fills it.
     * @param arg        is handed to the translator.
     * @param <A>        type of the argument.
     */
    public <A> void publish(EventTranslatorOneArg<? super E, ? super A> translator, A arg) {
        fill(translator, next(1), arg);
    }

    /**
     * Publishes one record, waiting for room.
     *
     * @param translator fills it.
     * @param arg0       is handed to the translator.
     * @param arg1       is handed to the translator.
     * @param <A>        type of the first argument.
     * @param <B>        type of the second argument.
     */
    public <A, B> void publish(EventTranslatorTwoArg<? super E, ? super A, ? super B> translator, A arg0, B arg1) {
        fill(translator, next(1), arg0, arg1);
    }

    /**
     * Publishes a batch, one record for each argument, waiting for room for all of them.
     *
     * @param translator fills each.
     * @param args       are handed to the translator, one by one; 1 to the ring's size of them.
     * @param <A>        type of the arguments.
     */
    public <A> void publishAll(EventTranslatorOneArg<? super E, ? super A> translator, A[] args) {
        fillAll(translator, next(args.length), args);
    }

    /**
     * Publishes one record if there is room.
     *
     * @param translator fills it.
     * @return whether there was room.
     */
    public boolean tryPublish(EventTranslator<? super E> translator) {
        return tryPublish(translator, 1);
    }

    /**
     * Publishes several records if there is room for all of them.
     *
     * @param translator fills each.
     * @param count      1 to the ring's size, or for a group's ingress to its in-flight bound.
     * @return whether there was room.
     */
    public boolean tryPublish(EventTranslator<? super E> translator, int count) {
        long last = tryNext(count);
        if (last == NO_CAPACITY) {
            return false;
        }
        fill(translator, last, count);
        return true;
    }

    /**
     * Publishes one record if there is room.
     *
     * @param translator fills it.
     * @param arg        is handed to the translator.
     * @param <A>        type of the argument.
     * @return whether there was room.
     */
    public <A> boolean tryPublish(EventTranslatorOneArg<? super E, ? super A> translator, A arg) {
        long sequence = tryNext(1);
        if (sequence == NO_CAPACITY) {
            return false;
        }
        fill(translator, sequence, arg);
        return true;
    }

    /**
     * Publishes one record if there is room.
     *
     * @param translator fills it.
     * @param arg0       is handed to the translator.
     * @param arg1       is handed to the translator.
     * @param <A>        type of the first argument.
     * @param <B>        type of the second argument.
     * @return whether there was room.
     */
    public <A, B> boolean tryPublish(
            EventTranslatorTwoArg<? super E, ? super A, ? super B> translator, A arg0, B arg1) {
        long sequence = tryNext(1);
        if (sequence == NO_CAPACITY) {
            return false;
        }
        fill(translator, sequence, arg0, arg1);
        return true;
    }

    /**
     * Publishes a batch, one record for each argument, if there is room for all of them.
     *
     * @param translator fills each.
     * @param args       are handed to the translator, one by one; 1 to the ring's size of them.
     * @param <A>        type of the arguments.
     * @return whether there was room.
     */
    public <A> boolean tryPublishAll(EventTranslatorOneArg<? super E, ? super A> translator, A[] args) {
        long last = tryNext(args.length);
        if (last == NO_CAPACITY) {
            return false;
        }
        fillAll(translator, last, args);
        return true;
    }

    private void fill(EventTranslator<? super E> translator, long last, int count) {
        long first = last - count + 1;
        long sequence = first;
        try {
            for (; sequence <= last; sequence++) {
                translator.translateTo(get(sequence), sequence);
            }
        } catch (Throwable t) {
            fail(sequence, last, t);
            throw t;
        } finally {
            publish(first, last);
        }
    }

    private <A> void fill(EventTranslatorOneArg<? super E, ? super A> translator, long sequence, A arg) {
        try {
            translator.translateTo(get(sequence), sequence, arg);
        } catch (Throwable t) {
            fail(sequence, sequence, t);
            throw t;
        } finally {
            publish(sequence);
        }
    }

    private <A, B> void fill(
            EventTranslatorTwoArg<? super E, ? super A, ? super B> translator, long sequence, A arg0, B arg1) {
        try {
            translator.translateTo(get(sequence), sequence, arg0, arg1);
        } catch (Throwable t) {
            fail(sequence, sequence, t);
            throw t;
        } finally {
            publish(sequence);
        }
    }

    private <A> void fillAll(EventTranslatorOneArg<? super E, ? super A> translator, long last, A[] args) {
        long first = last - args.length + 1;
        long sequence = first;
        try {
            for (; sequence <= last; sequence++) {
                translator.translateTo(get(sequence), sequence, args[(int) (sequence - first)]);
            }
        } catch (Throwable t) {
            fail(sequence, last, t);
            throw t;
        } finally {
            publish(first, last);
        }
    }

    private void fail(long low, long high, Throwable cause) {
        for (long sequence = low; sequence <= high; sequence++) {
            ring.fail(sequence - base, cause);
        }
    }
}
