package dev.braid.command;

import dev.braid.persistence.Torture;

/** What {@code scripts/torture.sh} runs: faults, and the fuzzer of the command. */
final class TortureCommand {
    private TortureCommand() {}

    public static void main(String[] args) throws Exception {
        Torture.run(args, (folder, limitS, rounds, seed) -> new JournalFuzzer(folder, limitS).run(rounds, seed));
    }
}
