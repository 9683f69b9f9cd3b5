package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.MergeOrder;
import dev.braid.persistence.Restarts.Tx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that does one thing with a journal again and again, until it is killed. */
final class ToolVictim {
    private static final int TIMEOUT_S = 60;
    private static final int LONGEST_MS = 150;
    private static final int RECORDS_OF_A_START = 150;
    private static final int SNAPSHOT_EVERY = 20;

    /** What it does. */
    enum Tool {
        SALVAGE {
            @Override
            void apply(Path dir, Path work, int turn) {
                Journals.salvage(dir, work.resolve("salvaged-" + turn), TestJournal.NO_PROGRESS);
            }
        },
        RETAIN {
            @Override
            void apply(Path dir, Path work, int turn) {
                JournalRetention.of(dir).below(turn * 20L).apply();
            }
        },
        BACKUP {
            @Override
            void apply(Path dir, Path work, int turn) {
                Journals.backup(dir, null, work.resolve("backup-" + turn / 2), TestJournal.NO_PROGRESS);
            }
        },
        /** Goes on with a service that takes snapshots. */
        SERVICE {
            @Override
            void apply(Path dir, Path work, int turn) {
                serve(dir, Long.MAX_VALUE);
            }
        };

        abstract void apply(Path dir, Path work, int turn);
    }

    private ToolVictim() {}

    /** Starts it, and kills it somewhere in the middle. */
    static void killAtRandom(Tool tool, Path dir, Path work, Random random) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                Arrays.asList(System.getProperty("braid.jvm.flags").strip().split("\\s+")));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx256m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ToolVictim.class.getName()));
        command.addAll(List.of(tool.name(), dir.toString(), work.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader()) {
            String line = lines.readLine();
            assertTrue(line != null, tool + " did not begin");
            process.waitFor(random.nextInt(LONGEST_MS), TimeUnit.MILLISECONDS); // That is when it is killed.
        } finally {
            process.destroyForcibly();
        }
        assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), tool + " was killed and did not end");
    }

    /** Goes on with a service until so many records have results, at most as many as one start has. */
    static void serve(Path dir, long records) {
        try (JournalWriter<Tx> journal = JournalWriter.builder(dir, Restarts.CODEC)
                        .groups(Restarts.groups((moment, sequence) -> {}))
                        .segmentSize(KillFaults.SEGMENT_SIZE)
                        .unfinished(Unfinished.RESEND)
                        .open();
                HandlerStates<Tx> states = HandlerStates.builder(
                                journal, Restarts.groups((moment, sequence) -> {}), Tx::new)
                        .partitioner(Restarts::subStreamOf)
                        .snapshotEvery(SNAPSHOT_EVERY)
                        .onError(t -> {
                            throw new AssertionError(t);
                        })
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 1, (moment, sequence) -> {})
                        .groups(states.groups())
                        .merge(journal)
                        .start()) {
            long first = journal.nextSequence();
            for (long n = first; n < Math.min(records, first + RECORDS_OF_A_START); n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
        }
    }

    /** The program. */
    public static void main(String[] args) {
        for (int turn = 1; ; turn++) {
            System.out.println(turn);
            Tool.valueOf(args[0]).apply(Path.of(args[1]), Path.of(args[2]), turn);
        }
    }
}
