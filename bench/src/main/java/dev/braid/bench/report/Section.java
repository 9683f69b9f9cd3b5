package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How the report shows a benchmark.
 *
 * @param charts makes them of all results, by benchmark.
 */
record Section(
        String bench,
        String title,
        String introduction,
        List<Column> columns,
        Function<Map<String, ResultData>, List<ReportChart>> charts) {
    private static final double MILLIONTH = 1e-6;
    private static final double THOUSANDTH = 1e-3;

    private static final List<Column> THROUGHPUT = List.of(
            Column.text("case", "/case"),
            new Column("M records/s", "/recordsPerSecond", MILLIONTH, 2),
            new Column("bytes allocated per record", "/bytesPerRecord", 1, 2),
            new Column("sub-streams", "/subStreams", 1, 0),
            Column.text("weights", "/weights"),
            new Column("records a claim", "/claim", 1, 0),
            new Column("payload bytes", "/payloadBytes", 1, 0),
            new Column("busy threads", "/threads", 1, 0));

    private static final List<Column> SCALING = List.of(
            Column.text("case", "/case"),
            Column.text("part", "/part"),
            new Column("records/s", "/recordsPerSecond", 1, 0),
            new Column("ns per pick", "/nsPerPick", 1, 1),
            new Column("or less than", "/nsPerPickAtMost", 1, 1),
            new Column("noise", "/noiseNs", 1, 1),
            new Column("largest share error", "/maxShareError", 1, 6),
            new Column("in proportion", "/maxRelativeShareError", 1, 5),
            new Column("largest lead / bound", "/lagOverBound", 1, 3),
            new Column("conductor ns/batch", "/conductedNsPerBatch", 1, 0));

    /** The benchmarks that are known, in the order of the page. */
    static final List<Section> ALL = List.of(
            new Section(
                    "throughput",
                    "Throughput",
                    "One thread publishes as fast as records are taken; the time counts until the last result has come out at "
                            + "the end. All pipelines do the same work on the same records, within bounded memory, and none may "
                            + "lose a record: that is checked at the end of each fork.",
                    THROUGHPUT,
                    data -> Stream.concat(
                                    ThroughputCharts.candidates(data.get("throughput")).stream(),
                                    ThroughputCharts.subStreams(data.values()).stream())
                            .toList()),
            new Section(
                    "latency",
                    "Latency",
                    "One thread publishes by the clock, whether or not the pipeline keeps up. A record's latency counts from the "
                            + "moment at which it was due to be published until its result has come out, so that no stall is "
                            + "left out. \"Of windows\" is the median of the thirty parts of a round: how quick a pipeline is while "
                            + "the machine lets it run. The maximum is what Braid took in this set-up.",
                    List.of(
                            Column.text("case", "/case"),
                            Column.text("idle", "/idle"),
                            Column.text("load", "/load"),
                            new Column("records/s", "/ratePerSecond", 1, 0),
                            new Column("achieved", "/achievedPerSecond", 1, 0),
                            new Column("p50 µs", "/latencyNs/p50", THOUSANDTH, 2),
                            new Column("p90 µs", "/latencyNs/p90", THOUSANDTH, 2),
                            new Column("p99 of windows µs", "/windowP99Ns/median", THOUSANDTH, 1),
                            new Column("p99 µs", "/latencyNs/p99", THOUSANDTH, 1),
                            new Column("p99.9 µs", "/latencyNs/p999", THOUSANDTH, 1),
                            new Column("max µs", "/latencyNs/max", THOUSANDTH, 1)),
                    data -> LatencyCharts.of(data.get("latency"))),
            new Section(
                    "fairness",
                    "Fairness",
                    "Groups that always have work, and what part of the service each of them got.",
                    List.of(
                            Column.text("case", "/case"),
                            Column.text("threads", "/threads"),
                            new Column("largest share error", "/maxShareError", 1, 5),
                            new Column("largest lead / bound", "/lagOverBound", 1, 3),
                            Column.text("always had work", "/saturated")),
                    data -> FairnessCharts.shares(data.get("fairness"))),
            new Section(
                    "isolation",
                    "Isolation",
                    "Gold, at a steady load or with one record in flight, alone and while groups of bronze publish as much as they can.",
                    List.of(
                            Column.text("case", "/case"),
                            new Column("p99 alone µs", "/p99AloneNs", THOUSANDTH, 1),
                            new Column("p99 flooded µs", "/p99FloodedNs", THOUSANDTH, 1),
                            new Column("bronze batch µs", "/bronzeBatchNs", THOUSANDTH, 1),
                            new Column("ratio", "/ratio", 1, 2),
                            new Column("gold refused", "/refused", 1, 0)),
                    data -> FairnessCharts.isolation(data.get("isolation"))),
            new Section(
                    "scaling",
                    "Scaling",
                    "More sub-streams, more workers, more groups. What is simulated runs the real conductor, workers and merge, "
                            + "but handlers take as long as they are said to, in simulated time: so there can be more workers "
                            + "than cores. How far a group may be ahead is promised for one engine thread; each worker has two "
                            + "batches under way, so that leads are larger there.",
                    SCALING,
                    data -> ScalingCharts.of(data.get("scaling"))),
            new Section(
                    "journal",
                    "Journal",
                    "One thread appends to a journal, reads it, and opens it again: Braid's, a Chronicle Queue with an excerpt "
                            + "for each record, and bare mapped files that are written in the same frames. With -disk, a record "
                            + "counts when it is forced to disk. With -read, a journal is opened anew after its writer let go "
                            + "of it; with -read-warm, the writer reads it through the mapping that it still has.",
                    List.of(
                            Column.text("case", "/case"),
                            new Column("M records/s", "/recordsPerSecond", MILLIONTH, 2),
                            new Column("bytes allocated per record", "/bytesPerRecord", 1, 3),
                            new Column("records a force", "/recordsPerForce", 1, 0),
                            new Column("ms until open", "/milliseconds", 1, 1)),
                    data -> JournalCharts.of(data.get("journal"))),
            new Section(
                    "recovery",
                    "Recovery",
                    "From opening a journal that was left as by kill -9 until the engine has started, and so many results "
                            + "to replay as there are after the last snapshot; and how fast state is rebuilt without any.",
                    List.of(
                            Column.text("case", "/case"),
                            new Column("results", "/results", 1, 0),
                            new Column("replayed", "/replayed", 1, 0),
                            new Column("ms until ready", "/readyMs", 1, 1),
                            new Column("M results/s", "/recordsPerSecond", MILLIONTH, 2)),
                    data -> List.of()),
            new Section(
                    "idle",
                    "Idle engines",
                    "Engines that have nothing to do, each with a journal of results at DISK and an input journal: what all of "
                            + "them take of a core, and then how long after it was published a record is handled by an engine "
                            + "that was idle.",
                    List.of(
                            Column.text("case", "/case"),
                            new Column("engines", "/engines", 1, 0),
                            new Column("threads of the process", "/threads", 1, 0),
                            new Column("% of a core", "/percentOfACore", 1, 2),
                            new Column("p50 µs", "/handledNs/p50", THOUSANDTH, 1),
                            new Column("p99 µs", "/handledNs/p99", THOUSANDTH, 1),
                            new Column("max µs", "/handledNs/max", THOUSANDTH, 1),
                            new Column("publish p50 µs", "/publishNs/p50", THOUSANDTH, 1)),
                    data -> List.of()));

    /** For a benchmark that is not known: all values that are no lists. */
    static Section of(ResultData data) {
        return ALL.stream()
                .filter(section -> section.bench().equals(data.bench()))
                .findFirst()
                .orElseGet(() -> new Section(
                        data.bench(), capitalized(data.bench()), "", columnsOf(data.rows()), all -> List.of()));
    }

    private static List<Column> columnsOf(List<JsonNode> rows) {
        Map<String, Column> columns = new LinkedHashMap<>();
        rows.forEach(row ->
                row.properties().forEach(field -> addColumns(columns, "", "/" + field.getKey(), field.getValue())));
        return new ArrayList<>(columns.values());
    }

    private static void addColumns(Map<String, Column> columns, String prefix, String path, JsonNode value) {
        String name = prefix + path.substring(path.lastIndexOf('/') + 1);
        if (value.isObject()) {
            value.properties()
                    .forEach(field -> addColumns(columns, name + " ", path + "/" + field.getKey(), field.getValue()));
        } else if (!value.isArray()) {
            columns.putIfAbsent(path, new Column(name, path, 1, value.isIntegralNumber() ? 0 : 3));
        }
    }

    private static String capitalized(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
