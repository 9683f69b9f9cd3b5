package dev.braid.command.run;

import dev.braid.command.Console;
import dev.braid.command.JournalFiles;
import dev.braid.command.Problems;
import dev.braid.command.Progress;
import dev.braid.command.RestartReport;
import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import dev.braid.command.input.InputSource;
import dev.braid.command.input.KeyedRecord;
import dev.braid.command.input.RecordSource;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.persistence.HandlerStates;
import dev.braid.persistence.HandlerStatesBuilder;
import dev.braid.persistence.InputJournal;
import dev.braid.persistence.JournalDamagedException;
import dev.braid.persistence.JournalNotEmptyException;
import dev.braid.persistence.JournalWriter;
import dev.braid.persistence.JournalWriterBuilder;
import dev.braid.persistence.Journals;
import dev.braid.persistence.Unfinished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.CloseHelper;

/**
 * The parts of a run that survive a restart: the journal of results, the input journal if there is one, and the totals. Shows
 * the progress of everything that takes long.
 */
final class RunJournals implements AutoCloseable {
    /** Number of last results that are compared with the input, together with all that are ahead of others. */
    private static final long COMPARED = 1_000;

    private final RunSettings settings;
    private final Console console;
    private final Path folder;
    private final JournalWriter<KeyedRecord> journal;
    private final InputJournal<KeyedRecord> input;
    private final HandlerStates<KeyedRecord> states;

    /** Opens the journals, and rebuilds the totals. */
    RunJournals(RunSettings settings, Console console, Path folder, GroupLayout layout) {
        this.settings = settings;
        this.console = console;
        this.folder = folder;
        InputJournal<KeyedRecord> openedInput = null;
        this.journal = openJournal(layout);
        try {
            openedInput = settings.inputDurability() == null ? null : openInput();
            this.states = openStates(layout);
        } catch (Throwable t) {
            CloseHelper.quietCloseAll(openedInput, journal);
            throw t;
        }
        this.input = openedInput;
    }

    /** Ensures that accepted records are not silently skipped, nor given up by a run that would use them. */
    static void checkInputJournal(RunSettings settings, Path folder) {
        boolean isUsed = settings.inputDurability() != null;
        if (isUsed != settings.giveUpInput() || !Journals.isJournal(folder)) {
            return;
        }
        if (Journals.inputJournal(folder).filter(Journals::isJournal).isPresent()) {
            throw new UsageException("--journal " + folder
                    + (isUsed
                            ? ": its input journal cannot be both used and given up: leave out --give-up-input-journal"
                            : ": has an input journal, so --input-journal must be given")
                    + "; nothing was touched");
        }
    }

    /**
     * Rejects other fields, or fields in another order: totals are kept in the order of the fields, and could not be
     * continued.
     */
    static void checkSums(RunSettings settings, Path folder) {
        if (!settings.resume() || !Journals.isJournal(folder)) {
            return;
        }
        List<String> before;
        try {
            before = StateAt.sumFields(folder);
        } catch (JournalDamagedException e) {
            return; // Opening it says more.
        }
        if (before != null && !before.equals(settings.input().sumFields())) {
            throw new UsageException("--sum: in the journal " + before + " were summed up, not "
                    + settings.input().sumFields() + "; nothing was touched");
        }
    }

    private JournalWriter<KeyedRecord> openJournal(GroupLayout layout) {
        JournalWriterBuilder<KeyedRecord> builder = JournalWriter.<KeyedRecord>builder(
                        folder, new TotalsCodec(settings.input().sumFields()))
                .groups(layout.groups())
                .durability(settings.durability())
                .unfinished(settings.isReplayable() ? Unfinished.RESEND : Unfinished.LOSE);
        return open(settings.giveUpInput() ? builder.giveUpInputJournal() : builder, JournalWriterBuilder::open);
    }

    private InputJournal<KeyedRecord> openInput() {
        return open(
                JournalWriter.<KeyedRecord>builder(folder.resolve(JournalFiles.INPUT), new InputCodec())
                        .durability(settings.inputDurability()),
                builder -> InputJournal.open(builder, journal));
    }

    private interface Opening<J> {
        J open(JournalWriterBuilder<KeyedRecord> builder);
    }

    private <J> J open(JournalWriterBuilder<KeyedRecord> builder, Opening<J> opening) {
        try (Progress progress = Progress.whenBegun(console, "recovering", Progress.UNKNOWN)) {
            builder.onProgress(progress::to);
            return opening.open(settings.resume() ? builder : builder.requireEmpty());
        } catch (JournalNotEmptyException e) {
            throw new UsageException(
                    "--journal " + folder + ": holds records already; --resume goes on with them; nothing was touched");
        }
    }

    private HandlerStates<KeyedRecord> openStates(GroupLayout layout) {
        int sumFields = settings.input().sumFields().size();
        try (Progress progress = Progress.whenBegun(console, "replaying", Progress.UNKNOWN)) {
            HandlerStatesBuilder<KeyedRecord> builder = HandlerStates.builder(
                            journal, layout.groups(), () -> new KeyedRecord(sumFields))
                    .partitioner(layout.partitioner())
                    .partitioning(layout.partitioning())
                    .repartition()
                    .onProgress(progress::to)
                    .onError(t -> console.err().println(Texts.fullMessageOf(t)));
            return (settings.snapshotEvery() == 0 ? builder : builder.snapshotEvery(settings.snapshotEvery())).open();
        }
    }

    JournalWriter<KeyedRecord> journal() {
        return journal;
    }

    /** Returns the input journal, or {@code null} if there is none. */
    InputJournal<KeyedRecord> input() {
        return input;
    }

    /** Returns the groups, with handlers that have their totals. */
    List<HandlerGroup<KeyedRecord>> groups() {
        return states.groups();
    }

    RestartReport restart() {
        return RestartReport.of(journal, input, settings.input().canResend(), states.report());
    }

    /** Returns the first sequence that is still to be read. */
    long firstSequence() {
        return input != null ? input.nextSequence() : journal.nextSequence();
    }

    /**
     * Returns the rest of an input whose beginning earlier runs have read, if it can be read again.
     *
     * @throws IOException if the input differs from the previous one, or cannot be read.
     */
    RecordSource rest(InputSource source, RecordSource records) throws IOException {
        long next = firstSequence();
        if (!settings.input().canResend() || next == 0 && journal.resumePoint().doneThrough() < 0) {
            return records;
        }
        long firstCompared = Math.max(0, journal.nextSequence() - COMPARED);
        JournaledRecords journaled =
                new JournaledRecords(folder, firstCompared, settings.input().sumFields(), problem -> console.err()
                        .println("resuming: cannot be compared with the input: " + Problems.line(problem)));
        ResumedInput rest = new ResumedInput(
                source, records, journaled, settings.input().sumFields().size());
        try (Progress progress = Progress.whenBegun(console, "passing over", source.size())) {
            rest.passOver(next, progress);
        }
        return rest;
    }

    /** Publishes the records that earlier runs accepted and that have no result. */
    void feed(BraidEngine<KeyedRecord> engine) {
        if (input != null) {
            try (Progress progress = Progress.whenBegun(console, "feeding", Progress.UNKNOWN)) {
                input.feed(engine, progress::to);
            }
        }
    }

    /** Closes the journals. To be called once the engine is closed. */
    @Override
    public void close() {
        CloseHelper.closeAll(states, input, journal);
    }
}
