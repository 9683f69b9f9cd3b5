package dev.braid.engine;

import com.lmax.disruptor.EventTranslator;
import com.lmax.disruptor.EventTranslatorOneArg;
import com.lmax.disruptor.EventTranslatorTwoArg;
import java.time.Duration;

/**
 * Entry point for publishers; follows the Disruptor's conventions. A record is published by a translator that fills a preallocated
 * record, or by claim ({@link #next}), {@link #get} and {@link #publish(long)}. Claiming several records at a time costs much less
 * per record.
 * <p>
 * <b>Threads:</b> any number, if the engine was built for multiple producers, which is the default; otherwise one. No method may
 * wait on the engine's own thread, so a handler may use the {@code try} methods only.
 * <p>
 * <b>Capacity:</b> the shared ingress waits while the ring is full; the ingress of a group waits only while the group is at its
 * in-flight bound. A record from a group's ingress that the partitioner gives to another group is {@link Outcome#FAILED}.
 * <p>
 * <b>Back-pressure:</b> {@code next} and {@code publish} wait for room, without a limit or up to a timeout. The {@code try} methods
 * return at once.
 * <p>
 * <b>Before the engine is started</b> there is no room: the {@code try} methods return so, and the others wait until the engine is
 * started or closed, and a warning is given after a while. The thread that is going to start the engine must not wait for room.
 * <p>
 * <b>Interrupts:</b> a call that has to wait throws {@link PublisherInterruptedException} if its thread is or was interrupted.
 * Nothing is claimed then, and the interrupt flag stays set. A call that need not wait ignores the flag.
 * <p>
 * <b>Errors:</b> every method throws {@link EngineClosedException} once the engine is being closed: the records of this call are
 * not accepted, and have no outcome. Only handlers and the merge handler may go on publishing while the engine closes, on the
 * threads on which they are called, until nothing is in flight; see {@link BraidEngine#close()}. Every method throws {@link
 * EngineHaltedException} once the engine has halted: the records of this call may have no outcome. Every method that claims throws
 * an {@link IllegalStateException}, and claims nothing, while records of earlier runs are to be fed to the engine, see {@link
 * IngestHandler#toFeed()}.
 * <p>
 * <b>Translators that throw:</b> a claimed record must be published, even if filling it failed, or no later record can be handled.
 * The methods with a translator ensure this: when a translator throws, its record and the rest of its batch are published as {@link
 * Outcome#FAILED}, with an {@link UnfilledRecordException} whose cause is the exception, and the exception goes to the caller,
 * unless one of the errors above takes its place.
 * <p>
 * <b>A single producer</b> must publish in the order in which it claimed, and claim nothing between a claim and its publication.
 *
 * @param <E> type of the records.
 */
public final class Ingress<E> {
    /** Returned in place of a sequence if there is no room. */
    public static final long NO_CAPACITY = -1;

    private final IngressClaims claims;
    private final IngressRecords<E> records;
    private final MergeWaits mergeWaits;
    private final BackPressure backPressure;

    /**
     * @param group whose ingress this is, or {@code null} for the shared one.
     * @param feeds whether it is for records of earlier runs.
     */
    Ingress(EngineAssembly<E> parts, BackPressure backPressure, GroupState<E> group, boolean feeds) {
        this.claims = new IngressClaims(parts, backPressure, group, feeds);
        this.records = new IngressRecords<>(parts, group);
        this.mergeWaits = parts.mergeWaits;
        this.backPressure = backPressure;
    }

    /**
     * Claims the next record, waiting for room.
     *
     * @return the record's sequence.
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
        return claims.next(count);
    }

    /**
     * Claims several records, waiting for room no longer than a timeout.
     *
     * @param count   1 to the ring's size, or for a group's ingress to its in-flight bound.
     * @param timeout the longest wait; if it is not positive, this is {@link #tryNext(int)}.
     * @return the sequence of the last one, or {@link #NO_CAPACITY} after the timeout.
     */
    public long next(int count, Duration timeout) {
        return claims.next(count, timeout);
    }

    /**
     * Claims several records if there is room.
     *
     * @param count 1 to the ring's size, or for a group's ingress to its in-flight bound.
     * @return the sequence of the last one, or {@link #NO_CAPACITY}.
     */
    public long tryNext(int count) {
        return claims.tryNext(count);
    }

    /**
     * Returns a claimed record, to be filled.
     *
     * @param sequence the record's, as claimed.
     * @return the record, as its last use left it.
     */
    public E get(long sequence) {
        return records.get(sequence);
    }

    /**
     * Publishes a claimed record.
     *
     * @param sequence the record's, as claimed.
     */
    public void publish(long sequence) {
        publish(sequence, sequence);
    }

    /**
     * Publishes claimed records.
     *
     * @param low  sequence of the first one.
     * @param high sequence of the last one.
     */
    public void publish(long low, long high) {
        records.publish(low, high);
    }

    /**
     * Publishes one record, waiting for room.
     *
     * @param translator fills it.
     * @return the record's sequence.
     */
    public long publish(EventTranslator<? super E> translator) {
        return records.fill(translator, next(1), 1);
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
        return records.fill(translator, next(count), count);
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
        return last == NO_CAPACITY ? NO_CAPACITY : records.fill(translator, last, count);
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
        return records.fill(translator, next(1), arg);
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
        return sequence == NO_CAPACITY ? NO_CAPACITY : records.fill(translator, sequence, arg);
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
        return records.fill(translator, next(1), arg0, arg1);
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
        return sequence == NO_CAPACITY ? NO_CAPACITY : records.fill(translator, sequence, arg0, arg1);
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
        return records.fillAll(translator, next(args.length), args);
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
        return last == NO_CAPACITY ? NO_CAPACITY : records.fillAll(translator, last, args);
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
        records.fill(translator, last, count);
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
        records.fill(translator, sequence, arg);
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
        records.fill(translator, sequence, arg0, arg1);
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
        records.fillAll(translator, last, args);
        return true;
    }

    /**
     * Waits until a record is merged: until the merge handler has returned from its {@link MergeHandler#onResult onResult},
     * whatever the outcome, and its credit is available again. It waits for no other record, unlike a thread that waits for {@link
     * BraidEngine#lowWatermark()}, and not for the end of the merge's batch, so the result need not be in a journal yet.
     * <p>
     * This is for closed loops, which publish when they have their answer. The calling thread spins, then yields, then parks, and
     * is woken when the record is merged. In {@link ThreadingMode#INVOKER} the thread that drives the engine runs duty cycles
     * meanwhile. Up to 64 threads can wait at a time without taking turns. For any thread except those of handlers.
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
        return mergeWaits.await(sequence, IngressClaims.nanos(timeout), backPressure);
    }
}
