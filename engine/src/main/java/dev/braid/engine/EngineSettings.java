package dev.braid.engine;

import com.lmax.disruptor.EventFactory;
import com.lmax.disruptor.dsl.ProducerType;
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

/** The values that an {@link EngineBuilder} collects, with their defaults; unchecked until {@link EngineConfig} is made of them. */
final class EngineSettings<E> {
    final EventFactory<? extends E> factory;
    final List<HandlerGroup<E>> groups = new ArrayList<>();
    /** {@code null} for none. */
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
    /** {@code null} for none. */
    Path countersFile;

    String engineName = ThreadRole.DEFAULT_ENGINE_NAME;
    Function<? super ThreadRole, ? extends IdleStrategy> idleStrategy = role -> new WakeableIdleStrategy();
    BiFunction<? super ThreadRole, ? super Runnable, ? extends Thread> threadFactory = EngineSettings::newThread;
    /** {@code null} for the default. */
    Integer workers;

    int ringSize = EngineBuilder.DEFAULT_RING_SIZE;
    /** {@code null} for the default. */
    Integer inFlight;

    int round = EngineBuilder.DEFAULT_ROUND;
    Duration stuckHandlerAfter = EngineBuilder.DEFAULT_STUCK_HANDLER_AFTER;
    Duration closeTimeout = EngineBuilder.DEFAULT_CLOSE_TIMEOUT;
    /** {@code null} for the merge handler's. */
    ResumePoint resumeAt;
    /** Set by tests only, which show that the engine does not depend on it. */
    long idlePeriodNs = MergeStage.DEFAULT_IDLE_PERIOD_NS;

    EngineSettings(EventFactory<? extends E> factory) {
        this.factory = Objects.requireNonNull(factory, "factory");
    }

    private static Thread newThread(ThreadRole role, Runnable task) {
        Thread thread = new Thread(task, role.threadName());
        thread.setDaemon(role.duty().equals(ThreadRole.STATS));
        return thread;
    }
}
