package dev.braid.persistence.command;

import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.JournalWriter;
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
 *  └──────── the calling thread ───────────────────────┘   └──────── the engine's thread ────────────┘
 * </pre>
 */
final class Run {
    private static final long CLOSE_TIMEOUT_S = 60;

    /** The engine's thread sleeps less than by default, for latency is shown, and the command does not run forever. */
    private static final long MAX_PARK_NS = 50_000;

    private static final long MIN_PARK_NS = 1_000;
    private static final int SPINS = 100;
    private static final int YIELDS = 20;

    /** How often the engine's turn comes, where it has no thread of its own, and how often progress is shown. */
    private static final int RECORDS_PER_TURN = 64;

    private final RunSettings settings;
    private final Console console;
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private Runnable turn = () -> {};

    Run(RunSettings settings, Console console) {
        this.settings = settings;
        this.console = console;
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
            RunJournal.checkUnused(settings.journal());
        }
        try (InputSource input = settings.openInput(console.in())) {
            LineReader lines = new LineReader(input.stream(), () -> turn.run(), LineReader.DEFAULT_MAX_LENGTH);
            RecordSource records = settings.records(lines);
            Path journal = settings.journal() != null ? settings.journal() : RunJournal.createFresh();
            return execute(layout, input, records, journal);
        }
    }

    private RunReport execute(GroupLayout layout, InputSource input, RecordSource records, Path folder) {
        String inputFailure;
        ResultMeter meter;
        BraidEngine<KeyedRecord> engine;
        double seconds;
        try (JournalWriter<KeyedRecord> journal = JournalWriter.<KeyedRecord>builder(
                        folder, new TotalsCodec(settings.sumFields()))
                .groups(layout.groups())
                .open()) {
            meter = new ResultMeter(journal, layout);
            engine = engine(layout, meter).firstSequence(journal.nextSequence()).build();
            long startNs = System.nanoTime();
            try (engine) {
                engine.start();
                inputFailure = publish(input, records, engine);
            }
            seconds = (System.nanoTime() - startNs) / (double) TimeUnit.SECONDS.toNanos(1);
        }
        if (!errors.isEmpty()) {
            Throwable error = errors.peek();
            throw new FailureException("the engine did not end in good order: " + Texts.messageOf(error), error);
        }
        return new RunReport(
                settings.sumFields(),
                engine.groups(),
                layout,
                meter,
                seconds,
                engine.lowWatermark(),
                folder,
                inputFailure);
    }

    private EngineBuilder<KeyedRecord> engine(GroupLayout layout, ResultMeter meter) {
        int sumFields = settings.sumFields().size();
        EngineBuilder<KeyedRecord> builder = BraidEngine.<KeyedRecord>builder(() -> new KeyedRecord(sumFields))
                .partitioner(layout.partitioner())
                .merge(meter)
                .mergeOrder(settings.order())
                .threading(settings.threads())
                .producer(ProducerType.SINGLE)
                .idleStrategy(new BackoffIdleStrategy(SPINS, YIELDS, MIN_PARK_NS, MAX_PARK_NS))
                .errorHandler(errors::add)
                .closeTimeout(CLOSE_TIMEOUT_S, TimeUnit.SECONDS);
        for (HandlerGroup<KeyedRecord> group : layout.groups()) {
            builder.group(group);
        }
        return builder;
    }

    /** Returns why the input ended early, or {@code null} if it did not. */
    private String publish(InputSource input, RecordSource records, BraidEngine<KeyedRecord> engine) {
        boolean invoked = settings.threads() == ThreadingMode.INVOKER;
        if (invoked) {
            turn = () -> invokeAll(engine); // Before every read of the input, too, for it may block.
        }
        Pacer pacer = pacer(invoked, engine);
        Ingress<KeyedRecord> ingress = engine.ingress();
        long published = 0;
        try (Progress progress = new Progress(console.err(), "reading", input.size())) {
            while (records.next()) {
                long intendedNs = pacer.await();
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
            return "cannot read " + input.name() + " to its end: after " + published + " records, "
                    + Texts.messageOf(e);
        } finally {
            turn = () -> {};
        }
    }

    private Pacer pacer(boolean invoked, BraidEngine<KeyedRecord> engine) {
        if (settings.rate() == 0) {
            return Pacer.unpaced();
        }
        return invoked ? Pacer.working(settings.rate(), engine::invoke) : Pacer.parking(settings.rate());
    }

    private static void invokeAll(BraidEngine<?> engine) {
        int work;
        do {
            work = engine.invoke();
        } while (work > 0);
    }
}
