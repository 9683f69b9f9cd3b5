package dev.braid.persistence.command;

import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.Ingress;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.HandlerStates;
import dev.braid.persistence.HandlerStatesBuilder;
import dev.braid.persistence.InputJournal;
import dev.braid.persistence.JournalNotEmptyException;
import dev.braid.persistence.JournalWriter;
import dev.braid.persistence.JournalWriterBuilder;
import dev.braid.persistence.Journals;
import dev.braid.persistence.Unfinished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * One run: all records of the input through the engine into a journal.
 * <pre>
 *  InputSource ─▶ LineReader ─▶ RecordSource ─▶ Ingress ═▶ KeyedTotals ─▶ ResultMeter ─▶ JournalWriter
 *  └──────── the calling thread ───────────────────────┘   └──────── the engine's threads ───────────┘
 * </pre>
 */
final class Run {
    static final long CLOSE_TIMEOUT_S = 60;

    /** In the journal's folder. */
    static final String INPUT_FOLDER = "input";

    /** The engine's thread sleeps less than by default, for latency is shown, and the command does not run forever. */
    private static final long MAX_PARK_NS = 50_000;

    private static final long MIN_PARK_NS = 1_000;
    private static final int SPINS = 100;
    private static final int YIELDS = 20;

    /** How often the engine's turn comes, where it has no thread of its own, and how often progress is shown. */
    private static final int RECORDS_PER_TURN = 64;

    /** So many of the last results, and all that are ahead of others, are compared with the input. */
    private static final long COMPARED = 1_000;

    private final RunSettings settings;
    private final Console console;
    private final OrderlyEnd end;
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private Runnable turn = () -> {};

    /** @param end the run can be asked by it to end before its input does. */
    Run(RunSettings settings, Console console, OrderlyEnd end) {
        this.settings = settings;
        this.console = console;
        this.end = end;
    }

    /**
     * Runs.
     *
     * @return what came of it, also when the input could not be read to its end.
     */
    RunReport execute() throws IOException {
        GroupLayout layout =
                new GroupLayout(settings.groups(), settings.sumFields().size());
        if (settings.journal() != null) {
            JournalArgument.checkUsable(settings.journal());
        }
        try (InputSource input = settings.openInput(console.in())) {
            end.askBy(input::end);
            LineReader lines = new LineReader(input.stream(), () -> turn.run(), LineReader.DEFAULT_MAX_LENGTH);
            RecordSource records = settings.records(lines);
            Path folder = settings.journal() != null ? settings.journal() : JournalArgument.createFresh();
            checkInputJournal(folder);
            return execute(layout, input, records, folder);
        }
    }

    private RunReport execute(GroupLayout layout, InputSource input, RecordSource records, Path folder)
            throws IOException {
        String inputFailure;
        ResultMeter meter;
        BraidEngine<KeyedRecord> engine;
        RestartReport restart;
        double seconds;
        try (JournalWriter<KeyedRecord> journal = openJournal(folder, layout);
                InputJournal<KeyedRecord> accepted = openInputJournal(folder, journal);
                HandlerStates<KeyedRecord> states = openStates(journal, layout)) {
            restart = RestartReport.of(journal, accepted, settings.canResend(), states.report());
            restart.print(console.err());
            meter = new ResultMeter(journal, layout);
            engine = engine(layout, meter, accepted)
                    .groups(states.groups())
                    .errorHandler(t -> onError(t, input))
                    .resumeAt(journal.resumePoint())
                    .countersFile(folder.resolve(StatCommand.FILE_NAME))
                    .build();
            if (Boolean.getBoolean(Progress.TERMINAL_PROPERTY)) {
                console.err()
                        .println("live numbers: " + ShellWords.command("stat") + " "
                                + ShellWords.quote(folder.toString()));
            }
            long next = accepted != null ? accepted.nextSequence() : journal.nextSequence();
            RecordSource rest = settings.canResend() && restart.isResumed()
                    ? passOver(input, records, folder, next, journal.nextSequence())
                    : records;
            long startNs = System.nanoTime();
            try (engine) {
                engine.start();
                if (accepted != null) {
                    feed(accepted, engine);
                }
                inputFailure = publish(input, rest, engine);
            }
            seconds = (System.nanoTime() - startNs) / (double) TimeUnit.SECONDS.toNanos(1);
        } catch (EngineHaltedException e) {
            checkNoError(folder);
            throw e;
        }
        checkNoError(folder);
        return RunReport.of(
                settings,
                engine.groups(),
                layout,
                meter,
                seconds,
                engine.lowWatermark(),
                folder,
                restart,
                inputFailure);
    }

    /** @param unfinished the first sequence without a result. */
    private RecordSource passOver(InputSource input, RecordSource records, Path folder, long next, long unfinished)
            throws IOException {
        JournaledRecords journaled =
                new JournaledRecords(folder, Math.max(0, unfinished - COMPARED), settings.sumFields());
        ResumedInput rest =
                new ResumedInput(input, records, journaled, settings.sumFields().size());
        try (Progress progress = Progress.whenBegun(console.err(), "passing over", input.size())) {
            rest.passOver(next, progress);
        }
        return rest;
    }

    private void feed(InputJournal<KeyedRecord> accepted, BraidEngine<KeyedRecord> engine) {
        try (Progress progress = Progress.whenBegun(console.err(), "feeding", Progress.UNKNOWN)) {
            accepted.feed(engine, progress::to);
        }
    }

