package dev.braid.command.run;

import dev.braid.command.RestartReport;
import dev.braid.command.run.Competition.Shares;
import dev.braid.engine.GroupStats;
import dev.braid.engine.Outcome;
import dev.braid.persistence.Durability;
import dev.braid.persistence.JournalDescription;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The report of a run. To be created when the engine is closed.
 *
 * @param journal      the whole journal, including the results of earlier runs.
 * @param sums         by field, over the whole journal.
 * @param groups       in the order of the engine.
 * @param durability   of the journal.
 * @param restart      how the journal and the totals were found when the run began.
 * @param competition  of the groups, in this run.
 */
record RunReport(
        JournalDescription journal,
        ThisRun thisRun,
        Map<String, BigDecimal> sums,
        List<GroupRow> groups,
        Durability durability,
        RestartReport restart,
        Competition competition) {

    /**
     * The part of the report that concerns this run alone.
     *
     * @param records      added to the journal.
     * @param failed       of these.
     * @param withoutGroup how many records failed before they had a group.
     * @param reasons      why the first failed records failed.
     * @param seconds      from the first record that was published to the last result in the journal.
     * @param input        how the records got into the engine.
     */
    record ThisRun(
            long records,
            long failed,
            long withoutGroup,
            List<String> reasons,
            double seconds,
            long lowWatermark,
            RunInput.Published input) {

        static ThisRun of(ResultMeter meter, double seconds, long lowWatermark, RunInput.Published input) {
            return new ThisRun(
                    meter.records(),
                    meter.count(Outcome.FAILED),
                    meter.withoutGroup().records(),
                    List.copyOf(meter.reasons()),
                    seconds,
                    lowWatermark,
                    input);
        }
    }

    /**
     * The numbers of one group. Shares and latencies are of this run.
     *
     * @param p       share that the weight promises while all groups are backlogged.
     * @param records in the whole journal.
     * @param shares  while it competed.
     * @param latency of its results.
     */
    record GroupRow(String name, int weight, double p, long records, Shares shares, Latency latency) {}

    /** Latency of results in nanoseconds; all 0 if there was none. */
    record Latency(long p50Ns, long p99Ns, long p999Ns, long maxNs) {
        static Latency of(GroupTally tally) {
            return new Latency(tally.latencyNs(50), tally.latencyNs(99), tally.latencyNs(99.9), tally.latencyNs(100));
        }
    }

    static List<GroupRow> rows(List<GroupStats> stats, GroupLayout layout, ResultMeter meter, Competition competition) {
        List<GroupRow> rows = new ArrayList<>();
        for (GroupStats group : stats) {
            int i = rows.size();
            rows.add(new GroupRow(
                    group.name(),
                    group.weight(),
                    group.weightShare(),
                    layout.records(i),
                    competition.shares(i),
                    Latency.of(meter.group(i))));
        }
        return rows;
    }
}
