package dev.braid.bench.report;

import java.util.Locale;

/**
 * An SVG picture, as an element of a page and as a file of its own: text is text, and colours are classes, which follow the
 * reader's scheme, light or dark.
 */
final class Drawing {
    static final int WIDTH = 480;
    static final int LINE = 18;
    /** How many colours there are: {@code c0} is Braid's. */
    static final int COLORS = 8;

    /** For both the page and the files. */
    static final String STYLE = """
            .chart { --text: #24292f; --faint: #57606a; --grid: #dfe3e8; --paper: #ffffff;
                --c0: #0b5fc1; --c1: #c2410c; --c2: #2b8a3e; --c3: #8a3fb0; --c4: #8a6d00; --c5: #0f7f86; --c6: #b0306a; --c7: #6b7280; }
            @media (prefers-color-scheme: dark) { .chart { --text: #e6edf3; --faint: #9aa4af; --grid: #333b45; --paper: #12161c;
                --c0: #6cb0ff; --c1: #ff9a5c; --c2: #6fd388; --c3: #cf9cf0; --c4: #e0bd45; --c5: #5fd0d6; --c6: #f58ab8; --c7: #a0a8b2; } }
            .chart { font: 12px system-ui, sans-serif; background: var(--paper); }
            .chart text { fill: var(--text); } .chart .faint { fill: var(--faint); font-size: 11px; }
            .chart .title { font-size: 13px; font-weight: 600; } .chart .braid { font-weight: 700; }
            .chart .grid { stroke: var(--grid); } .chart .whisker { stroke: var(--text); stroke-opacity: .75; }
            .chart .area { fill: var(--paper); }
            """ + colors();

    private final StringBuilder body = new StringBuilder();

    private static String colors() {
        StringBuilder css = new StringBuilder();
        for (int i = 0; i < COLORS; i++) {
            css.append(String.format(
                    Locale.ROOT,
                    ".chart .fill%d { fill: var(--c%d); } .chart .line%d { stroke: var(--c%d); fill: none; }%n",
                    i,
                    i,
                    i,
                    i));
        }
        return css.toString();
    }

    Drawing text(double x, double y, String anchor, String styleClass, String text) {
        return add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>",
                x, y, anchor, styleClass, Grid.escape(text));
    }

    Drawing line(double x1, double y1, double x2, double y2, String styleClass) {
        return add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>", x1, y1, x2, y2, styleClass);
    }

    Drawing bar(double x, double y, double width, double height, int color) {
        return add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"fill%d\"/>",
                x, y, Math.max(1, width), height, color);
    }

    Drawing dot(double x, double y, double radius, int color) {
        return add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" class=\"fill%d\"/>", x, y, radius, color);
    }

    /** @param points {@code x,y x,y …}. */
    Drawing path(String points, int color, double width, boolean dashed) {
        return add(
                "<polyline points=\"%s\" class=\"line%d\" stroke-width=\"%.1f\"%s/>",
                points, color, width, dashed ? " stroke-dasharray=\"5 4\"" : "");
    }

    /** From the least to the most, with ends. */
    Drawing whisker(double x1, double y1, double x2, double y2, String styleClass) {
        double end = 3;
        line(x1, y1, x2, y2, styleClass);
        boolean lies = y1 == y2;
        for (double[] at : new double[][] {{x1, y1}, {x2, y2}}) {
            line(
                    at[0] - (lies ? 0 : end),
                    at[1] - (lies ? end : 0),
                    at[0] + (lies ? 0 : end),
                    at[1] + (lies ? end : 0),
                    styleClass);
        }
        return this;
    }

    private Drawing add(String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }

    /** About: nobody knows which font there will be. */
    static double widthOf(String text) {
        return 6.6 * text.length();
    }

    /** For a page that has the style. */
    String element(String title, int height) {
        return "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " " + height
                + "\" role=\"img\" aria-label=\"" + Grid.escape(title) + "\">\n" + body + "</svg>";
    }

    /** With its style. */
    String file(String title, int height) {
        String element = element(title, height);
        int begin = element.indexOf('\n');
        return element.substring(0, begin) + "\n<style>\n" + STYLE
                + "</style>\n<rect width=\"100%\" height=\"100%\" class=\"area\"/>" + element.substring(begin) + "\n";
    }
}