    private JournalWriter<KeyedRecord> openJournal(Path folder, GroupLayout layout) {
        try (Progress progress = Progress.whenBegun(console.err(), "recovering", Progress.UNKNOWN)) {
            JournalWriterBuilder<KeyedRecord> builder = JournalWriter.<KeyedRecord>builder(
                            folder, new TotalsCodec(settings.sumFields()))
                    .groups(layout.groups())
                    .durability(settings.durability())
                    .progress(progress::to)
                    .unfinished(settings.isReplayable() ? Unfinished.RESEND : Unfinished.LOSE);
            return (settings.resume() ? builder : builder.requireEmpty()).open();
        } catch (JournalNotEmptyException e) {
            throw notEmpty(folder);
        }
    }

    private static UsageException notEmpty(Path folder) {
        return new UsageException(
                "--journal " + folder + ": holds records already; --resume goes on with them; nothing was touched");
    }

    /** Opens the journal of what comes in, or returns {@code null} where there is none. */
    private InputJournal<KeyedRecord> openInputJournal(Path folder, JournalWriter<KeyedRecord> journal) {
        if (settings.inputDurability() == null) {
            return null;
        }
        try (Progress progress = Progress.whenBegun(console.err(), "recovering input", Progress.UNKNOWN)) {
            JournalWriterBuilder<KeyedRecord> builder = JournalWriter.<KeyedRecord>builder(
                            folder.resolve(INPUT_FOLDER), new InputCodec())
                    .progress(progress::to)
                    .durability(settings.inputDurability());
            return InputJournal.open(settings.resume() ? builder : builder.requireEmpty(), journal);
        } catch (JournalNotEmptyException e) {
            throw notEmpty(folder);
        }
    }

    /** Records that were accepted must not be passed over in silence. */
    private void checkInputJournal(Path folder) {
        if (settings.inputDurability() == null && Journals.isJournal(folder.resolve(INPUT_FOLDER))) {
            throw new UsageException("--journal " + folder
                    + ": has an input journal, so --input-journal must be given; nothing was touched");
        }
    }

    private HandlerStates<KeyedRecord> openStates(JournalWriter<KeyedRecord> journal, GroupLayout layout) {
        int sumFields = settings.sumFields().size();
        try (Progress progress = Progress.whenBegun(console.err(), "replaying", Progress.UNKNOWN)) {
            HandlerStatesBuilder<KeyedRecord> builder = HandlerStates.builder(
                            journal, layout.groups(), () -> new KeyedRecord(sumFields))
                    .partitioner(layout.partitioner())
                    .partitioning(layout.partitioning())
                    .repartition()
                    .progress(progress::to)
                    .errorHandler(t -> console.err().println(Texts.fullMessageOf(t)));
            return (settings.snapshotEvery() == 0 ? builder : builder.snapshotEvery(settings.snapshotEvery())).open();
        }
    }

    /** Tells at once, for the calling thread may wait for input: which is over, now that nobody handles it. */
    private void onError(Throwable t, InputSource input) {
        errors.add(t);
        console.err().println("the engine failed: " + Texts.fullMessageOf(t));
        input.end();
    }

    private void checkNoError(Path folder) throws IOException {
        if (!errors.isEmpty()) {
            throw new IOException(
                    "the run did not end in good order; what was done before is in " + folder, errors.peek());
        }
    }

    private EngineBuilder<KeyedRecord> engine(
            GroupLayout layout, ResultMeter meter, InputJournal<KeyedRecord> accepted) {
        int sumFields = settings.sumFields().size();
        EngineBuilder<KeyedRecord> builder = BraidEngine.<KeyedRecord>builder(() -> new KeyedRecord(sumFields))
                .partitioner(layout.partitioner())
                .merge(meter)
                .mergeOrder(settings.order())
                .threading(settings.threads())
                .producer(ProducerType.SINGLE)
                .idleStrategy(() -> new BackoffIdleStrategy(SPINS, YIELDS, MIN_PARK_NS, MAX_PARK_NS))
                .warningHandler(console.err()::println)
                .closeTimeout(CLOSE_TIMEOUT_S, TimeUnit.SECONDS);
        if (accepted != null) {
            builder.ingest(accepted);
        }
        return settings.workers() == 0 ? builder : builder.workers(settings.workers());
    }

    /** Returns why the input ended early, or {@code null} if it did not. */
    private String publish(InputSource input, RecordSource records, BraidEngine<KeyedRecord> engine) {
        boolean invoked = settings.threads() == ThreadingMode.INVOKER;
        if (invoked) {
            turn = () -> invokeAll(engine); // Before every read of the input, too, for it may block.
        }
        Pacer pacer = pacer(invoked, engine, input);
        Ingress<KeyedRecord> ingress = engine.ingress();
        long published = 0;
        try (Progress progress = new Progress(console.err(), "reading", input.size())) {
            while (records.next()) {
                long intendedNs = pacer.await();
                if (input.isEnded()) {
                    break; // What was read may be a part of a record.
                }
                ingress.publish((record, sequence) -> {
                    records.fill(record);
                    record.intendedNs = intendedNs;
                });
                if (++published % RECORDS_PER_TURN == 0) {
                    turn.run();
                    progress.to(input.consumed());
                }
            }
            progress.to(input.consumed());
            return null;
        } catch (IOException e) {
            return input.isEnded()
                    ? null
                    : "cannot read " + input.name() + " to its end: after " + published + " records, "
                            + Texts.messageOf(e);
        } finally {
            turn = () -> {};
        }
    }

    private Pacer pacer(boolean invoked, BraidEngine<KeyedRecord> engine, InputSource input) {
        if (settings.rate() == 0) {
            return Pacer.unpaced();
        }
        return invoked
                ? Pacer.working(settings.rate(), engine::invoke, input::isEnded)
                : Pacer.parking(settings.rate(), input::isEnded);
    }

    private static void invokeAll(BraidEngine<?> engine) {
        int work;
        do {
            work = engine.invoke();
        } while (work > 0);
    }
}
