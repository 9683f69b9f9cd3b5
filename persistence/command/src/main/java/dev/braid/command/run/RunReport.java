package dev.braid.command.run;

import dev.braid.command.RestartReport;
import dev.braid.engine.GroupStats;
import dev.braid.engine.Outcome;
import dev.braid.persistence.Durability;
import dev.braid.persistence.JournalDescription;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a run. To be made when the engine is closed.
 *
 * @param records        in the whole journal; so are the other counts and sums, but for those that say otherwise.
 * @param recordsThisRun that this run added.
 * @param sums         by field.
 * @param seconds      from the first read to the last result in the journal.
 * @param groups       in the order of the engine.
 * @param withoutGroup of this run, how many records failed before they had a group.
 * @param reasons      why the first failed records failed.
 * @param journal      its folder.
 * @param restart      how the journal and the totals were found when the run began.
 * @param inputFailure why the input could not be read to its end, or {@code null}.
 */
record RunReport(
        long records,
        long recordsThisRun,
        long processed,
        long failed,
        long failedThisRun,
        long shed,
        long lost,
        Map<String, BigDecimal> sums,
        double seconds,
        long lowWatermark,
        List<GroupRow> groups,
        long withoutGroup,
        List<String> reasons,
        Path journal,
        Durability durability,
        RestartReport restart,
        String inputFailure) {

    /**
     * The numbers of one group. Shares and latencies are of this run.
     *
     * @param records in the whole journal.
     * @param p     share that the weight promises while all groups are backlogged.
     * @param share of all service, while the group was backlogged; 0 if it never was.
     */
    record GroupRow(
            String name,
            int weight,
            double p,
            long records,
            double share,
            long p50Ns,
            long p99Ns,
            long p999Ns,
            long maxNs) {

        static GroupRow of(GroupStats stats, GroupTally tally, long records) {
            return new GroupRow(
                    stats.name(),
                    stats.weight(),
                    stats.weightShare(),
                    records,
                    Double.isNaN(stats.share()) ? 0 : stats.share(),
                    tally.latencyNs(50),
                    tally.latencyNs(99),
                    tally.latencyNs(99.9),
                    tally.latencyNs(100));
        }
    }

    static RunReport of(
            RunSettings settings,
            List<GroupStats> stats,
            GroupLayout layout,
            ResultMeter meter,
            double seconds,
            long lowWatermark,
            JournalDescription whole,
            RestartReport restart,
            String inputFailure) {
        return new RunReport(
                whole.results(),
                meter.records(),
                whole.processed(),
                whole.failed(),
                meter.count(Outcome.FAILED),
                whole.shed(),
                whole.lost(),
                sums(settings.sumFields(), layout.sums()),
                seconds,
                lowWatermark,
                rows(stats, layout, meter),
                meter.withoutGroup().records(),
                List.copyOf(meter.reasons()),
                whole.directory(),
                settings.durability(),
                restart,
                inputFailure);
    }

    private static Map<String, BigDecimal> sums(List<String> fields, BigDecimal[] values) {
        Map<String, BigDecimal> sums = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            sums.put(fields.get(i), values[i]);
        }
        return sums;
    }

    private static List<GroupRow> rows(List<GroupStats> stats, GroupLayout layout, ResultMeter meter) {
        List<GroupRow> rows = new ArrayList<>();
        for (GroupStats group : stats) {
            int index = rows.size();
            rows.add(GroupRow.of(group, meter.group(index), layout.records(index)));
        }
        return rows;
    }
}
