package dev.braid.bench.report;

import java.util.List;

/**
 * One curve of a chart.
 *
 * @param color  its own, of {@link Drawing#COLORS}.
 * @param isIdeal  what should be, and was not measured: a dashed line without points.
 * @param isExact whether it was computed or counted, so that there is no noise in it.
 */
record Curve(String name, int color, boolean isIdeal, boolean isExact, List<Point> points) {
    /** A figure and its spread, which is none where it was measured once. */
    record Point(double x, double y, double min, double max) {
        static Point of(double x, double y) {
            return new Point(x, y, y, y);
        }
    }

    static Curve measured(String name, int color, List<Point> points) {
        return new Curve(name, color, false, false, points);
    }

    static Curve exact(String name, int color, List<Point> points) {
        return new Curve(name, color, false, true, points);
    }

    static Curve ideal(String name, List<Point> points) {
        return new Curve(name, Drawing.COLORS - 1, true, true, points);
    }

    /** A line through points that differ by less than their own spreads would show what is not there. */
    boolean isJoined() {
        if (isExact) {
            return true;
        }
        double least = points.stream().mapToDouble(Point::y).min().orElse(0);
        double most = points.stream().mapToDouble(Point::y).max().orElse(0);
        double spread = points.stream()
                .mapToDouble(point -> point.max() - point.min())
                .max()
                .orElse(0);
        return spread > 0 && most - least > spread;
    }
}
