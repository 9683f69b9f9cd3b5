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
    private static final double NS_PER_MS = 1e6;

    private static final Column HAND_OVER = Column.number("ns a hop", "/handOverNs", 1);
    private static final String HAND_OVER_TOLD =
            " A hop is a cache line on its way from one core to another, measured just before: on some machines it takes four times "
                    + "as long at one time as at another, and most figures change with it.";

    private static final List<Column> THROUGHPUT = List.of(
            Column.text("case", "/case"),
            Column.rate("records", "/recordsPerSecond"),
            Column.number("B/record", "/bytesPerRecord", 2),
            Column.number("sub-streams", "/subStreams", 0),
            Column.text("weights", "/weights"),
            Column.number("a claim", "/claim", 0),
            Column.number("payload B", "/payloadBytes", 0),
            Column.time("handling", "/handlingNs", 1),
            Column.number("threads", "/threads", 0),
            HAND_OVER);

    private static final List<Column> SCALING = List.of(
            Column.text("case", "/case"),
            Column.rate("records", "/recordsPerSecond"),
            Column.time("a pick", "/nsPerPick", 1),
            Column.time("or less than", "/nsPerPickAtMost", 1),
            Column.time("noise", "/noiseNs", 1),
            Column.number("largest share error", "/maxShareError", 6),
            Column.number("in proportion", "/maxRelativeShareError", 5),
            Column.number("largest lead / bound", "/lagOverBound", 3),
            Column.time("conductor, a batch", "/conductedNsPerBatch", 1));

    /** The benchmarks that are known, in the order of the page. */
    static final List<Section> ALL = List.of(
            new Section(
                    "throughput",
                    "Throughput",
                    "One thread publishes as fast as records are taken; the time counts until the last result has come out at "
                            + "the end. All pipelines do the same work on the same records, within bounded memory, and none may "
                            + "lose a record: that is checked at the end of each fork. B/record is what was allocated by all "
                            + "threads; threads are those that are busy at the same time. Handling is the time that a handler takes for a record, "
                            + "besides what all handlers do."
                            + HAND_OVER_TOLD,
                    THROUGHPUT,
                    data -> Stream.of(
                                    ThroughputCharts.candidates(data.get("throughput")),
                                    ThroughputCharts.phases(data.get("throughput")),
                                    ThroughputCharts.subStreams(data.values()))
                            .flatMap(List::stream)
                            .toList()),
            new Section(
                    "latency",
                    "Latency",
                    "One thread publishes by the clock, whether or not the pipeline keeps up. A record's latency counts from the "
                            + "moment at which it was due to be published until its result has come out, so that no stall is "
                            + "left out. \"Of windows\" is the median of the thirty parts of a round: how quick a pipeline is while "
                            + "the machine lets it run. The maximum is what Braid took in this set-up."
                            + HAND_OVER_TOLD,
                    List.of(
                            Column.text("case", "/case"),
                            Column.text("idle", "/idle"),
                            Column.text("load", "/load"),
                            Column.rate("rate", "/ratePerSecond"),
                            Column.rate("achieved", "/achievedPerSecond"),
                            Column.time("p50", "/latencyNs/p50", 1),
                            Column.time("p90", "/latencyNs/p90", 1),
                            Column.time("p99 of windows", "/windowP99Ns/median", 1),
                            Column.time("p99", "/latencyNs/p99", 1),
                            Column.time("p99.9", "/latencyNs/p999", 1),
                            Column.time("max", "/latencyNs/max", 1),
                            HAND_OVER),
                    data -> LatencyCharts.of(data.get("latency"))),
            new Section(
                    "fairness",
                    "Fairness",
                    "Groups that always have work, and what part of the service each of them got.",
                    List.of(
                            Column.text("case", "/case"),
                            Column.text("threads", "/threads"),
                            Column.number("largest share error", "/maxShareError", 5),
                            Column.number("largest lead / bound", "/lagOverBound", 3),
                            Column.text("always had work", "/saturated")),
                    data -> FairnessCharts.shares(data.get("fairness"))),
            new Section(
                    "isolation",
                    "Isolation",
                    "Gold, at a steady load or with one record in flight, alone and while groups of bronze publish as much as they can.",
                    List.of(
                            Column.text("case", "/case"),
                            Column.time("p99 alone", "/p99AloneNs", 1),
                            Column.time("p99 flooded", "/p99FloodedNs", 1),
                            Column.time("bronze batch", "/bronzeBatchNs", 1),
                            Column.number("ratio", "/ratio", 2),
                            Column.number("part judged", "/judged", 2),
                            Column.number("gold refused", "/refused", 0)),
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
                            + "of it; with -read-warm, the writer reads it through the mapping that it still has."
                            + HAND_OVER_TOLD,
                    List.of(
                            Column.text("case", "/case"),
                            Column.rate("records", "/recordsPerSecond"),
                            Column.number("B/record", "/bytesPerRecord", 3),
                            Column.number("records a force", "/recordsPerForce", 0),
                            Column.number("payload B", "/payloadBytes", 0),
                            HAND_OVER,
                            Column.time("until open", "/milliseconds", NS_PER_MS)),
                    data -> JournalCharts.of(data.get("journal"))),
            new Section(
                    "recovery",
                    "Recovery",
                    "From opening a journal that was left as by kill -9 until the engine has started, and so many results "
                            + "to replay as there are after the last snapshot; and how fast state is rebuilt without any.",
                    List.of(
                            Column.text("case", "/case"),
                            Column.number("results", "/results", 0),
                            Column.number("replayed", "/replayed", 0),
                            Column.time("until ready", "/readyMs", NS_PER_MS),
                            Column.rate("results", "/recordsPerSecond")),
                    data -> List.of()),
            new Section(
                    "idle",
                    "Idle engines",
                    "Engines that have nothing to do, each with a journal of results at DISK and an input journal: what all of "
                            + "them take of a core, and then how long after it was published a record is handled by an engine "
                            + "that was idle, by one without journals beside it, and how long a parked thread takes to be awake.",
                    List.of(
                            Column.text("case", "/case"),
                            Column.number("engines", "/engines", 0),
                            Column.number("threads", "/threads", 0),
                            Column.number("% of a core", "/percentOfACore", 2),
                            Column.time("p50", "/handledNs/p50", 1),
                            Column.time("p99", "/handledNs/p99", 1),
                            Column.time("max", "/handledNs/max", 1),
                            Column.time("no journals p50", "/plainNs/p50", 1),
                            Column.time("no journals p99", "/plainNs/p99", 1),
                            Column.time("bare p50", "/bareNs/p50", 1),
                            Column.time("bare p99", "/bareNs/p99", 1),
                            Column.time("publish p50", "/publishNs/p50", 1)),
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
            columns.putIfAbsent(path, Column.number(name, path, value.isIntegralNumber() ? 0 : 3));
        }
    }

    private static String capitalized(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
