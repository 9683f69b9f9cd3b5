package dev.braid.engine;

import com.lmax.disruptor.EventTranslator;
import com.lmax.disruptor.EventTranslatorOneArg;
import com.lmax.disruptor.EventTranslatorTwoArg;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

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
 * <b>Back-pressure:</b> {@code next} and {@code publish} wait for room: without a limit, or as long as a timeout says. The
 * {@code try} methods answer at once.
 * <p>
 * <b>Before the engine is started</b> there is no room: the {@code try} methods answer so, and the others wait until it is
 * started or closed. The thread that is going to start the engine must not wait for that.
 * <p>
 * <b>Interrupts:</b> a call that has to wait throws {@link PublisherInterruptedException} when its thread is interrupted, or
 * had been before. Nothing is claimed then, and the interrupt flag stays set. A call that need not wait ignores the flag.
 * <p>
 * <b>Errors:</b> every method throws {@link EngineClosedException} once the engine is being closed: the records of this
 * call are not accepted, and have no outcome. Only handlers and the merge handler may go on publishing while the engine closes,
 * on the threads on which they are called, until nothing is in flight; see {@link BraidEngine#close()}.
 * Every method throws {@link EngineHaltedException} once the engine has halted: the records of this call may have no
 * outcome. Every method that claims throws an {@link IllegalStateException} as long as records of earlier runs are to be fed
 * to the engine, see {@link IngestHandler#toFeed()}: nothing is claimed then.
 * <p>
 * A record that was claimed must be published, even if filling it failed, or no later record can be handled. The methods
 * with a translator see to that: when a translator throws, its record is published as {@link Outcome#FAILED} with an
 * {@link UnfilledRecordException} that has the exception as its cause, the rest of its batch likewise, and the exception goes on
 * to the caller, unless one of the above takes its place.
 * <p>
 * <b>A single producer</b> must publish in the order in which it claimed, and claim nothing between a claim and its
 * publication.
 *
 * @param <E> type of the records.
 */
public final class Ingress<E> {
    /** Answer where there is no room, in place of a sequence. */
    public static final long NO_CAPACITY = -1;

    private static final long NO_TIMEOUT = Long.MAX_VALUE;

    private final IngestRing<E> ring;
    private final EngineLifecycle lifecycle;
    private final BackPressure backPressure;
    private final MergeWaits mergeWaits;
    private final long base;
    private final IngressCredit credit;
    private final int group;
    private final int most;
    private final boolean feeds;

    /** What a publisher does between attempts to claim. */
    @FunctionalInterface
    interface BackPressure {
        /**
         * @throws PublisherInterruptedException if the calling thread is interrupted.
         * @throws IllegalStateException         if the calling thread must not wait.
         */
        void await(int attempt);
    }

    /**
     * @param group whose ingress this is, or {@code null} for the shared one.
     * @param feeds whether it is for records of earlier runs.
     */
    Ingress(EngineAssembly<E> parts, BackPressure backPressure, GroupState<E> group, boolean feeds) {
        this.ring = parts.ring;
        this.lifecycle = parts.context.lifecycle();
        this.backPressure = backPressure;
        this.mergeWaits = parts.mergeWaits;
        this.base = parts.context.firstSequence();
        this.credit = group == null ? null : group.credit;
        this.group = group == null ? RingWaits.SHARED : group.index;
        this.most = credit == null ? ring.sharedSize() : Math.min(credit.bound, ring.size());
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
        return next(count, NO_TIMEOUT);
    }

    /**
     * Claims several records, waiting for room no longer than a timeout.
     *
     * @param count   1 to the ring's size, or for a group's ingress to its in-flight bound.
     * @param timeout the longest wait; if it is not positive, this is {@link #tryNext(int)}.
     * @return the sequence of the last one, or {@link #NO_CAPACITY} after the timeout.
     */
    public long next(int count, Duration timeout) {
        return next(count, nanos(timeout));
    }

    private long next(int count, long timeoutNs) {
        long last = tryNext(count);
        return last != NO_CAPACITY || timeoutNs <= 0 ? last : awaitNext(count, timeoutNs);
    }

    private long awaitNext(int count, long timeoutNs) {
        long startNs = timeoutNs == NO_TIMEOUT ? 0 : System.nanoTime();
        long last = NO_CAPACITY;
        int attempt = 0;
        do {
            backPressure.await(attempt);
            attempt = attempt + 1 & Integer.MAX_VALUE;
            last = tryNext(count);
        } while (last == NO_CAPACITY && (timeoutNs == NO_TIMEOUT || System.nanoTime() - startNs < timeoutNs));
        return last;
    }

    /** A timeout of more than 292 years is none. */
    private static long nanos(Duration timeout) {
        return TimeUnit.NANOSECONDS.convert(timeout);
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
        if (!lifecycle.mayPublish(feeds)) {
            return NO_CAPACITY;
        }
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
        VarHandle.fullFence(); // See EngineLifecycle. A claim of a multi-producer has had its fence, but it costs the
        // same.
        ring.wakeReader();
        lifecycle.checkAccepted(high - base);
    }

    /**
     * Publishes one record, waiting for room.
     *
     * @param translator fills it.
     * @return the record's sequence.
     */
    public long publish(EventTranslator<? super E> translator) {
        return fill(translator, next(1), 1);
    }

    /**
     * Publishes one record, waiting for room no longer than a timeout.
     *
     * @param translator fills it.
     * @param timeout    the longest wait.
     * @return the record's sequence, or {@link #NO_CAPACITY} after the timeout: then nothing was published.
     */
    public long publish(EventTranslator<? super E> translator, Duration timeout) {
        return publish(translator, 1, timeout);
    }

    /**
     * Publishes several records, waiting for room.
     *
     * @param translator fills each.
     * @param count      1 to the ring's size, or for a group's ingress to its in-flight bound.
     * @return the last one's sequence; the first is {@code count - 1} below it.
     */
    public long publish(EventTranslator<? super E> translator, int count) {
        return fill(translator, next(count), count);
    }

    /**
     * Publishes several records, waiting for room for all of them no longer than a timeout.
     *
     * @param translator fills each.
     * @param count      1 to the ring's size, or for a group's ingress to its in-flight bound.
     * @param timeout    the longest wait.
     * @return the last one's sequence, or {@link #NO_CAPACITY} after the timeout: then nothing was published.
     */
    public long publish(EventTranslator<? super E> translator, int count, Duration timeout) {
        long last = next(count, timeout);
        return last == NO_CAPACITY ? NO_CAPACITY : fill(translator, last, count);
    }

    /**
     * Publishes one record, waiting for room.
     *
     * @param translator fills it.
     * @param arg        is handed to the translator.
     * @param <A>        type of the argument.
     * @return the record's sequence.
     */
    public <A> long publish(EventTranslatorOneArg<? super E, ? super A> translator, A arg) {
        return fill(translator, next(1), arg);
    }

    /**
     * Publishes one record, waiting for room no longer than a timeout.
     *
     * @param translator fills it.
     * @param arg        is handed to the translator.
     * @param timeout    the longest wait.
     * @param <A>        type of the argument.
     * @return the record's sequence, or {@link #NO_CAPACITY} after the timeout: then nothing was published.
     */
    public <A> long publish(EventTranslatorOneArg<? super E, ? super A> translator, A arg, Duration timeout) {
        long sequence = next(1, timeout);
        return sequence == NO_CAPACITY ? NO_CAPACITY : fill(translator, sequence, arg);
    }

    /**
     * Publishes one record, waiting for room.
     *
     * @param translator fills it.
     * @param arg0       is handed to the translator.
     * @param arg1       is handed to the translator.
     * @param <A>        type of the first argument.
     * @param <B>        type of the second argument.
     * @return the record's sequence.
     */
    public <A, B> long publish(EventTranslatorTwoArg<? super E, ? super A, ? super B> translator, A arg0, B arg1) {
        return fill(translator, next(1), arg0, arg1);
    }

    /**
     * Publishes one record, waiting for room no longer than a timeout.
     *
     * @param translator fills it.
     * @param arg0       is handed to the translator.
     * @param arg1       is handed to the translator.
     * @param timeout    the longest wait.
     * @param <A>        type of the first argument.
     * @param <B>        type of the second argument.
     * @return the record's sequence, or {@link #NO_CAPACITY} after the timeout: then nothing was published.
     */
    public <A, B> long publish(
            EventTranslatorTwoArg<? super E, ? super A, ? super B> translator, A arg0, B arg1, Duration timeout) {
        long sequence = next(1, timeout);
        return sequence == NO_CAPACITY ? NO_CAPACITY : fill(translator, sequence, arg0, arg1);
    }

    /**
     * Publishes a batch, one record for each argument, waiting for room for all of them.
     *
     * @param translator fills each.
     * @param args       are handed to the translator, one by one; 1 to the ring's size of them.
     * @param <A>        type of the arguments.
     * @return the last one's sequence.
     */
    public <A> long publishAll(EventTranslatorOneArg<? super E, ? super A> translator, A[] args) {
        return fillAll(translator, next(args.length), args);
    }

    /**
     * Publishes a batch, one record for each argument, waiting for room for all of them no longer than a timeout.
     *
     * @param translator fills each.
     * @param args       are handed to the translator, one by one; 1 to the ring's size of them.
     * @param timeout    the longest wait.
     * @param <A>        type of the arguments.
     * @return the last one's sequence, or {@link #NO_CAPACITY} after the timeout: then nothing was published.
     */
    public <A> long publishAll(EventTranslatorOneArg<? super E, ? super A> translator, A[] args, Duration timeout) {
        long last = next(args.length, timeout);
        return last == NO_CAPACITY ? NO_CAPACITY : fillAll(translator, last, args);
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

    /**
     * Waits until a record is merged: until the merge handler has returned from its {@link MergeHandler#onResult onResult}, whatever
     * became of it, and its credit is there again. It does not wait for other records: neither for those before it, of whatever
     * sub-stream or group, as one would who waits for {@link BraidEngine#lowWatermark()}, nor for the end of the merge's batch,
     * so the result need not be in a journal yet.
     * <p>
     * This is for closed loops, which publish when they have their answer. The calling thread spins, then yields, then parks, and is
     * woken when the record is merged. In {@link ThreadingMode#INVOKER} the thread that drives the engine does so meanwhile. Up to
     * 64 threads wait at a time without having to take turns. For any thread but those of handlers.
     *
     * @param sequence the record's, as its claim or publication returned it.
     * @param timeout  the longest wait.
     * @return whether the record was merged within that time.
     * @throws EngineHaltedException         if the engine has halted, and the record may not have been merged.
     * @throws EngineClosedException         if the engine is closed, and had not accepted the record.
     * @throws PublisherInterruptedException if the thread has to wait and is interrupted.
     * @throws IllegalStateException         if a handler has to wait.
     */
    public boolean awaitMerged(long sequence, Duration timeout) {
        return mergeWaits.await(sequence, nanos(timeout), backPressure);
    }

    private long fill(EventTranslator<? super E> translator, long last, int count) {
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
        return last;
    }

    private <A> long fill(EventTranslatorOneArg<? super E, ? super A> translator, long sequence, A arg) {
        try {
            translator.translateTo(get(sequence), sequence, arg);
        } catch (Throwable t) {
            fail(sequence, sequence, t);
            throw t;
        } finally {
            publish(sequence);
        }
        return sequence;
    }

    private <A, B> long fill(
            EventTranslatorTwoArg<? super E, ? super A, ? super B> translator, long sequence, A arg0, B arg1) {
        try {
            translator.translateTo(get(sequence), sequence, arg0, arg1);
        } catch (Throwable t) {
            fail(sequence, sequence, t);
            throw t;
        } finally {
            publish(sequence);
        }
        return sequence;
    }

    private <A> long fillAll(EventTranslatorOneArg<? super E, ? super A> translator, long last, A[] args) {
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
        return last;
    }

    private void fail(long low, long high, Throwable thrown) {
        UnfilledRecordException cause = new UnfilledRecordException(thrown);
        for (long sequence = low; sequence <= high; sequence++) {
            ring.fail(sequence - base, cause);
        }
    }
}
