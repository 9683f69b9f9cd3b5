package dev.braid.persistence;

import com.lmax.disruptor.EventFactory;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.EngineStats;
import dev.braid.engine.Ingress;
import dev.braid.engine.JvmFlags;
import dev.braid.engine.ThreadingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;

/**
 * An engine with its journals: the results, the input where sources cannot send again, and the state of handlers. They are
 * wired once, started in order and closed in order.
 * <pre>{@code
 * try (Braid<Order> braid = Braid.builder(dir, Order::new, new OrderCodec())
 *         .group(HandlerGroup.named("gold").weight(9).subStreams(4, id -> new Balances()))
 *         .group(HandlerGroup.named("bronze").weight(1).subStreams(4, id -> new Balances()))
 *         .partitioner(partitioner)
 *         .durability(Durability.DISK)
 *         .start()) {
 *     braid.ingress().publish(…);
 * }
 * }</pre>
 * <pre>
 *  start:  results ──▶ input ──▶ state of handlers ──▶ engine ──▶ what the input journal has and has no result
 *  close:  engine  ──▶ state of handlers ──▶ input ──▶ results
 * </pre>
 * It composes {@link JournalWriter}, {@link InputJournal}, {@link HandlerStates} and {@link BraidEngine}, which can also be
 * used alone. Handlers that are a {@link StatefulHandler} get their state back without being asked for.
 * <p>
 * <b>Threads:</b> any. In {@link ThreadingMode#INVOKER} one thread has to start, invoke and close, or run {@link #agent()}.
 * <p>
 * <b>Errors:</b> what stops the engine, or a journal and with it the engine, reaches every publisher and {@link #close()}.
 *
 * @param <E> type of the records.
 */
public final class Braid<E> implements AutoCloseable {
    private final JournalWriter<E> results;
    /** {@code null} if there is none. */
    private final InputJournal<E> input;

    private final HandlerStates<E> states;
    private final BraidEngine<E> engine;
    private final ProgressListener progress;
    private final CountDownLatch startedOrClosed = new CountDownLatch(1);
    private volatile boolean isStarted;
    private volatile boolean isClosed;

    /** @param input {@code null} for none. */
    Braid(
            JournalWriter<E> results,
            InputJournal<E> input,
            HandlerStates<E> states,
            BraidEngine<E> engine,
            ProgressListener progress) {
        this.results = results;
        this.input = input;
        this.states = states;
        this.engine = engine;
        this.progress = progress;
    }

    /**
     * Returns a builder of an engine with its journals.
     *
     * @param dir     folder of the journal of results; made if absent. What belongs to it is in it.
     * @param factory makes records.
     * @param codec   makes bytes of results, and results of bytes.
     * @param <E>     type of the records.
     * @return a builder.
     * @throws IllegalStateException if the JVM lacks a flag; the message names it.
     */
    public static <E> BraidBuilder<E> builder(
            Path dir, EventFactory<? extends E> factory, RecordCodec<? super E> codec) {
        JvmFlags.check();
        return new BraidBuilder<>(dir, factory, codec);
    }

    /**
     * Starts the engine, and publishes what the input journal has of earlier runs that has no result. When it returns,
     * everybody may publish. For those who have {@linkplain BraidBuilder#open() opened} this.
     *
     * @return this.
     * @throws JournalException      if the input journal is damaged.
     * @throws IllegalStateException if it was started or closed before, or the engine halts.
     */
    public Braid<E> start() {
        engine.start();
        if (input != null) {
            input.feed(engine, progress);
        }
        isStarted = true;
        startedOrClosed.countDown();
        return this;
    }

    /**
     * Waits until this is started, as by an agent's runner, and everybody may publish. Not needed after {@link #start()}.
     *
     * @param timeout maximum time to wait.
     * @return {@code false} if it was not started in that time, or was closed without.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    public boolean awaitStarted(Duration timeout) throws InterruptedException {
        startedOrClosed.await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        return isStarted;
    }

    /**
     * Returns all of this as an agent, for a runner of one's own, with {@link ThreadingMode#INVOKER}: its {@code onStart} is
     * {@link #start()}, its {@code doWork} is that of {@link BraidEngine#agent()}, and its {@code onClose} is {@link #close()}.
     * Other threads see by {@link #awaitStarted} that they may publish.
     *
     * @return an agent, to be run once.
     * @throws IllegalStateException if the engine is not in {@link ThreadingMode#INVOKER}.
     */
    public Agent agent() {
        return new BraidAgent(this, engine.agent());
    }

