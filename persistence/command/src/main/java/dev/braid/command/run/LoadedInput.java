package dev.braid.command.run;

import dev.braid.command.Console;
import dev.braid.command.Progress;
import dev.braid.command.input.InputSource;
import dev.braid.command.input.KeyedRecord;
import dev.braid.command.input.RecordSource;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads all records before any is published, then publishes them at once, in their order, each through its group's own
 * ingress. One parsing thread is slower than the engine; loading lets groups have work at the same time, so that weights
 * matter. Every group may have all its records in flight; otherwise the order of the input would decide what groups get.
 */
final class LoadedInput implements RunInput {
    private final RunSettings settings;
    private final GroupLayout layout;
    private final InputSource input;
    private final Map<String, Integer> recordsOfGroup = new HashMap<>();
    private final List<KeyedRecord> records = new ArrayList<>();
    private final RunExtent extent;
    private final long loadedNs;
    private final String failure;

    /** Reads the records. */
    LoadedInput(
            RunSettings settings,
            Console console,
            GroupLayout layout,
            InputSource input,
            RecordSource source,
            RunExtent extent) {
        this.settings = settings;
        this.layout = layout;
        this.input = input;
        this.extent = extent;
        long startNs = System.nanoTime();
        this.failure = load(console, source);
        this.loadedNs = System.nanoTime() - startNs;
    }

    private String load(Console console, RecordSource source) {
        int sumFields = settings.input().sumFields().size();
        try (Progress progress = new Progress(console, "loading", input.size())) {
            while (source.next() && !input.isEnded()) {
                KeyedRecord record = new KeyedRecord(sumFields);
                source.fill(record);
                records.add(record);
                recordsOfGroup.merge(layout.groupNameOf(record), 1, Integer::sum);
                progress.to(input.consumed());
            }
            if (!input.isEnded()) {
                extent.loaded(records.size());
            }
            return null;
        } catch (IOException e) {
            return input.isEnded() ? null : StreamedInput.failure(input, records.size(), e);
        }
    }

    @Override
    public HandlerGroup<KeyedRecord> prepare(HandlerGroup<KeyedRecord> group) {
        int workers = Math.max(1, settings.workers());
        int least = Math.max(EngineBuilder.DEFAULT_IN_FLIGHT, 2 * workers * EngineBuilder.DEFAULT_ROUND);
        return group.ownIngress().inFlight(Math.max(least, recordsOfGroup.getOrDefault(group.name(), 0)));
    }

    @Override
    public Published publish(BraidEngine<KeyedRecord> engine) {
        Map<String, Ingress<KeyedRecord>> ingresses = new HashMap<>();
        for (String group : recordsOfGroup.keySet()) {
            boolean isGroup = !group.equals(GroupLayout.NO_GROUP);
            ingresses.put(group, isGroup ? engine.ingress(group) : engine.ingress());
        }
        int published = 0;
        while (published < records.size() && !input.isEnded()) {
            KeyedRecord record = records.get(published);
            ingresses.get(layout.groupNameOf(record)).publish(LoadedInput::fill, record);
            extent.to(++published);
        }
        if (!input.isEnded()) {
            extent.whole();
        }
        return new Published(failure, loadedNs, 0);
    }

    private static void fill(KeyedRecord record, long sequence, KeyedRecord loaded) {
        record.fillAs(loaded);
        record.intendedNs = System.nanoTime();
    }
}
