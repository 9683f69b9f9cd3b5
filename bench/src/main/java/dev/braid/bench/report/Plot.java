package dev.braid.bench.report;

import dev.braid.bench.report.Curve.Point;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Curves over two axes, with the spreads of their points, and a legend. */
final class Plot {
    private static final int LEFT = 64;
    private static final int RIGHT = Drawing.WIDTH - 28;
    private static final int TOP = 30;
    private static final int HEIGHT = 210;
    private static final int AXIS = 36;
    private static final double MARGIN = 8;
    private static final double BOLD = 1.12;
    /** Between points of different curves that have the same place, so that none hides another's spread. */
    private static final double APART = 5;

    private final String file;
    private final String title;
    private final String xTitle;
    private DoubleFunction<String> xLabels = Quantity::plain;
    private DoubleFunction<String> yLabels = Quantity::plain;
    private boolean xLogarithmic;
    private boolean yLogarithmic;

    Plot(String file, String title, String xTitle) {
        this.file = file;
        this.title = title;
        this.xTitle = xTitle;
    }

    Plot x(boolean logarithmic, DoubleFunction<String> labels) {
        xLogarithmic = logarithmic;
        xLabels = labels;
        return this;
    }

    Plot y(boolean logarithmic, DoubleFunction<String> labels) {
        yLogarithmic = logarithmic;
        yLabels = labels;
        return this;
    }

    ReportChart of(List<Curve> curves, String caption) {
        Drawing drawing = new Drawing().text(MARGIN, 18, "start", "title", title);
        double top = legend(drawing, curves);
        double bottom = top + HEIGHT;
        Axis x = axis(curves, Point::x, Point::x, xLogarithmic, LEFT, RIGHT, xLabels);
        Axis y = axis(curves, Point::min, Point::max, yLogarithmic, bottom, top, yLabels);
        grid(drawing, x, y);
        drawing.text((LEFT + RIGHT) / 2.0, bottom + AXIS - 4, "middle", "faint", xTitle);
        List<Curve> measured = curves.stream().filter(curve -> !curve.isIdeal()).toList();
        curves.forEach(curve -> {
            line(drawing, curve, x, y);
            points(drawing, curve, x, y, APART * (measured.indexOf(curve) - (measured.size() - 1) / 2.0));
        });
        return new ReportChart(file, title, caption, drawing, (int) bottom + AXIS);
    }

    private static Axis axis(
            List<Curve> curves,
            ToDoubleFunction<Point> low,
            ToDoubleFunction<Point> high,
            boolean logarithmic,
            double from,
            double to,
            DoubleFunction<String> labels) {
        List<Point> points =
                curves.stream().flatMap(curve -> curve.points().stream()).toList();
        double most = points.stream().mapToDouble(high).max().orElse(1);
        return logarithmic
                ? Axis.logarithmic(points.stream().mapToDouble(low).min().orElse(1), most, from, to, labels)
                : Axis.linear(most, from, to, labels);
    }

    /** In as many lines as it takes; returns where the plot begins. */
    private static double legend(Drawing drawing, List<Curve> curves) {
        double x = MARGIN;
        double y = TOP + 6;
        for (Curve curve : curves) {
            double width = Drawing.widthOf(curve.name()) * (curve.color() == 0 ? BOLD : 1) + 34;
            if (x > MARGIN && x + width > RIGHT) {
                x = MARGIN;
                y += Drawing.LINE;
            }
            if (curve.isIdeal()) {
                drawing.path(points(x, y - 4, x + 14, y - 4), curve.color(), 1.5, true);
            } else {
                drawing.dot(x + 7, y - 4, 4, curve.color());
            }
            drawing.text(x + 18, y, "start", curve.color() == 0 ? "braid" : "", curve.name());
            x += width;
        }
        return y + 12;
    }

    private static void grid(Drawing drawing, Axis x, Axis y) {
        for (double mark : x.marks()) {
            drawing.line(x.at(mark), y.from(), x.at(mark), y.to(), "grid");
            drawing.text(
                    x.at(mark),
                    y.from() + 15,
                    "middle",
                    "faint",
                    Quantity.mark(x.labels().apply(mark)));
        }
        for (double mark : y.marks()) {
            drawing.line(x.from(), y.at(mark), x.to(), y.at(mark), "grid");
            drawing.text(
                    x.from() - 6,
                    y.at(mark) + 4,
                    "end",
                    "faint",
                    Quantity.mark(y.labels().apply(mark)));
        }
    }

    private static void line(Drawing drawing, Curve curve, Axis x, Axis y) {
        if (curve.isJoined()) {
            String line = curve.points().stream()
                    .map(point -> points(x.at(point.x()), y.at(point.y())))
                    .collect(Collectors.joining(" "));
            drawing.path(line, curve.color(), curve.color() == 0 ? 2.4 : 1.6, curve.isIdeal());
        }
    }

    /** @param aside of those that have a spread and no line. */
    private static void points(Drawing drawing, Curve curve, Axis x, Axis y, double aside) {
        if (curve.isIdeal()) {
            return;
        }
        for (Point point : curve.points()) {
            boolean hasSpread = point.min() < point.max();
            double at = x.at(point.x()) + (hasSpread && !curve.isJoined() ? aside : 0);
            if (hasSpread) {
                drawing.whisker(at, y.at(point.min()), at, y.at(point.max()), "line" + curve.color());
            }
            drawing.dot(at, y.at(point.y()), curve.color() == 0 ? 3.6 : 3, curve.color());
        }
    }

    private static String points(double... coordinates) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < coordinates.length; i += 2) {
            text.append(String.format(Locale.ROOT, "%.1f,%.1f ", coordinates[i], coordinates[i + 1]));
        }
        return text.toString().trim();
    }
}
