package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results of one benchmark, as they were written to a file. */
public final class ResultData {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final double GIBIBYTE = 1 << 30;

    private final JsonNode root;

    private ResultData(JsonNode root) {
        this.root = root;
    }

    /**
     * Reads what is of one benchmark, or a list of such.
     *
     * @throws IOException if the file cannot be read, or holds something else.
     */
    public static List<ResultData> read(Path file) throws IOException {
        JsonNode root = MAPPER.readTree(file.toFile());
        List<ResultData> all = new ArrayList<>();
        for (JsonNode each : root.isArray() ? root : List.of(root)) {
            all.add(of(each, file));
        }
        return all;
    }

    /** What would be read of these results if they had been written. */
    public static ResultData of(Record results) {
        return new ResultData(MAPPER.valueToTree(results));
    }

    private static ResultData of(JsonNode root, Path file) throws IOException {
        if (!root.path("bench").isTextual() || !root.path("results").isArray()) {
            throw new IOException(file + " holds no results of a benchmark: it has no \"bench\" or no \"results\"");
        }
        return new ResultData(root);
    }

    public String bench() {
        return root.get("bench").asText();
    }

    public boolean isSmokeTest() {
        return root.path("smokeTest").asBoolean();
    }

    /** Whether nothing is missing: it was not broken off, and no step failed. */
    public boolean isComplete() {
        return root.path("complete").asBoolean(true);
    }

    /** What is there and what is not, in a sentence; empty if it is complete. */
    public String incompleteness() {
        if (isComplete()) {
            return "";
        }
        JsonNode steps = root.path("steps");
        StringBuilder text = new StringBuilder("Incomplete: "
                + steps.path("done").asInt() + " of " + steps.path("of").asInt() + " steps were done");
        steps.path("failed")
                .forEach(each -> text.append("; failed: " + each.path("step").asText() + ": "
                        + each.path("cause").asText()));
        return text.append('.').toString();
    }

    /** With which the JVM was started that was measured. */
    public String jvmFlags() {
        List<String> flags = new ArrayList<>();
        host().path("jvmFlags").forEach(flag -> flags.add(flag.asText()));
        return String.join(" ", flags);
    }

    String startedAt() {
        return root.path("startedAt").asText();
    }

    JsonNode host() {
        return root.path("host");
    }

    public List<JsonNode> rows() {
        List<JsonNode> rows = new ArrayList<>();
        root.get("results").forEach(rows::add);
        return rows;
    }

    public List<JsonNode> ratios() {
        List<JsonNode> ratios = new ArrayList<>();
        root.path("ratios").forEach(ratios::add);
        return ratios;
    }

    /** {@code {"case":…,"verdict":…,"found":…}} for each promise; none in files that were written before there were verdicts. */
    List<JsonNode> verdicts() {
        List<JsonNode> verdicts = new ArrayList<>();
        root.path("verdicts").forEach(verdicts::add);
        return verdicts;
    }

    /** The host in a line. */
    public String hostLine() {
        double busy = host().path("busyCoresBefore").asDouble(-1);
        double others = root.path("othersBusyCores").asDouble(-1);
        return conditions()
                + (busy < 0 ? "" : String.format(Locale.ROOT, "; %.2f cores busy before", busy))
                + (others < 0 ? "" : String.format(Locale.ROOT, ", others took %.2f meanwhile", others));
    }

    /** The part of that which is the same each time. */
    public String conditions() {
        JsonNode host = host();
        return String.format(
                Locale.ROOT,
                "%s, %.1f GiB; %s, governor %s, %s; %s",
                processor(),
                host.path("memoryBytes").asLong() / GIBIBYTE,
                host.path("kernel").asText(),
                host.path("governor").asText(),
                host.path("fileSystem").asText(),
                host.path("jdk").asText());
    }

    /** The part of that which figures depend on most. */
    String processor() {
        return host().path("cpu").asText()
                + (host().path("virtualMachine").asBoolean() ? " (virtual machine), " : ", ")
                + host().path("cores").asInt() + " cores";
    }
}
