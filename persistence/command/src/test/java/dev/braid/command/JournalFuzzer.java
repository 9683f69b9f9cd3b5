package dev.braid.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.agrona.CloseHelper;

/**
 * Applies one to four random mutations to copies of known journals, round after round, in one JVM, and tries all verbs on
 * each. Run by {@code scripts/torture.sh --fuzz N}, and in a short form by the tests.
 */
public final class JournalFuzzer {
    private static final int LANES = Math.min(2, Runtime.getRuntime().availableProcessors());
    private static final int PROGRESS_EVERY = 100;

    private final Path work;
    private final int limitS;
    private final List<FuzzTemplate> templates;
    private final Map<Mutation, Integer> applied = new TreeMap<>();
    private int begun;
    private int done;
    private int failed;

    /**
     * Makes the journals that are mutated.
     *
     * @param work   an empty folder.
     * @param limitS seconds that a verb may take.
     * @throws Exception if they cannot be made.
     */
    public JournalFuzzer(Path work, int limitS) throws Exception {
        this.work = work;
        this.limitS = limitS;
        this.templates = FuzzTemplate.all(Files.createDirectories(work.resolve("templates")));
    }

    /**
     * Tries some rounds.
     *
     * @param rounds how many.
     * @param seed   of the first; those after it count on from there.
     * @return how many found a fault; each has been printed, with its seed.
     * @throws Exception if a round cannot be made.
     */
    public int run(int rounds, long seed) throws Exception {
        List<FuzzLane> lanes = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(LANES);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                Path folder = Files.createDirectories(work.resolve("lane-" + i));
                FuzzLane lane = new FuzzLane(folder, templates, this::count, limitS);
                lanes.add(lane);
                ends.add(threads.submit(() -> {
                    run(lane, rounds, seed);
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
            CloseHelper.closeAll(lanes);
        }
        System.out.println(
                "fuzz: " + rounds + " rounds, seed " + seed + ", " + applied + ", " + failed + " not survived");
        return failed;
    }

    private void run(FuzzLane lane, int rounds, long seed) throws Exception {
        for (int round = next(rounds); round >= 0; round = next(rounds)) {
            note(seed + round, lane.attempt(seed + round), rounds);
        }
    }

    /** The number of the next round, -1 after the last one. */
    private synchronized int next(int rounds) {
        return begun < rounds ? begun++ : -1;
    }

    private synchronized void count(Mutation mutation) {
        applied.merge(mutation, 1, Integer::sum);
    }

    private synchronized void note(long seed, String fault, int rounds) {
        done++;
        if (fault != null) {
            failed++;
            System.out.println("NOT SURVIVED, seed " + seed + ": " + fault);
        }
        if (done % PROGRESS_EVERY == 0) {
            System.out.println("fuzz: " + done + " of " + rounds + " rounds, " + failed + " not survived");
        }
    }
}
