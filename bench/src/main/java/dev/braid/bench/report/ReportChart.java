package dev.braid.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A chart of the report.
 *
 * @param name    of its file, without what comes after the dot.
 * @param caption what it shows, in a sentence.
 * @param height  of the drawing, in pixels.
 */
record ReportChart(String name, String title, String caption, Drawing drawing, int height) {
    private static final int FOOT = 20;

    /** Writes where it was measured into the picture, which may be shown without the page. */
    ReportChart named(ResultData data) {
        drawing.text(
                Drawing.WIDTH - 6.0,
                height + FOOT - 7.0,
                "end",
                "faint",
                data.processor()
                        + (data.isSmokeTest() ? " · a smoke test" : "")
                        + (data.isComplete() ? "" : " · incomplete"));
        return new ReportChart(name, title, caption, drawing, height + FOOT);
    }

    void writeImage(Path folder) throws IOException {
        Files.writeString(folder.resolve(name + ".svg"), drawing.file(title, height));
    }

    String element() {
        return drawing.element(title, height);
    }
}
