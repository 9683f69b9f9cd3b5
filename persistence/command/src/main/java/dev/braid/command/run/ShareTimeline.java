package dev.braid.command.run;

import dev.braid.command.TextWidth;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Shares of groups over time, in slices of equal length: of a millisecond at first, and doubled whenever there would be too
 * many.
 */
final class ShareTimeline {
    private static final int MAX_SLICES = 60;
    private static final String BARS = " ▁▂▃▄▅▆▇█";

    /** By group and slice. */
    private final double[][] servedIn;

    private long sliceNs = TimeUnit.MILLISECONDS.toNanos(1);
    private double ns;

    ShareTimeline(int groups) {
        this.servedIn = new double[groups][MAX_SLICES];
    }

    /**
     * Adds an interval.
     *
     * @param served in the interval, by group; taken to be spread evenly.
     */
    void advance(long elapsedNs, long[] served) {
        while (ns + elapsedNs >= (double) MAX_SLICES * sliceNs) {
            widen();
        }
        double endNs = ns + elapsedNs;
        while (ns < endNs) {
            int slice = (int) (ns / sliceNs);
            double untilNs = Math.min(endNs, (slice + 1.0) * sliceNs);
            for (int group = 0; group < served.length; group++) {
                servedIn[group][slice] += served[group] * (untilNs - ns) / elapsedNs;
            }
            ns = untilNs;
        }
    }

    private void widen() {
        for (double[] of : servedIn) {
            for (int i = 0; i < MAX_SLICES; i++) {
                of[i] = i < MAX_SLICES / 2 ? of[2 * i] + of[2 * i + 1] : 0;
            }
        }
        sliceNs *= 2;
    }

    /**
     * Draws a line for each group, as high as its share, from the first to the last slice in which anything was served.
     *
     * @param names of the groups.
     */
    void print(PrintStream out, List<String> names) {
        int first = 0;
        int last = MAX_SLICES - 1;
        while (first <= last && ofAll(first) == 0) {
            first++;
        }
        while (last >= first && ofAll(last) == 0) {
            last--;
        }
        if (first > last) {
            return;
        }
        int width = names.stream().mapToInt(TextWidth::of).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            lines.add(TextWidth.padded(names.get(i), width) + "  " + line(servedIn[i], first, last));
        }
        lines.forEach(out::println);
        double seconds = (last - first + 1) * (double) sliceNs / TimeUnit.SECONDS.toNanos(1);
        String end = String.format(Locale.ROOT, "%.3f s", seconds);
        int blanks = Math.max(1, last - first + 1 - 1 - end.length());
        out.println(" ".repeat(width + 2) + "0" + " ".repeat(blanks) + end);
    }

    private double ofAll(int slice) {
        return Arrays.stream(servedIn).mapToDouble(of -> of[slice]).sum();
    }

    private String line(double[] of, int first, int last) {
        StringBuilder line = new StringBuilder();
        for (int slice = first; slice <= last; slice++) {
            double all = ofAll(slice);
            double share = all == 0 ? 0 : of[slice] / all;
            int height = (int) Math.round(share * (BARS.length() - 1));
            line.append(BARS.charAt(share > 0 ? Math.max(1, height) : 0));
        }
        return line.toString();
    }
}
