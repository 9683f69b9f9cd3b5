package dev.braid.engine;

import com.lmax.disruptor.EventFactory;
import com.lmax.disruptor.dsl.ProducerType;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Describes an engine. All is checked by {@link #build()}, whose exceptions name the offending value. Not thread-safe.
 *
 * @param <E> type of the records.
 */
public final class EngineBuilder<E> {
    /** Default of {@link #ringSize(int)}. */
    public static final int DEFAULT_RING_SIZE = 4096;
    /** Least default of {@link #inFlight(int)}. */
    public static final int DEFAULT_IN_FLIGHT = 4096;
    /** Default of {@link #round(int)}. */
    public static final int DEFAULT_ROUND = 256;
    /** Default of {@link #closeTimeout(Duration)}. */
    public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);

    /** Default of {@link #stuckHandlerAfter(Duration)}. */
    public static final Duration DEFAULT_STUCK_HANDLER_AFTER = Duration.ofSeconds(10);

    /** The most that {@link #workers(int)} takes. */
    public static final int MAX_WORKERS = 1024;

    final EventFactory<? extends E> factory;
    final List<HandlerGroup<E>> groups = new ArrayList<>();
    Partitioner<? super E> partitioner;
    MergeHandler<? super E> mergeHandler = (record, sequence, subStream, outcome, cause) -> {};
    /** {@code null} for none. */
    IngestHandler<? super E> ingestHandler;

    MergeOrder mergeOrder = MergeOrder.WEIGHTED;
    ThreadingMode threadingMode = ThreadingMode.SHARED;
    ProducerType producerType = ProducerType.MULTI;
    ErrorPolicy errorPolicy = ErrorPolicy.HALT;
    CostModel costModel = CostModel.RECORDS;
    NanoClock nanoClock = SystemNanoClock.INSTANCE;
    ErrorHandler errorHandler = EngineLog::error;
    Consumer<String> warningHandler = EngineLog::warn;
    Path countersFile;
    String engineName = ThreadRole.DEFAULT_ENGINE_NAME;
    Function<? super ThreadRole, ? extends IdleStrategy> idleStrategy = role -> new WakeableIdleStrategy();
    BiFunction<? super ThreadRole, ? super Runnable, ? extends Thread> threadFactory = EngineBuilder::newThread;

    /** How many records can be handled at a time. */
    int workers = 1;

    boolean workersGiven;
    int ringSize = DEFAULT_RING_SIZE;
    int inFlight;
    boolean inFlightGiven;
    int round = DEFAULT_ROUND;
    Duration stuckHandlerAfter = DEFAULT_STUCK_HANDLER_AFTER;
    /** As it was given; {@code null} if it was not. */
    ResumePoint resumeAt;

    Duration closeTimeout = DEFAULT_CLOSE_TIMEOUT;
    /** For tests, which show that it is not needed. */
    long idlePeriodNs = MergeStage.DEFAULT_IDLE_PERIOD_NS;

    EngineBuilder(EventFactory<? extends E> factory) {
        this.factory = Objects.requireNonNull(factory, "factory");
    }

    /**
     * Adds a group. At least one is needed.
     *
     * @param group to add; its sub-streams get the next free ids.
     * @return this.
     */
    public EngineBuilder<E> group(HandlerGroup<E> group) {
        groups.add(Objects.requireNonNull(group, "group"));
        return this;
    }

    /**
     * Adds several groups.
     *
     * @param groups to add, in this order.
     * @return this.
     */
    public EngineBuilder<E> groups(List<HandlerGroup<E>> groups) {
        groups.forEach(this::group);
        return this;
    }

    /**
     * How records find their sub-stream that come through the shared ingress, or through that of a group without a partitioner of
     * its own. Without one the engine has no shared ingress, unless there is only one sub-stream; then all groups need
     * {@link HandlerGroup#ownIngress()}.
     *
     * @param partitioner to ask; see {@link Partitioners#grouped(List, java.util.function.Function, java.util.function.Function)}.
     * @return this.
     */
    public EngineBuilder<E> partitioner(Partitioner<? super E> partitioner) {
        this.partitioner = Objects.requireNonNull(partitioner, "partitioner");
        return this;
    }

    /**
     * Who receives the results. By default nobody does: they are only counted. Where the engine resumes is what the receiver
     * says, if it remembers earlier runs, as a journal does.
     *
     * @param mergeHandler the receiver; see {@link MergeHandler#andThen} for more than one.
     * @return this.
     */
    public EngineBuilder<E> merge(MergeHandler<? super E> mergeHandler) {
        this.mergeHandler = Objects.requireNonNull(mergeHandler, "mergeHandler");
        return this;
    }

    /**
     * Who sees records before anything is done with them. By default nobody does.
     *
     * @param ingestHandler the one.
     * @return this.
     */
    public EngineBuilder<E> ingest(IngestHandler<? super E> ingestHandler) {
        this.ingestHandler = Objects.requireNonNull(ingestHandler, "ingestHandler");
        return this;
    }

    /**
     * In which order results are merged.
     *
     * @param mergeOrder by default {@link MergeOrder#WEIGHTED}.
     * @return this.
     */
    public EngineBuilder<E> mergeOrder(MergeOrder mergeOrder) {
        this.mergeOrder = Objects.requireNonNull(mergeOrder, "mergeOrder");
        return this;
    }

    /**
     * Which threads run the engine.
     *
     * @param threadingMode by default {@link ThreadingMode#SHARED}; see {@link #workers(int)} for
     *                      {@link ThreadingMode#DEDICATED}.
     * @return this.
     */
    public EngineBuilder<E> threadingMode(ThreadingMode threadingMode) {
        this.threadingMode = Objects.requireNonNull(threadingMode, "threadingMode");
        return this;
    }

    /**
     * How many threads run handlers, in {@link ThreadingMode#DEDICATED}; and nowhere else.
     *
     * @param workers 1, which is the default, to {@value #MAX_WORKERS}.
     * @return this.
     */
    public EngineBuilder<E> workers(int workers) {
        this.workers = workers;
        this.workersGiven = true;
        return this;
    }

    /**
     * How many threads publish at the same time.
     *
     * @param producerType by default {@link ProducerType#MULTI}; {@link ProducerType#SINGLE} is faster, and corrupts the
     *                     ring if two threads publish all the same, or a handler does; see {@link Ingress}.
     * @return this.
     */
    public EngineBuilder<E> producerType(ProducerType producerType) {
        this.producerType = Objects.requireNonNull(producerType, "producerType");
        return this;
    }

    /**
     * What a handler's exception does.
     *
     * @param errorPolicy by default {@link ErrorPolicy#HALT}.
     * @return this.
     */
    public EngineBuilder<E> errorPolicy(ErrorPolicy errorPolicy) {
        this.errorPolicy = Objects.requireNonNull(errorPolicy, "errorPolicy");
        return this;
    }

    /**
     * What a group is charged for its service.
     *
     * @param costModel by default {@link CostModel#RECORDS}.
     * @return this.
     */
    public EngineBuilder<E> costModel(CostModel costModel) {
        this.costModel = Objects.requireNonNull(costModel, "costModel");
        return this;
    }

    /**
     * The clock for {@link CostModel#NANOSECONDS} and for what is measured of records. It is read by the engine's threads and by
     * publishers.
     *
     * @param nanoClock by default {@link System#nanoTime()}.
     * @return this.
     */
    public EngineBuilder<E> nanoClock(NanoClock nanoClock) {
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
        return this;
    }

    /**
     * Who is told why the engine halted, and what {@code onShutdown} threw; usually on the engine's thread, but a close
     * that times out is reported by the thread that closes. By default it is logged, by the {@link System.Logger} named
     * {@code dev.braid.engine}. What the error handler itself throws is logged, too.
     *
     * @param errorHandler the receiver.
     * @return this.
     */
    public EngineBuilder<E> onError(ErrorHandler errorHandler) {
        this.errorHandler = Objects.requireNonNull(errorHandler, "errorHandler");
        return this;
    }

    /**
     * Receives warnings: about weights that cannot be honoured, which promise a group more workers than it has sub-streams, or
     * more records in flight than its bound allows, when the engine is built or a weight is set; and about handlers that do not
     * return, see {@link #stuckHandlerAfter}. By default they are logged, by the {@link System.Logger} named
     * {@code dev.braid.engine}.
     *
     * @param warningHandler the receiver. Called on the thread that builds the engine or sets the weight, where what it throws goes
     *                       to the caller; and on a thread of the engine's own, where it goes to the error handler.
     * @return this.
     */
    public EngineBuilder<E> onWarning(Consumer<String> warningHandler) {
        this.warningHandler = Objects.requireNonNull(warningHandler, "warningHandler");
        return this;
    }

    /**
     * How long a handler may take for a record before the warning handler is told, once for each call, and
     * {@link EngineStats.ThreadStats#call()} is not empty anyhow. All handlers of a JVM are looked at once a second, by a daemon
     * thread named {@code braid-watch}. A handler that is stuck is not interrupted.
     *
     * @param time more than zero; by default 10 seconds.
     * @return this.
     */
    public EngineBuilder<E> stuckHandlerAfter(Duration time) {
        this.stuckHandlerAfter = Objects.requireNonNull(time, "time");
        return this;
    }

    /**
     * A file for the engine's counters, so that other processes can read them: see {@link EngineStats#map}. By default
     * they are kept in memory alone. While the engine runs, a thread of its own copies them to the file once a second; where
     * that fails, the error handler is told, and the engine goes on.
     *
     * @param file to be made, or to be replaced when the engine is built. It stays when the engine has ended.
     * @return this.
     */
    public EngineBuilder<E> countersFile(Path file) {
        this.countersFile = Objects.requireNonNull(file, "file");
        return this;
    }

    /**
     * The engine's name, by which its threads can be told from those of others.
     *
     * @param engineName not blank; by default {@value ThreadRole#DEFAULT_ENGINE_NAME}.
     * @return this.
     */
    public EngineBuilder<E> engineName(String engineName) {
        this.engineName = Objects.requireNonNull(engineName, "engineName");
        return this;
    }

    /**
     * What the engine's threads do when there is nothing to do. By default each has a {@link WakeableIdleStrategy}: it sleeps until
     * it is woken, so that an idle engine costs nothing. Where microseconds count and there is a core for each thread, one that
     * spins, as Agrona's {@link org.agrona.concurrent.BusySpinIdleStrategy}, has its records handled sooner.
     *
     * @param idleStrategy makes one for each thread, {@link ThreadRole#CONDUCTOR}, {@link ThreadRole#WORKER} and
     *                     {@link ThreadRole#MERGE}; asked when the engine is built. In {@link ThreadingMode#INVOKER} the engine does
     *                     not idle, but wakes the conductor's, if it is a {@link WakeableIdleStrategy}: so can one's own runner
     *                     sleep, too.
     * @return this.
     */
    public EngineBuilder<E> idleStrategy(Function<? super ThreadRole, ? extends IdleStrategy> idleStrategy) {
        this.idleStrategy = Objects.requireNonNull(idleStrategy, "idleStrategy");
        return this;
    }

    /**
     * Who makes the engine's threads. By default they are called {@link ThreadRole#threadName()}, and keep the JVM alive until
     * the engine is closed or has halted, but for the one that is for {@link ThreadRole#STATS}, which is a daemon.
     *
     * @param threadFactory makes a thread for a role that will run a task, and does not start it. Whether it is a daemon is up to
     *                      the factory.
     * @return this.
     */
    public EngineBuilder<E> threadFactory(
            BiFunction<? super ThreadRole, ? super Runnable, ? extends Thread> threadFactory) {
        this.threadFactory = Objects.requireNonNull(threadFactory, "threadFactory");
        return this;
    }

    private static Thread newThread(ThreadRole role, Runnable task) {
        Thread thread = new Thread(task, role.threadName());
        thread.setDaemon(role.duty().equals(ThreadRole.STATS));
        return thread;
    }

    /**
     * How many records may wait in the ring that came through the shared ingress. The ring itself is larger, so that the
     * groups' own ingresses have room for what their in-flight bounds allow.
     *
     * @param records a power of two; by default {@value #DEFAULT_RING_SIZE}.
     * @return this.
     */
    public EngineBuilder<E> ringSize(int records) {
        this.ringSize = records;
        return this;
    }

    /**
     * Bound on the records in flight, between the ring and the merge, of all groups together; for a group's own ingress from
     * being claimed to the merge. A group may have a bound of its own, {@link HandlerGroup#inFlight(int)}; the others get
     * <ul>
     *   <li>by weight: half of this bound, or {@code 2 * workers * round} if that is more, which is two batches for each worker,
     *       those under way and those to come;</li>
     *   <li>in equal parts: the rest. So a group of little weight can use the capacity that others leave, and has room for its
     *       share after {@link BraidEngine#setWeight}.</li>
     * </ul>
     * Every group may have at least one. Where a bound is too small for the share that the group is due, the engine warns, and
     * {@link GroupStats#dueShare()} says what is left.
     * <p>
     * <b>Memory:</b> all records are allocated when the engine is built: as many as the bounds of all groups and the ring's size
     * together, twice, where the second time is rounded up to a power of two. With all defaults and up to 4 groups these are
     * 16,448 at most; the engine itself takes some 100 bytes for each, besides the record.
     *
     * @param records by default {@code 4 * groups * workers * round}, so that each group has {@code 2 * workers * round} in
     *                equal parts, but {@value #DEFAULT_IN_FLIGHT} at least and 65,536 at most. With so many groups that this leaves one
     *                with less than {@code 2 * workers * round}, the engine warns: while few of them have work, it can get less
     *                than its share.
     * @return this.
     */
    public EngineBuilder<E> inFlight(int records) {
        this.inFlight = records;
        this.inFlightGiven = true;
        return this;
    }

    /**
     * How many records make a round, the one knob between latency and throughput: a batch of a group is the round times
     * its share of the backlogged groups' weights, at least one record. A worker is handed half a batch at a time, and the
     * other half while it is busy with the first. Smaller rounds mean that a record waits less for
     * batches of other groups; larger rounds that less time goes into picking, and that journal frames are larger.
     *
     * @param records by default {@value #DEFAULT_ROUND}.
     * @return this.
     */
    public EngineBuilder<E> round(int records) {
        this.round = records;
        return this;
    }

    /**
     * Sequence of the first record, to go on where an earlier engine ended that left nothing undone. Not needed where the
     * merge handler has a {@link MergeHandler#resumePoint()}, and refused by {@link #build()} if that is another one.
     *
     * @param sequence by default 0.
     * @return this.
     */
    public EngineBuilder<E> firstSequence(long sequence) {
        return resumeAt(ResumePoint.at(sequence));
    }

    /**
     * Goes on where an earlier engine was stopped, with what may be undone between what is done. The source sends again from
     * {@link ResumePoint#firstSequence()} on, in the same order, so that records get the sequences that they had. Those that
     * are done are dropped, before the partitioner is asked; the others are handled. For engines without a merge handler that
     * has a {@link MergeHandler#resumePoint()}; {@link #build()} refuses another point than that.
     *
     * @param point by default the merge handler's, or sequence 0, with nothing done.
     * @return this.
     */
    public EngineBuilder<E> resumeAt(ResumePoint point) {
        this.resumeAt = Objects.requireNonNull(point, "point");
        return this;
    }

    /**
     * How long {@link BraidEngine#close()} waits for what was accepted.
     *
     * @param timeout by default 10 seconds; not negative.
     * @return this.
     */
    public EngineBuilder<E> closeTimeout(Duration timeout) {
        this.closeTimeout = Objects.requireNonNull(timeout, "timeout");
        return this;
    }

    /**
     * Checks everything, allocates everything, and makes the handlers.
     *
     * @return an engine that has yet to be started.
     * @throws UncheckedIOException     if the counters' file cannot be made.
     * @throws IllegalArgumentException if a value is out of range; the message names it.
     * @throws IllegalStateException    if something needed is missing.
     */
    public BraidEngine<E> build() {
        return new BraidEngine<>(freeze());
    }

    /** The settings as they are now, checked. */
    EngineConfig<E> freeze() {
        return new EngineConfig<>(this);
    }

    /**
     * {@link #build()} and {@link BraidEngine#start()}.
     *
     * @return a running engine.
     */
    public BraidEngine<E> start() {
        BraidEngine<E> engine = build();
        engine.start();
        return engine;
    }
}
