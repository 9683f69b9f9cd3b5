package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/** Bars of journals, appended to and read. */
final class JournalCharts {
    private static final int USUAL_PAYLOAD = 64;

    private JournalCharts() {}

    static List<ReportChart> of(ResultData journal) {
        return journal.rows().stream()
                .map(JournalCharts::payloadBytes)
                .distinct()
                .sorted()
                .flatMap(payloadBytes -> Stream.of(
                        bars(journal, "append", payloadBytes, "Records appended per second"),
                        bars(journal, "read", payloadBytes, "Records read per second")))
                .flatMap(List::stream)
                .toList();
    }

    private static List<ReportChart> bars(ResultData journal, String part, int payloadBytes, String title) {
        boolean isUsual = payloadBytes == USUAL_PAYLOAD;
        return Bars.of(
                journal,
                row -> row.path("part").asText().equals(part) && payloadBytes(row) == payloadBytes,
                "journal-" + part + (isUsual ? "" : "-" + payloadBytes + "b"),
                title + (isUsual ? "" : ", " + payloadBytes + " bytes each"),
                "Medians, with the least and the most of any turn, of records with " + payloadBytes
                        + " bytes each, 256 at a time.");
    }

    private static int payloadBytes(JsonNode row) {
        return row.path("payloadBytes").asInt(USUAL_PAYLOAD);
    }
}
