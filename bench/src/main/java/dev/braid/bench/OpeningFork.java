package dev.braid.bench;

import dev.braid.bench.peer.BraidJournals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;

/**
 * Opens journals for writing as left by a writer that was killed: one of a single segment, and one with many segments before it.
 * They take turns. Run in a process of its own.
 */
final class OpeningFork {
    /**
     * The task.
     *
     * @param segments          of the larger journal.
     * @param resultsPerSegment of both.
     * @param warmups           rounds that do not count.
     * @param openings          of each journal in a round.
     */
    record Task(String work, int segments, int resultsPerSegment, int warmups, int rounds, int openings) {}

    /** Seconds until they were ready, by round. */
    record Answer(double[][] one, double[][] many) {}

    private static final double NS_PER_SECOND = 1e9;

    private OpeningFork() {}

    public static void main(String[] args) throws IOException {
        Task task = Fork.task(args, Task.class);
        Path work = Files.createTempDirectory(Path.of(task.work()), "braid-bench-");
        try {
            BraidJournals one = new BraidJournals(work.resolve("one"), 1, task.resultsPerSegment());
            BraidJournals many = new BraidJournals(work.resolve("many"), task.segments(), task.resultsPerSegment());
            Answer answer = new Answer(new double[task.rounds()][], new double[task.rounds()][]);
            for (int round = -task.warmups(); round < task.rounds(); round++) {
                double[] ofOne = new double[task.openings()];
                double[] ofMany = new double[task.openings()];
                for (int i = 0; i < task.openings(); i++) {
                    ofOne[i] = one.openKilled() / NS_PER_SECOND;
                    ofMany[i] = many.openKilled() / NS_PER_SECOND;
                }
                if (round >= 0) {
                    answer.one()[round] = ofOne;
                    answer.many()[round] = ofMany;
                }
            }
            Fork.answer(args, answer);
        } finally {
            IoUtil.delete(work.toFile(), true);
        }
        System.exit(0); // Chronicle Queue keeps threads that do not end by themselves.
    }
}
