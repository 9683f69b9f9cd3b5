package dev.braid.persistence;

import dev.braid.engine.Outcome;
import java.nio.file.Path;
import java.util.Locale;
import org.agrona.DirectBuffer;

/** Reads two journals side by side, up to the first difference. Frames, segments and times are of no account. */
final class JournalComparison {
    private static final int MAX_SHOWN = 80;

    private final JournalReader left;
    private final JournalReader right;
    private long same;
    private boolean isRightOver;
    private ComparisonReport.Difference difference;

    private JournalComparison(JournalReader left, JournalReader right) {
        this.left = left;
        this.right = right;
    }

    static ComparisonReport compare(Path left, Path right, ReadOrder order, ProgressListener progress) {
        try (JournalReader leftReader = open(left, order).onProgress(progress).open();
                JournalReader rightReader = open(right, order).open()) {
            JournalComparison comparison = new JournalComparison(leftReader, rightReader);
            comparison.run();
            return new ComparisonReport(comparison.same, comparison.difference);
        }
    }

    /** What is damaged in one of two journals also has to say in which. */
    private static JournalReaderBuilder open(Path dir, ReadOrder order) {
        return JournalReader.builder(dir)
                .order(order)
                .onProblem(problem -> ProblemListener.STRICT.onProblem(problem.of(dir)));
    }

    private void run() {
        while (difference == null && left.poll(this::onLeft, 1) > 0) {
            // Go on.
        }
        if (difference == null && !isRightOver) {
            right.poll(
                    (sequence, subStream, outcome, timeNs, buffer, offset, length) ->
                            difference = new ComparisonReport.Difference(
                                    same,
                                    -1,
                                    sequence,
                                    "the first one ends, the second one has "
                                            + text(sequence, subStream, outcome, buffer, offset, length)),
                    1);
        }
    }

    private void onLeft(
            long sequence, int subStream, Outcome outcome, long timeNs, DirectBuffer buffer, int offset, int length) {
        int delivered = right.poll(
                (otherSequence, otherSubStream, otherOutcome, otherTimeNs, other, otherOffset, otherLength) -> {
                    boolean isSame = sequence == otherSequence
                            && subStream == otherSubStream
                            && outcome == otherOutcome
                            && length == otherLength
                            && isSame(buffer, offset, other, otherOffset, length);
                    if (isSame) {
                        same++;
                        return;
                    }
                    difference = new ComparisonReport.Difference(
                            same,
                            sequence,
                            otherSequence,
                            "the first one has " + text(sequence, subStream, outcome, buffer, offset, length)
                                    + ", the second one "
                                    + text(
                                            otherSequence,
                                            otherSubStream,
                                            otherOutcome,
                                            other,
                                            otherOffset,
                                            otherLength));
                },
                1);
        if (delivered == 0) {
            isRightOver = true;
            difference = new ComparisonReport.Difference(
                    same,
                    sequence,
                    -1,
                    "the first one has " + text(sequence, subStream, outcome, buffer, offset, length)
                            + ", the second one ends");
        }
    }

    private static boolean isSame(DirectBuffer left, int leftOffset, DirectBuffer right, int rightOffset, int length) {
        for (int i = 0; i < length; i++) {
            if (left.getByte(leftOffset + i) != right.getByte(rightOffset + i)) {
                return false;
            }
        }
        return true;
    }

    private static String text(
            long sequence, int subStream, Outcome outcome, DirectBuffer buffer, int offset, int length) {
        return String.format(Locale.ROOT, "sequence %d, sub-stream %d, %s, ", sequence, subStream, outcome)
                + payload(buffer, offset, length);
    }

    private static String payload(DirectBuffer buffer, int offset, int length) {
        int shown = Math.min(length, MAX_SHOWN);
        byte[] bytes = new byte[shown];
        buffer.getBytes(offset, bytes);
        StringBuilder text = new StringBuilder(length + " bytes \"");
        for (byte b : bytes) {
            if (b >= ' ' && b < 0x7F && b != '\\') {
                text.append((char) b);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02x", b));
            }
        }
        return text.append(shown < length ? "\"..." : "\"").toString();
    }
}
