package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Bars of records per second, the fastest case first, with their spreads; Braid's in its own colour. */
final class Bars {
    private static final String RATE = "/recordsPerSecond/";
    private static final int TOP = 30;
    private static final int NAME = 16;
    private static final int BAR = 11;
    private static final int ROW = NAME + BAR + 7;
    private static final double MARGIN = 8;

    private Bars() {}

    /** Of the rows that are chosen: a chart, or none if there are none. */
    static List<ReportChart> of(
            ResultData data, Predicate<JsonNode> chosen, String file, String title, String caption) {
        List<JsonNode> rows = data.rows().stream()
                .filter(chosen)
                .sorted(Comparator.comparingDouble(row -> -rate(row, "median")))
                .toList();
        if (rows.isEmpty()) {
            return List.of();
        }
        double most = rows.stream()
                .mapToDouble(row -> Math.max(rate(row, "median"), rate(row, "max")))
                .max()
                .orElseThrow();
        Axis axis = Axis.linear(most, MARGIN, Drawing.WIDTH - 2 * MARGIN, Quantity::rate);
        Drawing drawing = new Drawing().text(MARGIN, 18, "start", "title", title);
        double end = TOP + ROW * rows.size();
        for (double mark : axis.marks()) {
            drawing.line(axis.at(mark), TOP, axis.at(mark), end, "grid");
            drawing.text(
                    axis.at(mark),
                    end + 14,
                    mark == 0 ? "start" : mark >= axis.most() ? "end" : "middle",
                    "faint",
                    Quantity.mark(Quantity.rate(mark)));
        }
        for (int i = 0; i < rows.size(); i++) {
            draw(drawing, axis, rows.get(i), TOP + ROW * i);
        }
        return List.of(new ReportChart(file, title, caption, drawing, (int) end + 20));
    }

    private static void draw(Drawing drawing, Axis axis, JsonNode row, double y) {
        String name = row.path("case").asText();
        boolean isBraid = Marking.isBraid(name);
        double median = rate(row, "median");
        drawing.text(MARGIN, y + NAME - 5, "start", isBraid ? "braid" : "", name);
        drawing.text(Drawing.WIDTH - 2 * MARGIN, y + NAME - 5, "end", isBraid ? "braid" : "", Quantity.rate(median));
        drawing.bar(axis.at(0), y + NAME, axis.at(median) - axis.at(0), BAR, isBraid ? 0 : Drawing.COLORS - 1);
        if (rate(row, "min") < rate(row, "max")) {
            double middle = y + NAME + BAR / 2.0;
            drawing.whisker(axis.at(rate(row, "min")), middle, axis.at(rate(row, "max")), middle, "whisker");
        }
    }

    private static double rate(JsonNode row, String of) {
        return row.at(RATE + of).asDouble();
    }
}
