package dev.braid.command.run;

import dev.braid.engine.MergeOrder;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Durability;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a run is to do: its options, checked, with all defaults filled in.
 *
 * @param input     as given, or {@code null} for FoodMart.
 * @param format    of the input.
 * @param keyField  field that is the key, or {@code null}.
 * @param keyRegex  finds the key in the raw text, or {@code null}; without either the whole line is the key.
 * @param sumFields fields to be summed up.
 * @param groups    at least one.
 * @param journal   folder, or {@code null} for a fresh one.
 * @param order     of the merge.
 * @param threads   that run the engine.
 * @param workers   how many of them are workers.
 * @param rate      records per second, or 0 for as fast as possible.
 * @param resume    whether a journal that holds records is continued.
 * @param durability of the journal.
 * @param inputDurability of the input journal, or {@code null} for none.
 * @param giveUpInput whether the input journal that the journal has is given up.
 * @param snapshotEvery results after which a snapshot of the totals is taken, or 0 for none.
 */
record RunSettings(
        String input,
        RecordFormat format,
        String keyField,
        Pattern keyRegex,
        List<String> sumFields,
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

    /** Whether what was in flight can be handled again. */
    boolean isReplayable() {
        return inputDurability != null || canResend();
    }

    /** Whether the input can be read again from its start. */
    boolean canResend() {
        return input == null
                || !input.equals("-") && (!Files.exists(Path.of(input)) || Files.isRegularFile(Path.of(input)));
    }

    InputSource openInput(InputStream standardInput) throws IOException {
        return input == null ? InputSource.openResource(FoodMart.RESOURCE) : InputSource.open(input, standardInput);
    }

    RecordSource records(LineReader lines) throws IOException {
        KeyRegex regex = keyRegex == null ? null : new KeyRegex(keyRegex);
        return switch (format) {
            case JSON -> new JsonRecords(lines, keyField, regex, sumFields);
            case CSV -> new CsvRecords(lines, keyField, regex, sumFields, LineReader.DEFAULT_MAX_LENGTH);
            case LINES -> new LineRecords(lines, regex);
        };
    }
}
