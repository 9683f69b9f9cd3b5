package dev.braid.bench.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Locale;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How charts look. */
final class ChartLook {
    static final int BRAID = 0;
    static final int GREY = 4;
    static final int WIDTH = 900;
    static final int HEIGHT = 460;

    private static final int BAR_HEIGHT = 30;
    private static final int BAR_CHART_MARGINS = 110;
    private static final int PADDING = 14;
    private static final float LINE_WIDTH = 2.2f;
    private static final int MARKER_SIZE = 7;
    private static final double BAR_FILL = 0.7;
    private static final Color GRID = new Color(0xE2E6EA);
    private static final Color TEXT = new Color(0x24292F);
    private static final Color[] COLORS = {
        new Color(0x0B5FC1), new Color(0xD9690F), new Color(0x2B8A3E), new Color(0x8A3FB0), new Color(0x6B7280)
    };
    private static final Marker[] MARKERS = {
        SeriesMarkers.CIRCLE, SeriesMarkers.DIAMOND, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP
    };

    private ChartLook() {}

    static XYChart lines(String title, String xTitle, String yTitle) {
        XYChart chart = new XYChart(WIDTH, HEIGHT);
        chart.setTitle(title);
        chart.setXAxisTitle(xTitle);
        chart.setYAxisTitle(yTitle);
        chart.getStyler().setMarkerSize(MARKER_SIZE);
        chart.getStyler().setYAxisTickLabelsFormattingFunction(ChartLook::number);
        apply(chart.getStyler());
        return chart;
    }

    static HorizontalBarChart bars(String title, String xTitle, int bars) {
        HorizontalBarChart chart = new HorizontalBarChart(WIDTH, BAR_CHART_MARGINS + BAR_HEIGHT * bars);
        chart.setTitle(title);
        chart.setXAxisTitle(xTitle);
        chart.setYAxisTitle("");
        chart.getStyler().setAvailableSpaceFill(BAR_FILL);
        chart.getStyler().setLabelsVisible(false);
        chart.getStyler().setXAxisTickMarkSpacingHint(BAR_HEIGHT / 2); // Or it leaves out names on the other axis.
        chart.getStyler().setYAxisLabelAlignment(TextAlignment.Right);
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setXAxisMin(0.0);
        apply(chart.getStyler());
        return chart;
    }

    private static void apply(AxesChartStyler styler) {
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartFontColor(TEXT);
        styler.setAxisTickLabelsColor(TEXT);
        styler.setPlotBorderColor(GRID);
        styler.setLegendBorderColor(GRID);
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setChartPadding(PADDING);
        styler.setSeriesColors(COLORS);
        styler.setLocale(Locale.ROOT);
        styler.setXAxisTickLabelsFormattingFunction(ChartLook::number);
        styler.setToolTipsAlwaysVisible(false);
    }

    /** @param color {@link #BRAID} for Braid, others for others. */
    static void style(XYSeries series, int color, int marker, boolean dashed) {
        series.setLineColor(COLORS[color % COLORS.length]);
        series.setMarkerColor(COLORS[color % COLORS.length]);
        series.setMarker(MARKERS[marker % MARKERS.length]);
        series.setLineStyle(
                dashed
                        ? new BasicStroke(
                                LINE_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {7, 5}, 0)
                        : new BasicStroke(LINE_WIDTH, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }

    /** 1234567 as 1,234,567, and small numbers with as many decimals as they need. */
    static String number(double value) {
        if (value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,d", (long) value);
        }
        return String.format(Locale.ROOT, "%.4f", value).replaceAll("\\.?0+$", "");
    }
}
