package dev.braid.bench.report;

import java.util.List;

/**
 * Two figures of each case on one logarithmic axis of time, a dot each: bars would need a zero, which such an axis does not have.
 *
 * @param file   of the chart.
 * @param marks what the two are, the first in grey, the second in Braid's colour.
 */
record Rivals(String file, String title, String caption, List<String> marks, List<Case> cases) {
    private static final int TOP = 50;
    private static final int ROW = 38;
    private static final double MARGIN = 10;
    private static final int GREY = Drawing.COLORS - 1;

    /**
     * @param ns     both figures.
     * @param mostNs up to which the second may go, a tick.
     */
    record Case(String name, double[] ns, double mostNs) {}

    ReportChart chart() {
        Drawing drawing = new Drawing().text(MARGIN, 18, "start", "title", title);
        double x = MARGIN + 6;
        for (int i = 0; i < marks.size(); i++) {
            drawing.dot(x, TOP - 18, 4, i == 0 ? GREY : 0).text(x + 9, TOP - 14, "start", "", marks.get(i));
            x += Drawing.widthOf(marks.get(i)) + 34;
        }
        drawing.line(x, TOP - 24, x, TOP - 11, "whisker")
                .text(x + 9, TOP - 14, "start", "", "the most that is promised");
        double end = TOP + ROW * cases.size();
        Axis axis = Axis.logarithmic(least(), most(), MARGIN + 8, Drawing.WIDTH - 2 * MARGIN - 8, Quantity::time);
        for (double mark : axis.marks()) {
            drawing.line(axis.at(mark), TOP, axis.at(mark), end, "grid");
            drawing.text(axis.at(mark), end + 14, "middle", "faint", Quantity.mark(Quantity.time(mark)));
        }
        for (int i = 0; i < cases.size(); i++) {
            draw(drawing, axis, cases.get(i), TOP + ROW * i);
        }
        return new ReportChart(file, title, caption, drawing, (int) end + 20);
    }

    private static void draw(Drawing drawing, Axis axis, Case row, double y) {
        double middle = y + ROW - 10;
        drawing.text(MARGIN, y + 15, "start", "", row.name());
        drawing.text(
                Drawing.WIDTH - MARGIN,
                y + 15,
                "end",
                "",
                Quantity.time(row.ns()[0]) + " → " + Quantity.time(row.ns()[1]));
        drawing.line(axis.at(row.ns()[0]), middle, axis.at(row.ns()[1]), middle, "grid");
        drawing.line(axis.at(row.mostNs()), middle - 7, axis.at(row.mostNs()), middle + 7, "whisker");
        drawing.dot(axis.at(row.ns()[0]), middle, 5, GREY);
        drawing.dot(axis.at(row.ns()[1]), middle, 5, 0);
    }

    private double least() {
        return cases.stream()
                .mapToDouble(row -> Math.max(1, Math.min(row.ns()[0], row.ns()[1])))
                .min()
                .orElseThrow();
    }

    private double most() {
        return cases.stream()
                .mapToDouble(row -> Math.max(row.mostNs(), Math.max(row.ns()[0], row.ns()[1])))
                .max()
                .orElseThrow();
    }
}
