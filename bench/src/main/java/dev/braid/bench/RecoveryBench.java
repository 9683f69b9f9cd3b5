package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How long it takes until an engine that was killed is ready again, and how fast state is rebuilt. */
@Command(
        name = "recovery",
        sortOptions = false,
        description = {
            "ready: from opening a journal that was left as by kill -9 until the engine has started, its handlers with their "
                    + "state: for journals of different lengths, with a snapshot each million results, the last one half a "
                    + "million results ago; with --quick a tenth of that.",
            "rate: without snapshots, over all results. read: a loop that reads and decodes each, sequence, sub-stream and "
                    + "payload. update: the same loop also updates the balance of one of 100,000 accounts, in arrays, one for "
                    + "each of 64 sub-streams. replay: Braid does that. So replay/read is what is asked for, replay/update "
                    + "Braid's own part of it, and -maps the same where balances are in hash maps of longs.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 done, 1 something could not be measured, or, without --quick, the longest takes more than 1.5 "
                    + "times as long as the shortest, or replaying is less than 0.6 times as fast as reading"
                    + Bench.OTHER_STATUS
        })
final class RecoveryBench extends Bench {
    private static final double MAX_READY_RATIO = 1.5;
    private static final double MIN_REPLAY_RATIO = 0.6;
    private static final String REPLAY_RATIO = "replay/read";
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
    Findings measure(BenchSteps steps) throws InterruptedException {
        Extent extent = extent();
        int rounds = options.rounds(quick);
        steps.expect((2 + rounds) * extent.results.size() + rounds * Way.ALL.size());
        List<CrashedJournal> journals = new ArrayList<>();
        for (long results : extent.results) {
            steps.run(
                            "writing a journal of " + results + " results",
                            () -> CrashedJournal.write(work, results, extent.snapshotEvery, extent.segmentSize))
                    .ifPresent(journals::add);
        }
        if (journals.isEmpty()) {
            return Findings.NONE;
        }
        Findings ready = ready(journals, rounds, steps);
        Findings rates = rates(journals.get(journals.size() / 2), rounds, steps);
        return ready.and(rates).and(new Findings(List.of(), List.of(), List.of(), verdicts(ready, rates)));
    }

    private List<Verdict> verdicts(Findings ready, Findings rates) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Ratio ratio : ready.ratios()) {
            verdicts.add(verdict(ratio, ratio.median() <= MAX_READY_RATIO, "at most " + MAX_READY_RATIO));
        }
        rates.ratios().stream()
                .filter(ratio -> ratio.name().equals(REPLAY_RATIO))
                .map(ratio -> verdict(ratio, ratio.median() >= MIN_REPLAY_RATIO, "at least " + MIN_REPLAY_RATIO))
                .forEach(verdicts::add);
        return verdicts;
    }

    private Verdict verdict(Ratio ratio, boolean holds, String limit) {
        String found = Figures.decimals(ratio.median(), 2) + " (" + limit + ")";
        return options.length(quick) == ForkOptions.Length.FULL
                ? Verdict.ofTimes(ratio.name(), holds, found)
                : Verdict.notJudged(ratio.name(), "a smoke test is too short for it; " + found);
    }

    private static Findings ready(List<CrashedJournal> journals, int rounds, BenchSteps steps)
            throws InterruptedException {
        for (CrashedJournal journal : journals) {
            steps.run("warm-up of " + name(journal), journal::restart);
        }
        Rounds<CrashedJournal, CrashedJournal.Restarted> measured =
                new Rounds<>(rounds, RecoveryBench::name, steps, CrashedJournal::restart).run(journals);
        List<Ready> results = new ArrayList<>();
        Table table = new Table("restart of a journal of", "results replayed", "ms until ready", "min", "max");
        for (CrashedJournal journal : measured.cases()) {
            Spread spread = Spread.of(Ratio.flat(measured.figures(journal, RecoveryBench::readyMs)));
            long replayed = measured.of(journal).get(0).replayed();
            results.add(new Ready(name(journal), "ready", journal.results(), replayed, spread));
            table.row(
                    Figures.decimals(journal.results(), 0),
                    Figures.decimals(replayed, 0),
                    Figures.decimals(spread.median(), 1),
                    Figures.decimals(spread.min(), 1),
                    Figures.decimals(spread.max(), 1));
        }
        String ratio = name(journals.get(journals.size() - 1)) + "/" + name(journals.get(0));
        return new Findings(
                results, Ratio.of(List.of(ratio), measured.figures(RecoveryBench::readyMs)), List.of(table));
    }

    private static double[] readyMs(CrashedJournal.Restarted restarted) {
        return new double[] {restarted.readyNs() / NS_PER_MS};
    }

    private static String name(CrashedJournal journal) {
        return "ready-" + journal.results();
    }

    /** Each pass in processes of its own, which take turns. */
    private Findings rates(CrashedJournal journal, int rounds, BenchSteps steps) throws InterruptedException {
        String folder = journal.withoutSnapshots().toString();
        Fork fork = new Fork(ReplayFork.class, work, options.jvm());
        Rounds<Way, ReplayFork.Answer> measured = new Rounds<>(
                        rounds,
                        Way::name,
                        steps,
                        (Way way) -> fork.run(
                                new ReplayFork.Task(folder, way.pass, way.state, journal.total(), WARMUPS, PASSES),
                                ReplayFork.Answer.class))
                .run(Way.ALL);
        List<Rate> results = new ArrayList<>();
        Table table = new Table("without a snapshot", "M results/s", "min", "max");
        for (Way way : measured.cases()) {
            Spread spread = Spread.of(Ratio.flat(measured.figures(way, ReplayFork.Answer::resultsPerSecond)));
            results.add(new Rate(way.name, "rate", journal.total(), spread));
            table.row(
                    way.meaning,
                    Figures.millions(spread.median()),
                    Figures.millions(spread.min()),
                    Figures.millions(spread.max()));
        }
        List<String> ratios = List.of(REPLAY_RATIO, "replay/update", "replay-maps/update-maps", "replay-maps/read");
        return new Findings(
                results, Ratio.of(ratios, measured.figures(ReplayFork.Answer::resultsPerSecond)), List.of(table));
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
                new Way("replay", "replay: StateRebuild does that", ReplayFork.Pass.REPLAY, Deposit.State.ARRAYS),
                new Way("update-maps", "update, in hash maps", ReplayFork.Pass.UPDATE, Deposit.State.MAPS),
                new Way("replay-maps", "replay, in hash maps", ReplayFork.Pass.REPLAY, Deposit.State.MAPS));
    }
}
