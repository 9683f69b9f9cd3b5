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
import dev.braid.command.input.InputSource;
import dev.braid.command.input.KeyedRecord;
import dev.braid.command.input.RecordSource;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.EngineHaltedException;
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
 *  InputSource ─▶ RecordSource ─▶ Ingress ═▶ KeyedTotals ─▶ JournalWriter ─▶ ResultMeter
 *  └──────── the calling thread ────────┘   └──────── the engine's threads ───────────┘
 * </pre>
 */
final class Run {
    private final RunSettings settings;
    private final Console console;
    private final OrderlyEnd end;
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final EngineTurns turns = new EngineTurns();

    /** @param end asks the run to end before its input does. */
    Run(RunSettings settings, Console console, OrderlyEnd end) {
        this.settings = settings;
        this.console = console;
        this.end = end;
    }

    /**
     * Runs.
     *
     * @return the report, also if the input could not be read to its end.
     */
    RunReport execute() throws IOException {
        GroupLayout layout =
                new GroupLayout(settings.groups(), settings.input().sumFields().size());
        if (settings.journal() != null) {
            JournalArgument.checkUsable(settings.journal());
        }
        try (InputSource input = settings.input().open(console.in())) {
            RunExtent extent = new RunExtent(input);
            end.askBy(input::end, extent::interrupted, console.err());
            RecordSource records = settings.input().records(input, turns);
            Path folder = settings.journal();
            if (folder == null) {
                folder = JournalArgument.createFresh();
                extent.isIn(folder);
            }
            RunJournals.checkInputJournal(settings, folder);
            RunJournals.checkSums(settings, folder);
            return execute(new Parts(layout, input, records, folder, extent));
        }
    }

    /** The parts of a run. */
    private record Parts(GroupLayout layout, InputSource input, RecordSource records, Path folder, RunExtent extent) {}

    private RunReport execute(Parts parts) throws IOException {
        try {
            RunReport report = run(parts);
            if (end.isAsked() && !parts.extent.isWhole()) {
                console.err().println(parts.extent.interrupted());
            }
            return report;
        } catch (EngineHaltedException e) {
            checkNoError(parts.folder);
            throw e;
        }
    }

    private RunReport run(Parts parts) throws IOException {
        Path folder = parts.folder;
        ResultMeter meter = new ResultMeter(parts.layout);
        BraidEngine<KeyedRecord> engine;
        RestartReport restart;
        Competition competition;
        RunInput.Published published;
        double seconds;
        try (RunJournals journals = new RunJournals(settings, console, folder, parts.layout)) {
            restart = journals.restart();
            restart.print(console.err());
            RunInput runInput = runInput(parts, journals.rest(parts.input, parts.records));
            parts.extent.begin(journals.firstSequence());
            engine = engine(parts.layout, journals, runInput)
                    .merge(journals.journal().andThen(meter))
                    .onError(t -> onError(t, parts.input))
                    .countersFile(folder.resolve(JournalFiles.COUNTERS))
                    .build();
            sayWhereNumbersAre(folder);
            competition = Competition.watch(engine.stats().groups());
            long startNs = System.nanoTime();
            try (competition;
                    engine) {
                published = publish(engine, journals, runInput);
            }
            seconds = (System.nanoTime() - startNs) / (double) TimeUnit.SECONDS.toNanos(1);
        } finally {
            end.closing(false);
        }
        checkNoError(folder);
        RunReport.ThisRun thisRun = RunReport.ThisRun.of(meter, seconds, engine.lowWatermark(), published);
        return new RunReport(
                describe(folder),
                thisRun,
                parts.layout.sums(settings.input().sumFields()),
                RunReport.rows(engine.stats().groups(), parts.layout, meter, competition),
                settings.durability(),
                restart,
                competition);
    }

    /**
     * Loads the sales that come with the command first, so that they show the effect of weights. Any other input may be
     * larger than memory, or have no end; and with a rate, the rate decides what groups get.
     */
    private RunInput runInput(Parts parts, RecordSource rest) {
        return settings.input().isFoodMart() && settings.rate() == 0
                ? new LoadedInput(settings, console, parts.layout, parts.input, rest, parts.extent)
                : new StreamedInput(settings, console, parts.input, rest, turns, parts.extent);
    }

    private RunInput.Published publish(BraidEngine<KeyedRecord> engine, RunJournals journals, RunInput input)
            throws IOException {
        engine.start();
        journals.feed(engine);
        RunInput.Published published = input.publish(engine);
        end.closing(true);
        return published;
    }

    private void sayWhereNumbersAre(Path folder) {
        if (Boolean.getBoolean(Progress.TERMINAL_PROPERTY)) {
            console.err()
                    .println("live numbers: " + ShellWords.command("stat") + " " + ShellWords.quote(folder.toString()));
        }
    }

    /** Reports damaged results of earlier runs, and describes this run nevertheless. */
    private JournalDescription describe(Path folder) {
        JournalDescription whole = Journals.describe(folder, ProgressListener.NONE);
        whole.problems().stream().filter(problem -> problem.kind().isDamage()).forEach(problem -> console.err()
                .println("of earlier runs: " + Problems.line(problem)));
        return whole;
    }

    /**
     * Reports the failure at once, because the calling thread may be waiting for input, and ends the input, which nobody
     * would handle.
     */
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

    private EngineBuilder<KeyedRecord> engine(GroupLayout layout, RunJournals journals, RunInput input) {
        int sumFields = settings.input().sumFields().size();
        EngineBuilder<KeyedRecord> builder = BraidEngine.<KeyedRecord>builder(() -> new KeyedRecord(sumFields))
                .partitioner(layout.partitioner())
                .groups(journals.groups().stream().map(input::prepare).toList())
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
}
