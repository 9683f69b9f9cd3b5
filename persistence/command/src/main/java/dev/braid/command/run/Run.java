package dev.braid.command.run;

import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.command.Console;
import dev.braid.command.JournalArgument;
import dev.braid.command.JournalFiles;
import dev.braid.command.OrderlyEnd;
import dev.braid.command.Problems;
import dev.braid.command.Progress;
import dev.braid.command.RestartReport;
import dev.braid.command.ShellWords;
import dev.braid.command.Texts;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.Ingress;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.JournalDescription;
import dev.braid.persistence.Journals;
import dev.braid.persistence.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * One run: all records of the input through the engine into a journal.
 * <pre>
 *  InputSource ─▶ LineReader ─▶ RecordSource ─▶ Ingress ═▶ KeyedTotals ─▶ JournalWriter ─▶ ResultMeter
 *  └──────── the calling thread ───────────────────────┘   └──────── the engine's threads ───────────┘
 * </pre>
 */
final class Run {
    /** How often the engine's turn comes, where it has no thread of its own, and how often progress is shown. */
    private static final int RECORDS_PER_TURN = 64;

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
            RunJournals.checkInputJournal(settings, folder);
            RunJournals.checkSums(settings, folder);
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
        try (RunJournals journals = new RunJournals(settings, console, folder, layout)) {
            restart = journals.restart();
            restart.print(console.err());
            RecordSource rest = journals.rest(input, records);
            meter = new ResultMeter(layout);
            engine = engine(layout, journals)
                    .merge(journals.journal().andThen(meter))
                    .onError(t -> onError(t, input))
                    .countersFile(folder.resolve(JournalFiles.COUNTERS))
                    .build();
            if (Boolean.getBoolean(Progress.TERMINAL_PROPERTY)) {
                console.err()
                        .println("live numbers: " + ShellWords.command("stat") + " "
                                + ShellWords.quote(folder.toString()));
            }
            long startNs = System.nanoTime();
            try (engine) {
                engine.start();
                journals.feed(engine);
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
                engine.stats().groups(),
                layout,
                meter,
                seconds,
                engine.lowWatermark(),
                describe(folder),
                restart,
                inputFailure);
    }

    /** Results of earlier runs that are damaged by now are told of, and are no reason to keep what this one did to itself. */
    private JournalDescription describe(Path folder) {
        JournalDescription whole = Journals.describe(folder, ProgressListener.NONE);
        whole.problems().stream().filter(problem -> problem.kind().isDamage()).forEach(problem -> console.err()
                .println("of earlier runs: " + Problems.line(problem)));
        return whole;
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

    private EngineBuilder<KeyedRecord> engine(GroupLayout layout, RunJournals journals) {
        int sumFields = settings.sumFields().size();
        EngineBuilder<KeyedRecord> builder = BraidEngine.<KeyedRecord>builder(() -> new KeyedRecord(sumFields))
                .partitioner(layout.partitioner())
                .groups(journals.groups())
                .mergeOrder(settings.order())
                .threadingMode(settings.threads())
                .producerType(ProducerType.SINGLE)
                .onWarning(console.err()::println)
                .closeTimeout(Duration.ofSeconds(OrderlyEnd.CLOSE_TIMEOUT_S));
        if (journals.input() != null) {
            builder.ingest(journals.input());
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
