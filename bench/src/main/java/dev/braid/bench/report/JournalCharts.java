package dev.braid.bench.report;

import java.util.List;
import java.util.stream.Stream;

/** Bars of journals, appended to and read. */
final class JournalCharts {
    private JournalCharts() {}

    static List<ReportChart> of(ResultData journal) {
        return Stream.concat(
                        bars(journal, "append", "Records appended per second").stream(),
                        bars(journal, "read", "Records read per second").stream())
                .toList();
    }

    private static List<ReportChart> bars(ResultData journal, String part, String title) {
        return Bars.of(
                journal,
                row -> row.path("part").asText().equals(part),
                "journal-" + part,
                title,
                "Medians, with the least and the most of any turn, of records with 64 bytes each, 256 at a time.");
    }
}
