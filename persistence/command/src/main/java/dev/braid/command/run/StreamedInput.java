package dev.braid.command.run;

import com.lmax.disruptor.EventTranslator;
import dev.braid.command.Console;
import dev.braid.command.Progress;
import dev.braid.command.Texts;
import dev.braid.command.input.InputSource;
import dev.braid.command.input.KeyedRecord;
import dev.braid.command.input.RecordSource;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import dev.braid.engine.ThreadingMode;
import java.io.IOException;

/** Publishes records as they are read, through the shared ingress: input may be larger than memory, and need not end. */
final class StreamedInput implements RunInput {
    /** Number of records between two turns of an engine without threads, and between two updates of the progress. */
    private static final int RECORDS_PER_TURN = 64;

    private final RunSettings settings;
    private final Console console;
    private final InputSource input;
    private final RecordSource records;
    private final EngineTurns turns;
    private final RunExtent extent;
    private final EventTranslator<KeyedRecord> fill = this::fill;
    private long intendedNs;
    private long waitedNs;
    private long published;

    /** @param turns are given to an engine without threads of its own. */
    StreamedInput(
            RunSettings settings,
            Console console,
            InputSource input,
            RecordSource records,
            EngineTurns turns,
            RunExtent extent) {
        this.settings = settings;
        this.console = console;
        this.input = input;
        this.records = records;
        this.turns = turns;
        this.extent = extent;
    }

    @Override
    public HandlerGroup<KeyedRecord> prepare(HandlerGroup<KeyedRecord> group) {
        return group;
    }

    @Override
    public Published publish(BraidEngine<KeyedRecord> engine) {
        if (settings.threads() == ThreadingMode.INVOKER) {
            turns.begin(engine);
        }
        try (Progress progress = new Progress(console, "reading", input.size())) {
            publish(engine.ingress(), pacer(engine), progress);
            return new Published(null, 0, waitedNs);
        } catch (IOException e) {
            return new Published(input.isEnded() ? null : failure(input, published, e), 0, waitedNs);
        } finally {
            turns.end();
        }
    }

    private void publish(Ingress<KeyedRecord> ingress, Pacer pacer, Progress progress) throws IOException {
        while (records.next()) {
            intendedNs = pacer.await();
            if (input.isEnded()) {
                break; // The bytes that were read may be a part of a record.
            }
            publish(ingress);
            extent.to(++published);
            if (published % RECORDS_PER_TURN == 0) {
                turns.run();
                progress.to(input.consumed());
            }
        }
        if (!input.isEnded()) {
            extent.whole();
        }
        progress.to(input.consumed());
    }

    private void publish(Ingress<KeyedRecord> ingress) {
        if (!ingress.tryPublish(fill)) {
            long fromNs = System.nanoTime();
            ingress.publish(fill);
            waitedNs += System.nanoTime() - fromNs;
        }
    }

    private void fill(KeyedRecord record, long sequence) {
        records.fill(record);
        record.intendedNs = intendedNs;
    }

    /** Returns why the input ended early. */
    static String failure(InputSource input, long records, IOException e) {
        return "cannot read " + input.name() + " to its end: after " + records + " records, " + Texts.reasonOf(e);
    }

    private Pacer pacer(BraidEngine<KeyedRecord> engine) {
        if (settings.rate() == 0) {
            return Pacer.unpaced();
        }
        return settings.threads() == ThreadingMode.INVOKER
                ? Pacer.working(settings.rate(), engine::invoke, input::isEnded)
                : Pacer.parking(settings.rate(), input::isEnded);
    }
}