    /**
     * Returns the ingress for records of all groups.
     *
     * @return the ingress.
     * @see BraidEngine#ingress()
     */
    public Ingress<E> ingress() {
        return engine.ingress();
    }

    /**
     * Returns the ingress for records of one group.
     *
     * @param group name of the group.
     * @return the ingress.
     * @see BraidEngine#ingress(String)
     */
    public Ingress<E> ingress(String group) {
        return engine.ingress(group);
    }

    /**
     * Changes a group's weight.
     *
     * @param group  name of the group.
     * @param weight the new one.
     * @see BraidEngine#setWeight
     */
    public void setWeight(String group, int weight) {
        engine.setWeight(group, weight);
    }

    /**
     * Changes the weights of several groups as one step.
     *
     * @param weights the new ones, by names of groups.
     * @see BraidEngine#setWeights
     */
    public void setWeights(Map<String, Integer> weights) {
        engine.setWeights(weights);
    }

    /**
     * Live numbers of the engine.
     *
     * @return they change while the engine runs.
     */
    public EngineStats stats() {
        return engine.stats();
    }

    /**
     * Returns the sequence from which on a source sends, so that nothing is missing and nothing is there twice.
     *
     * @return where the input journal goes on; without one, the first sequence that had no result when this was opened.
     */
    public long nextSequence() {
        return input != null ? input.nextSequence() : results.nextSequence();
    }

    /**
     * Waits until the results of all sequences up to one are acknowledged.
     *
     * @param sequence sequence to wait for.
     * @param timeout  maximum time to wait.
     * @return {@code false} if it was not acknowledged in that time, or before this was closed.
     * @throws JournalException     if it will not be, because the journal failed.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    public boolean awaitDurable(long sequence, Duration timeout) throws InterruptedException {
        return results.awaitDurable(sequence, timeout);
    }

    /**
     * Returns the engine.
     *
     * @return it is closed with this.
     */
    public BraidEngine<E> engine() {
        return engine;
    }

    /**
     * Returns the journal of results.
     *
     * @return it is closed with this.
     */
    public JournalWriter<E> results() {
        return results;
    }

    /**
     * Returns the journal of records as they came in.
     *
     * @return it is closed with this; empty if there is none.
     */
    public Optional<InputJournal<E>> input() {
        return Optional.ofNullable(input);
    }

    /**
     * Returns how the state of handlers was rebuilt.
     *
     * @return a report; without handlers that keep state nothing was.
     */
    public StateReport stateReport() {
        return states.report();
    }

    /**
     * Closes the engine, which handles and journals all that was accepted, takes the last snapshot, and closes the journals. All
     * is closed whatever fails. Calls after the first do nothing; one that comes meanwhile waits.
     *
     * @throws EngineHaltedException if the engine has halted, now or before.
     * @throws IllegalStateException if this thread must not close it, because it is a handler's, a listener's of the journals, or
     *                               not the one that invokes the engine; then nothing is closed.
     * @throws JournalException      if a journal cannot be sealed; the first failure is thrown, later ones are suppressed.
     */
    @Override
    public void close() {
        results.checkMayClose();
        if (input != null) {
            input.checkMayClose();
        }
        if (isClosed) {
            return;
        }
        AutoCloseable haltedEngine = () -> {};
        try {
            engine.close(); // Not in closeRest: a handler that is to be refused would wait for who closes, and that
            // for the handler.
        } catch (EngineHaltedException e) {
            haltedEngine = () -> {
                throw e;
            };
        }
        closeRest(haltedEngine);
    }

    private synchronized void closeRest(AutoCloseable haltedEngine) {
        if (isClosed) {
            return;
        }
        isClosed = true;
        startedOrClosed.countDown();
        CloseHelper.closeAll(List.of(haltedEngine, states, input == null ? () -> {} : input, results));
    }
}
