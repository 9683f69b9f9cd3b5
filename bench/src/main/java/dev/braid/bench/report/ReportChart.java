package dev.braid.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.internal.chartpart.AxesChart;

/**
 * A chart of the report.
 *
 * @param name    of its files, without what comes after the dot.
 * @param caption what it shows, in a sentence.
 */
record ReportChart(String name, String caption, AxesChart<?, ?> chart) {
    private static final int DPI = 144;
    private static final String SVG = "svg";
    private static final Pattern PROLOG = Pattern.compile("^.*?(?=<svg)", Pattern.DOTALL);
    private static final Pattern SIZE = Pattern.compile(" (height|width)=\"\\d+px\"");
    private static final Pattern LONG_NUMBER = Pattern.compile("(\\d+\\.\\d)\\d+");
    private static final Pattern CLIP = Pattern.compile("\\bclip(?=\\d)");
    private static final Pattern SPACE = Pattern.compile(">\\s+<");

    /** Writes where it was measured into the picture, which may be shown without the page. */
    void name(ResultData data) {
        chart.setXAxisTitle(chart.getXAxisTitle() + "   ·   " + data.processor()
                + (data.isSmokeTest() ? "   ·   a smoke test" : "")
                + (data.isComplete() ? "" : "   ·   incomplete"));
    }

    void writeImages(Path folder) throws IOException {
        Path file = folder.resolve(name);
        BitmapEncoder.saveBitmapWithDPI(chart, file.toString(), BitmapFormat.PNG, DPI);
        ChartEncoder.saveChart(chart, file.toString(), SVG);
    }

    /** An element for a page, which scales. Text is drawn as outlines: nobody needs to have its fonts. */
    String svgElement() throws IOException {
        String file = new String(ChartEncoder.getBytes(chart, SVG), StandardCharsets.UTF_8);
        String svg = PROLOG.matcher(file).replaceFirst("");
        int endOfTag = svg.indexOf('>');
        String tag = SIZE.matcher(svg.substring(0, endOfTag)).replaceAll("");
        String content = LONG_NUMBER.matcher(svg.substring(endOfTag)).replaceAll("$1"); // A tenth of a pixel will do.
        // What is clipped is referred to by ids, which have to be unique in the page.
        content = CLIP.matcher(content).replaceAll(Matcher.quoteReplacement(name + "-clip"));
        return tag + " role=\"img\"" + SPACE.matcher(content).replaceAll("><");
    }
}
