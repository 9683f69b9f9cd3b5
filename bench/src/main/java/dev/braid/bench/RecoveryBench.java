package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How long it takes until an engine that was killed is ready again, and how fast state is rebuilt. */
@Command(
        name = "recovery",
        sortOptions = false,
        description = {
            "ready: from opening a journal that was left as by kill -9 until the engine has started, its handlers with their "
                    + "state: for journals of different lengths, with a snapshot each million results, the last one half a "
                    + "million results ago.",
            "rate: without snapshots, over all results. read: a loop that reads and decodes each, sequence, sub-stream and "
                    + "payload. update: the same loop also updates the balance of one of 100,000 accounts, in arrays, one for "
                    + "each of 64 sub-streams. replay: Braid does that. So replay/read is what is asked for, replay/update "
                    + "Braid's own part of it, and -maps the same where balances are in hash maps of longs.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 done, 1 the longest takes more than 1.5 times as long as the shortest, or replaying is "
                    + "less than 0.6 times as fast as reading, 2 wrong usage."
        })
final class RecoveryBench extends Bench {
    private static final double MAX_READY_RATIO = 1.5;
    private static final double MIN_REPLAY_RATIO = 0.6;
    private static final double NS_PER_MS = 1e6;
    private static final int WARMUPS = 2;
    private static final int PASSES = 3;

    @Mixin
    private ForkOptions options;

    /** How long it took to be ready. */
    private record Ready(@JsonProperty("case") String name, String part, long results, long replayed, Spread readyMs) {}

    /** How many results per second. */
    private record Rate(@JsonProperty("case") String name, String part, long results, Spread recordsPerSecond) {}

    /** Which journals there are. */
    private record Extent(List<Long> results, long snapshotEvery, long segmentSize) {}

    private Extent extent() {
        return switch (options.length(quick)) {
            case FULL -> new Extent(List.of(1_000_000L, 10_000_000L, 50_000_000L), 1_000_000, 64 << 20);
            case QUICK -> new Extent(List.of(100_000L, 400_000L), 100_000, 4 << 20);
            case TINY -> new Extent(List.of(2_000L, 4_000L), 1_000, 64 << 10);
        };
    }

    @Override
    int busyThreads() {
        return 2;
    }

    @Override
    Findings measure(Progress progress) throws Exception {
        Extent extent = extent();
        int rounds = options.rounds(quick) + 1; // The first warms up.
        progress.expect(extent.results.size() + 2 * rounds - 1);
        List<CrashedJournal> journals = new ArrayList<>();
        try {
            for (long results : extent.results) {
                progress.step("writing a journal of " + results + " results");
                journals.add(CrashedJournal.write(work, results, extent.snapshotEvery, extent.segmentSize));
            }
            Findings ready = ready(journals, rounds, progress);
            Findings rates = rates(journals.get(journals.size() / 2), rounds - 1, progress);
            boolean hold = options.length(quick) != ForkOptions.Length.FULL
                    || ready.ratios().get(0).median() <= MAX_READY_RATIO
                            && rates.ratios().get(0).median() >= MIN_REPLAY_RATIO;
            Findings all = ready.and(rates);
            return new Findings(all.results(), all.ratios(), all.tables(), hold);
        } finally {
            journals.forEach(CrashedJournal::delete);
        }
    }

    private static Findings ready(List<CrashedJournal> journals, int rounds, Progress progress) throws Exception {
        Map<String, List<double[]>> figures = new LinkedHashMap<>();
        List<CrashedJournal.Restarted> last = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            progress.step("restarting, round " + round);
            last.clear();
            for (CrashedJournal journal : journals) {
                CrashedJournal.Restarted restarted = journal.restart();
                last.add(restarted);
                if (round > 0) {
                    figures.computeIfAbsent("ready-" + journal.results(), name -> new ArrayList<>())
                            .add(new double[] {restarted.readyNs() / NS_PER_MS});
                }
            }
        }
        List<Ready> results = new ArrayList<>();
        Table table = new Table("restart of a journal of", "results replayed", "ms until ready", "min", "max");
        for (int i = 0; i < journals.size(); i++) {
            String name = "ready-" + journals.get(i).results();
            Spread spread = Spread.of(Ratio.flat(figures.get(name)));
            long replayed = last.get(i).replayed();
            results.add(new Ready(name, "ready", journals.get(i).results(), replayed, spread));
            table.row(
                    Figures.decimals(journals.get(i).results(), 0),
                    Figures.decimals(replayed, 0),
                    Figures.decimals(spread.median(), 1),
                    Figures.decimals(spread.min(), 1),
                    Figures.decimals(spread.max(), 1));
        }
        String largest = "ready-" + journals.get(journals.size() - 1).results();
        String smallest = "ready-" + journals.get(0).results();
        return new Findings(results, Ratio.of(List.of(largest + "/" + smallest), figures), List.of(table), true);
    }

    /** Each pass in processes of its own, which take turns. */
    private Findings rates(CrashedJournal journal, int rounds, Progress progress) throws Exception {
        String folder = journal.withoutSnapshots().toString();
        Fork fork = new Fork(ReplayFork.class, work, options.jvm());
        Map<String, List<double[]>> figures = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            progress.step("reading and replaying, round " + round);
            for (Way way : Way.ALL) {
                ReplayFork.Task task =
                        new ReplayFork.Task(folder, way.pass, way.state, journal.total(), WARMUPS, PASSES);
                figures.computeIfAbsent(way.name, name -> new ArrayList<>())
                        .add(fork.run(task, ReplayFork.Answer.class).resultsPerSecond());
            }
        }
        List<Rate> results = new ArrayList<>();
        Table table = new Table("without a snapshot", "M results/s", "min", "max");
        for (Way way : Way.ALL) {
            Spread spread = Spread.of(Ratio.flat(figures.get(way.name)));
            results.add(new Rate(way.name, "rate", journal.total(), spread));
            table.row(
                    way.meaning,
                    Figures.millions(spread.median()),
                    Figures.millions(spread.min()),
                    Figures.millions(spread.max()));
        }
        List<String> ratios = List.of("replay/read", "replay/update", "replay-maps/update-maps", "replay-maps/read");
        return new Findings(results, Ratio.of(ratios, figures), List.of(table), true);
    }

    /** One of the ways to go over all results. */
    private record Way(String name, String meaning, ReplayFork.Pass pass, Deposit.State state) {
        static final List<Way> ALL = List.of(
                new Way("read", "read: results are read and decoded", ReplayFork.Pass.READ, Deposit.State.ARRAYS),
                new Way(
                        "update",
                        "update: the same, and balances in arrays updated",
                        ReplayFork.Pass.UPDATE,
                        Deposit.State.ARRAYS),
                new Way("replay", "replay: StateReplay does that", ReplayFork.Pass.REPLAY, Deposit.State.ARRAYS),
                new Way("update-maps", "update, in hash maps", ReplayFork.Pass.UPDATE, Deposit.State.MAPS),
                new Way("replay-maps", "replay, in hash maps", ReplayFork.Pass.REPLAY, Deposit.State.MAPS));
    }
}
