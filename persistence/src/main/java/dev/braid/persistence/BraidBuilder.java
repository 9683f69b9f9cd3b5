package dev.braid.persistence;

import com.lmax.disruptor.EventFactory;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.MergeHandler;
import dev.braid.engine.Partitioner;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Configures an engine with its journals. What is given here is given to every part that has to know it; each part's own
 * builder can be reached for the rest: {@link #results}, {@link #input}, {@link #states}, {@link #engine}. All is checked by
 * {@link #open()} or {@link #start()}, whose exceptions name the offending value. Not thread-safe.
 *
 * @param <E> type of the records.
 */
public final class BraidBuilder<E> {
    /** Default folder of the input journal, in the folder of the journal of results. */
    public static final String INPUT_FOLDER = "input";

    private final Path dir;
    private final EventFactory<? extends E> factory;
    private final RecordCodec<? super E> codec;
    private final List<HandlerGroup<E>> groups = new ArrayList<>();
    /** {@code null} where none is needed. */
    private Partitioner<? super E> partitioner;
    /** {@code null} for none. */
    private MergeHandler<? super E> next;

    private Durability durability = Durability.PROCESS;
    private ProgressListener progress = ProgressListener.NONE;
    private Path inputDir;
    /** {@code null} for no input journal. */
    private RecordCodec<? super E> inputCodec;

    private Consumer<JournalWriterBuilder<E>> resultSettings = builder -> {};
    private Consumer<JournalWriterBuilder<E>> inputSettings = builder -> {};
    private Consumer<HandlerStatesBuilder<E>> stateSettings = builder -> {};
    private boolean needsState;
    private Consumer<EngineBuilder<E>> engineSettings = builder -> {};

    BraidBuilder(Path dir, EventFactory<? extends E> factory, RecordCodec<? super E> codec) {
        this.dir = Objects.requireNonNull(dir, "dir");
        this.factory = Objects.requireNonNull(factory, "factory");
        this.codec = Objects.requireNonNull(codec, "codec");
        this.inputDir = dir.resolve(INPUT_FOLDER);
    }

    /**
     * Adds a group. At least one is needed.
     *
     * @param group group to add.
     * @return this.
     */
    public BraidBuilder<E> group(HandlerGroup<E> group) {
        groups.add(Objects.requireNonNull(group, "group"));
        return this;
    }

    /**
     * Adds several groups.
     *
     * @param groups groups to add, in this order.
     * @return this.
     */
    public BraidBuilder<E> groups(List<HandlerGroup<E>> groups) {
        groups.forEach(this::group);
        return this;
    }

    /**
     * Sets how records find their sub-stream.
     *
     * @param partitioner partitioner of the engine.
     * @return this.
     * @see EngineBuilder#partitioner
     */
    public BraidBuilder<E> partitioner(Partitioner<? super E> partitioner) {
        this.partitioner = Objects.requireNonNull(partitioner, "partitioner");
        return this;
    }

    /**
     * Sets what acknowledged results survive, and acknowledged records of the input journal.
     *
     * @param durability level; by default {@link Durability#PROCESS}.
     * @return this.
     */
    public BraidBuilder<E> durability(Durability durability) {
        this.durability = Objects.requireNonNull(durability, "durability");
        return this;
    }

    /**
     * Journals records before they are handled, for sources that cannot send again: in the folder {@value #INPUT_FOLDER} of
     * the journal. A restart feeds the engine with those that have no result.
     *
     * @param codec of records that are not handled yet.
     * @return this.
     */
    public BraidBuilder<E> input(RecordCodec<? super E> codec) {
        this.inputCodec = Objects.requireNonNull(codec, "codec");
        return this;
    }

    /**
     * Journals records before they are handled, in any folder, such as one on another disk.
     *
     * @param dir   folder of the input journal; made if absent.
     * @param codec of records that are not handled yet.
     * @return this.
     */
    public BraidBuilder<E> input(Path dir, RecordCodec<? super E> codec) {
        this.inputDir = Objects.requireNonNull(dir, "dir");
        return input(codec);
    }

    /**
     * Adds a merge handler that receives every result after the journal.
     *
     * @param next the receiver, as by {@link MergeHandler#andThen}.
     * @return this.
     */
    public BraidBuilder<E> merge(MergeHandler<? super E> next) {
        this.next = Objects.requireNonNull(next, "next");
        return this;
    }

    /**
     * Receives the progress of the start: of opening the journals, then of rebuilding state, then of feeding, each counted
     * from its own beginning.
     *
     * @param progress receiver of the progress; by default none.
     * @return this.
     */
    public BraidBuilder<E> onProgress(ProgressListener progress) {
        this.progress = Objects.requireNonNull(progress, "progress");
        return this;
    }

    /**
     * Changes further settings of the journal of results.
     *
     * @param settings is given the builder, and must not open it.
     * @return this.
     */
    public BraidBuilder<E> results(Consumer<? super JournalWriterBuilder<E>> settings) {
        this.resultSettings = resultSettings.andThen(settings);
        return this;
    }

    /**
     * Changes further settings of the input journal, which {@link #input(RecordCodec)} asks for.
     *
     * @param settings is given the builder, and must not open it.
     * @return this.
     */
    public BraidBuilder<E> inputJournal(Consumer<? super JournalWriterBuilder<E>> settings) {
        this.inputSettings = inputSettings.andThen(settings);
        return this;
    }

    /**
     * Further settings of how the state of handlers is kept. Where this is called, at least one must be a
     * {@link StatefulHandler}.
     *
     * @param settings is given the builder, and must not open it.
     * @return this.
     */
    public BraidBuilder<E> states(Consumer<? super HandlerStatesBuilder<E>> settings) {
        this.needsState = true;
        this.stateSettings = stateSettings.andThen(settings);
        return this;
    }

    /**
     * Changes further settings of the engine.
     *
     * @param settings is given the builder, and must not build it; what is wired by this, as groups and merge handler, must
     *                 be left.
     * @return this.
     */
    public BraidBuilder<E> engine(Consumer<? super EngineBuilder<E>> settings) {
        this.engineSettings = engineSettings.andThen(settings);
        return this;
    }

    /**
     * Opens the journals, rebuilds the state of handlers and builds the engine, which is not started. What was opened is closed
     * again if that fails.
     *
     * @return to be started and closed.
     * @throws JournalException         if a journal cannot be opened; see {@link JournalWriterBuilder#open()},
     *                                  {@link InputJournal#open} and {@link HandlerStatesBuilder#open()}.
     * @throws IllegalArgumentException if a value is out of range.
     * @throws IllegalStateException    if something needed is missing, or settings contradict each other.
     */
    public Braid<E> open() {
        if (groups.isEmpty()) {
            throw new IllegalStateException("an engine needs at least one group");
        }
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            JournalWriter<E> results = openResults();
            opened.push(results);
            InputJournal<E> input = inputCodec == null ? null : openInput(results);
            if (input != null) {
                opened.push(input);
            }
            HandlerStates<E> states = openStates(results);
            opened.push(states);
            BraidEngine<E> engine = buildEngine(results, input, states);
            opened.push(engine);
            results.journal().wiring().checkIsBuilt();
            return new Braid<>(results, input, states, engine, progress);
        } catch (Throwable t) {
            closeAll(opened, t);
            throw t;
        }
    }

    /**
     * {@link #open()} and {@link Braid#start()}.
     *
     * @return a running engine with its journals, to be closed.
     * @throws JournalException      as by these.
     * @throws IllegalStateException as by these.
     */
    public Braid<E> start() {
        Braid<E> braid = open();
        try {
            return braid.start();
        } catch (Throwable t) {
            closeAll(new ArrayDeque<>(List.of(braid)), t);
            throw t;
        }
    }

    private JournalWriter<E> openResults() {
        JournalWriterBuilder<E> builder = JournalWriter.<E>builder(dir, codec)
                .groups(groups)
                .durability(durability)
                .onProgress(progress);
        if (inputCodec != null) {
            builder.unfinished(Unfinished.RESEND).inputJournal(inputDir);
        }
        resultSettings.accept(builder);
        if (inputCodec != null) {
            builder.checkNotGivenUp(inputDir);
        }
        return builder.open();
    }

    private InputJournal<E> openInput(JournalWriter<E> results) {
        JournalWriterBuilder<E> builder = JournalWriter.<E>builder(inputDir, inputCodec)
                .durability(durability)
                .onProgress(progress);
        inputSettings.accept(builder);
        return InputJournal.open(builder, results);
    }

    private HandlerStates<E> openStates(JournalWriter<E> results) {
        HandlerStatesBuilder<E> builder =
                HandlerStates.<E>builder(results, groups, factory::newInstance).onProgress(progress);
        stateSettings.accept(builder);
        return (needsState ? builder : builder.ifAny()).open();
    }

    private BraidEngine<E> buildEngine(JournalWriter<E> results, InputJournal<E> input, HandlerStates<E> states) {
        EngineBuilder<E> builder = BraidEngine.<E>builder(factory)
                .groups(states.groups())
                .merge(next == null ? results : results.andThen(next));
        if (partitioner != null) {
            builder.partitioner(partitioner);
        }
        if (input != null) {
            builder.ingest(input);
        }
        engineSettings.accept(builder);
        return builder.build();
    }

    private static void closeAll(Deque<? extends AutoCloseable> opened, Throwable thrown) {
        for (AutoCloseable part : opened) { // The last one first.
            try {
                part.close();
            } catch (Throwable t) {
                if (t != thrown) {
                    thrown.addSuppressed(t);
                }
            }
        }
    }
}
