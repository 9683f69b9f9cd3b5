package dev.braid.engine;

import com.lmax.disruptor.EventFactory;
import com.lmax.disruptor.dsl.ProducerType;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * Configures an engine. {@link #build()} validates every setting and names the offending value; the setters themselves refuse
 * {@code null} only. Later changes to the builder do not reach an engine that was built. Not thread-safe.
 *
 * @param <E> type of the records.
 */
public final class EngineBuilder<E> {
    /** Default of {@link #ringSize(int)}. */
    public static final int DEFAULT_RING_SIZE = 4096;
    /** Lower limit of the default of {@link #inFlight(int)}. */
    public static final int DEFAULT_IN_FLIGHT = 4096;
    /** Default of {@link #round(int)}. */
    public static final int DEFAULT_ROUND = 256;
    /** Default of {@link #closeTimeout(Duration)}. */
    public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);
    /** Default of {@link #stuckHandlerAfter(Duration)}. */
    public static final Duration DEFAULT_STUCK_HANDLER_AFTER = Duration.ofSeconds(10);
    /** Upper limit of {@link #workers(int)}. */
    public static final int MAX_WORKERS = 1024;

    final EngineSettings<E> settings;

    EngineBuilder(EventFactory<? extends E> factory) {
        this.settings = new EngineSettings<>(factory);
    }

    /**
     * Adds a group. At least one is needed.
     *
     * @param group to add; its sub-streams get the next free ids.
     * @return this.
     */
    public EngineBuilder<E> group(HandlerGroup<E> group) {
        settings.groups.add(Objects.requireNonNull(group, "group"));
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
     * Sets how records find their sub-stream, if they come through the shared ingress, or through a group's own ingress and the
     * group has no partitioner. An engine without a partitioner has no shared ingress, unless it has one sub-stream only; all its
     * groups then need {@link HandlerGroup#ownIngress()}.
     *
     * @param partitioner to ask; see {@link Partitioners#grouped(List, java.util.function.Function, java.util.function.Function)}.
     * @return this.
     */
    public EngineBuilder<E> partitioner(Partitioner<? super E> partitioner) {
        settings.partitioner = Objects.requireNonNull(partitioner, "partitioner");
        return this;
    }

    /**
     * Sets the receiver of the results. By default results are only counted. A receiver that remembers earlier runs, as a journal
     * does, also says where the engine resumes.
     *
     * @param mergeHandler the receiver; see {@link MergeHandler#andThen} for more than one.
     * @return this.
     */
    public EngineBuilder<E> merge(MergeHandler<? super E> mergeHandler) {
        settings.mergeHandler = Objects.requireNonNull(mergeHandler, "mergeHandler");
        return this;
    }

    /**
     * Sets the handler that sees each record before it is partitioned. By default there is none.
     *
     * @param ingestHandler to call on the engine's thread.
     * @return this.
     */
    public EngineBuilder<E> ingest(IngestHandler<? super E> ingestHandler) {
        settings.ingestHandler = Objects.requireNonNull(ingestHandler, "ingestHandler");
        return this;
    }

    /**
     * Sets the order in which results are merged.
     *
     * @param mergeOrder by default {@link MergeOrder#WEIGHTED}.
     * @return this.
     */
    public EngineBuilder<E> mergeOrder(MergeOrder mergeOrder) {
        settings.mergeOrder = Objects.requireNonNull(mergeOrder, "mergeOrder");
        return this;
    }

    /**
     * Sets which threads run the engine.
     *
     * @param threadingMode by default {@link ThreadingMode#SHARED}; see {@link #workers(int)} for
     *                      {@link ThreadingMode#DEDICATED}.
     * @return this.
     */
    public EngineBuilder<E> threadingMode(ThreadingMode threadingMode) {
        settings.threadingMode = Objects.requireNonNull(threadingMode, "threadingMode");
        return this;
    }

    /**
     * Sets the number of threads that run handlers. Only {@link ThreadingMode#DEDICATED} has such threads; {@link #build()} refuses
     * the setting in any other mode.
     *
     * @param workers 1, which is the default, to {@value #MAX_WORKERS}.
     * @return this.
     */
    public EngineBuilder<E> workers(int workers) {
        settings.workers = workers;
        return this;
    }

    /**
     * Sets whether several threads may publish at the same time.
     *
     * @param producerType by default {@link ProducerType#MULTI}. {@link ProducerType#SINGLE} is faster, and is for one thread that
     *                     publishes through all ingresses of the engine together. Another thread may take over from it, once it sees
     *                     what the first one did. If two threads publish at the same time nevertheless, or if a handler publishes,
     *                     records overwrite each other. Claims do not check that, since it would cost every record. It is noticed
     *                     where two threads wait for room at the same time, which throws, and where the ring's cursor goes back,
     *                     which halts the engine; either may come after records were lost.
     * @return this.
     */
    public EngineBuilder<E> producerType(ProducerType producerType) {
        settings.producerType = Objects.requireNonNull(producerType, "producerType");
        return this;
    }

    /**
     * Sets what a handler's exception does.
     *
     * @param errorPolicy by default {@link ErrorPolicy#HALT}.
     * @return this.
     */
    public EngineBuilder<E> errorPolicy(ErrorPolicy errorPolicy) {
        settings.errorPolicy = Objects.requireNonNull(errorPolicy, "errorPolicy");
        return this;
    }

    /**
     * Sets what a group is charged for its service.
     *
     * @param costModel by default {@link CostModel#RECORDS}.
     * @return this.
     */
    public EngineBuilder<E> costModel(CostModel costModel) {
        settings.costModel = Objects.requireNonNull(costModel, "costModel");
        return this;
    }

    /**
     * Sets the clock that {@link CostModel#NANOSECONDS} and latency statistics use. The engine's threads and publishers read it.
     *
     * @param nanoClock by default {@link System#nanoTime()}.
     * @return this.
     */
    public EngineBuilder<E> nanoClock(NanoClock nanoClock) {
        settings.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
        return this;
    }

    /**
     * Sets the receiver of errors: why the engine halted, and what a handler's {@code onShutdown} threw. Errors are usually reported
     * on the engine's thread; a close that times out is reported by the thread that closes. By default errors are logged by the
     * {@link System.Logger} named {@code dev.braid.engine}.
     *
     * @param errorHandler the receiver. An exception that it throws is logged and goes no further.
     * @return this.
     */
    public EngineBuilder<E> onError(ErrorHandler errorHandler) {
        settings.errorHandler = Objects.requireNonNull(errorHandler, "errorHandler");
        return this;
    }

    /**
     * Sets the receiver of warnings about
     * <ul>
     *   <li>weights that cannot be honoured, because they promise a group more workers than it has sub-streams, or more records
     *       in flight than its bound allows; sent when the engine is built, or a weight is set;</li>
     *   <li>handlers that do not return, and publishers that wait for an engine that nobody starts, see {@link
     *       #stuckHandlerAfter}.</li>
     * </ul>
     * By default warnings are logged by the {@link System.Logger} named {@code dev.braid.engine}.
     *
     * @param warningHandler the receiver. On the thread that builds the engine or sets the weight, its exceptions go to the caller;
     *                       on a thread of the engine or of a publisher, they go to the error handler.
     * @return this.
     */
    public EngineBuilder<E> onWarning(Consumer<String> warningHandler) {
        settings.warningHandler = Objects.requireNonNull(warningHandler, "warningHandler");
        return this;
    }

    /**
     * Sets how long a handler may take for one record, or a publisher may wait for an engine that has not been started, before the
     * warning handler is told, once for each call. A daemon thread named
     * {@code braid-watch} looks at all handlers of the JVM once a second; see {@link EngineStats.ThreadStats#call()} for the call
     * that a thread is in. A stuck handler is not interrupted.
     *
     * @param time more than zero; by default 10 seconds.
     * @return this.
     */
    public EngineBuilder<E> stuckHandlerAfter(Duration time) {
        settings.stuckHandlerAfter = Objects.requireNonNull(time, "time");
        return this;
    }

    /**
     * Sets a file for the engine's counters, so that other processes can read them: see {@link EngineStats#map}. By default the
     * counters are kept in memory only. A background thread copies them to the file once a second while the engine runs. If that fails,
     * the warning handler is told once, the next second's copy is tried, and the engine goes on.
     *
     * @param file created or replaced when the engine is built. It stays when the engine has ended.
     * @return this.
     */
    public EngineBuilder<E> countersFile(Path file) {
        settings.countersFile = Objects.requireNonNull(file, "file");
        return this;
    }

    /**
     * Sets the engine's name, which is part of the names of its threads.
     *
     * @param engineName not blank; by default {@value ThreadRole#DEFAULT_ENGINE_NAME}.
     * @return this.
     */
    public EngineBuilder<E> engineName(String engineName) {
        settings.engineName = Objects.requireNonNull(engineName, "engineName");
        return this;
    }

    /**
     * Sets what the engine's threads do without work. By default each has a {@link WakeableIdleStrategy}: the thread sleeps until it
     * is woken, so an idle engine costs nothing. A strategy that spins, such as Agrona's
     * {@link org.agrona.concurrent.BusySpinIdleStrategy}, has records handled some microseconds sooner, and needs a core for each
     * thread.
     *
     * @param idleStrategy makes one strategy for each thread of the duties {@link ThreadRole#CONDUCTOR}, {@link ThreadRole#WORKER}
     *                     and {@link ThreadRole#MERGE}; called when the engine is built. In {@link ThreadingMode#INVOKER} the
     *                     engine does not idle, but it wakes the conductor's strategy if that is a {@link WakeableIdleStrategy}, so
     *                     the caller's own runner can sleep, too. A {@link WakeableIdleStrategy} that another thread has, of this
     *                     engine, another one or a journal, is refused when the engine is built or started.
     * @return this.
     */
    public EngineBuilder<E> idleStrategy(Function<? super ThreadRole, ? extends IdleStrategy> idleStrategy) {
        settings.idleStrategy = Objects.requireNonNull(idleStrategy, "idleStrategy");
        return this;
    }

    /**
     * Sets the factory of the engine's threads. By default threads are named by {@link ThreadRole#threadName()}. They keep the JVM
     * alive until the engine is closed or has halted, except for the thread with the duty {@link ThreadRole#STATS}, which is a
     * daemon.
     *
     * @param threadFactory makes a thread that will run a task in a role, and does not start it. The factory decides whether the
     *                      thread is a daemon.
     * @return this.
     */
    public EngineBuilder<E> threadFactory(
            BiFunction<? super ThreadRole, ? super Runnable, ? extends Thread> threadFactory) {
        settings.threadFactory = Objects.requireNonNull(threadFactory, "threadFactory");
        return this;
    }

    /**
     * Sets how many records of the shared ingress may wait in the ring. The ring itself is larger: it has room for what the
     * in-flight bounds of groups with their own ingresses allow.
     *
     * @param records a power of two; by default {@value #DEFAULT_RING_SIZE}.
     * @return this.
     */
    public EngineBuilder<E> ringSize(int records) {
        settings.ringSize = records;
        return this;
    }

    /**
     * Bounds the records in flight of all groups together. A record is in flight from leaving the ring to its merge; through a
     * group's own ingress, from its claim. A group may have a bound of its own, {@link HandlerGroup#inFlight(int)}; the other groups
     * divide this bound:
     * <ul>
     *   <li>by weight: half of it, or {@code 2 * workers * round} if that is more, which is two batches for each worker: one under
     *       way and one to come;</li>
     *   <li>in equal parts: the rest. A group of little weight can therefore use the capacity that others leave, and has room for
     *       its share after {@link BraidEngine#setWeight}.</li>
     * </ul>
     * Every group may have at least one record in flight. If a bound is too small for the share that a group is due, the engine
     * warns, and {@link GroupStats#dueShare()} says what share remains.
     * <p>
     * <b>Memory:</b> all records are allocated when the engine is built: the bounds of all groups plus the ring's size, twice, where
     * the second is rounded up to a power of two. With all defaults and up to 4 groups that is at most 16,448 records; the engine
     * itself takes about 100 bytes for each, besides the record.
     *
     * @param records by default {@code 4 * groups * workers * round}, so that each group has {@code 2 * workers * round} in equal
     *                parts, but at least {@value #DEFAULT_IN_FLIGHT} and at most 65,536. If the upper limit leaves a group with less
     *                than {@code 2 * workers * round}, the engine warns: while few groups have work, that group can get less than
     *                its share.
     * @return this.
     */
    public EngineBuilder<E> inFlight(int records) {
        settings.inFlight = records;
        return this;
    }

    /**
     * Sets the number of records in a round, which trades latency for throughput. A batch of a group is the round times the group's
     * share of the weights of all backlogged groups, and at least one record. A worker is handed half a batch at a time, and the
     * other half while it is busy with the first. A smaller round makes a record wait less for batches of other groups; a larger
     * round spends less time on scheduling and makes larger journal frames.
     *
     * @param records by default {@value #DEFAULT_ROUND}.
     * @return this.
     */
    public EngineBuilder<E> round(int records) {
        settings.round = records;
        return this;
    }

    /**
     * Sets the sequence of the first record, to continue after an earlier engine that left no record undone. A merge handler with a
     * {@link MergeHandler#resumePoint()} makes this unnecessary; {@link #build()} refuses a sequence that contradicts it.
     *
     * @param sequence by default 0.
     * @return this.
     */
    public EngineBuilder<E> firstSequence(long sequence) {
        return resumeAt(ResumePoint.at(sequence));
    }

    /**
     * Continues where an earlier engine was stopped, even if records were left undone among those done. The source sends again from
     * {@link ResumePoint#firstSequence()} on, in the same order, so that records get their earlier sequences. Records that are done
     * are dropped before the partitioner sees them; the others are handled. A merge handler with a
     * {@link MergeHandler#resumePoint()} makes this unnecessary; {@link #build()} refuses a point that contradicts it.
     *
     * @param point by default the merge handler's, or sequence 0 with nothing done.
     * @return this.
     */
    public EngineBuilder<E> resumeAt(ResumePoint point) {
        settings.resumeAt = Objects.requireNonNull(point, "point");
        return this;
    }

    /**
     * Sets how long {@link BraidEngine#close()} waits for the records that were accepted.
     *
     * @param timeout by default 10 seconds; not negative.
     * @return this.
     */
    public EngineBuilder<E> closeTimeout(Duration timeout) {
        settings.closeTimeout = Objects.requireNonNull(timeout, "timeout");
        return this;
    }

    /**
     * Validates the settings, allocates all memory, and makes the handlers.
     *
     * @return an engine that has not been started.
     * @throws UncheckedIOException     if the counters' file cannot be created.
     * @throws IllegalArgumentException if a value is out of range; the message names it.
     * @throws IllegalStateException    if a setting is missing, or contradicts another one.
     */
    public BraidEngine<E> build() {
        return new BraidEngine<>(freeze());
    }

    /** Validates the settings and returns an immutable copy. */
    EngineConfig<E> freeze() {
        return new EngineConfig<>(settings);
    }

    /**
     * Calls {@link #build()} and {@link BraidEngine#start()}.
     *
     * @return a running engine.
     */
    public BraidEngine<E> start() {
        BraidEngine<E> engine = build();
        engine.start();
        return engine;
    }
}
