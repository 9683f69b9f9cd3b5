package dev.braid.command.run;

import dev.braid.command.input.InputSettings;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Durability;
import java.nio.file.Path;
import java.util.List;

/**
 * The settings of a run: its options, checked, with all defaults filled in.
 *
 * @param input     what is read, and how.
 * @param groups    at least one.
 * @param journal   folder, or {@code null} for a fresh one.
 * @param order     of the merge.
 * @param threads   that run the engine.
 * @param workers   how many of them are workers.
 * @param rate      records per second, or 0 for as fast as possible.
 * @param resume    whether a journal that holds records is continued.
 * @param durability of the journal.
 * @param inputDurability of the input journal, or {@code null} for none.
 * @param giveUpInput whether the journal's input journal is abandoned.
 * @param snapshotEvery results after which a snapshot of the totals is taken, or 0 for none.
 */
record RunSettings(
        InputSettings input,
        List<GroupOption> groups,
        Path journal,
        MergeOrder order,
        ThreadingMode threads,
        int workers,
        double rate,
        boolean resume,
        Durability durability,
        Durability inputDurability,
        boolean giveUpInput,
        long snapshotEvery) {

    /** Whether records that were in flight can be handled again. */
    boolean isReplayable() {
        return inputDurability != null || input.canResend();
    }
}
