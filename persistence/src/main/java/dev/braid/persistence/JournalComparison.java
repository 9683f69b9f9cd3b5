package dev.braid.persistence;

import dev.braid.engine.Outcome;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
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
            return new ComparisonReport(comparison.same, Optional.ofNullable(comparison.difference));
        }
    }

    /** Opens a reader whose problems name the journal, because there are two. */
    private static JournalReaderBuilder open(Path dir, ReadOrder order) {
        return JournalReader.builder(dir)
                .order(order)
                .onProblem(problem -> ProblemListener.STRICT.onProblem(problem.of(dir)));
    }

    /** A result, valid as long as its reader stands on it. */
    private record Shown(
            long sequence,
            int subStream,
            Outcome outcome,
            DirectBuffer buffer,
            int offset,
            int length,
            RefusedRecord refused) {

        boolean isKept() {
            return refused != null && refused.isKept();
        }

        boolean isSame(Shown other) {
            return sequence == other.sequence
                    && subStream == other.subStream
                    && outcome == other.outcome
                    && isKept() == other.isKept()
                    && length == other.length
                    && JournalComparison.isSame(buffer, offset, other.buffer, other.offset, length);
        }

        @Override
        public String toString() {
            String text = String.format(Locale.ROOT, "sequence %d, sub-stream %d, %s, ", sequence, subStream, outcome);
            return isKept()
                    ? text + payload(buffer, refused.reasonOffset(), refused.reasonLength()) + " and a record of "
                            + payload(buffer, refused.recordOffset(), refused.recordLength())
                    : text + payload(buffer, offset, length);
        }
    }

    private static ResultHandler showing(Consumer<Shown> to) {
        return new ResultHandler() {
            @Override
            public void onResult(
                    long sequence,
                    int subStream,
                    Outcome outcome,
                    long frameTimeNs,
                    DirectBuffer buffer,
                    int offset,
                    int length) {
                to.accept(new Shown(sequence, subStream, outcome, buffer, offset, length, null));
            }

            @Override
            public void onRefused(
                    long sequence, int subStream, Outcome outcome, long frameTimeNs, RefusedRecord refused) {
                to.accept(new Shown(
                        sequence, subStream, outcome, refused.buffer(), refused.offset(), refused.length(), refused));
            }
        };
    }

    private void run() {
        ResultHandler onLeft = showing(this::onLeft);
        while (difference == null && left.poll(onLeft, 1) > 0) {
            // Go on.
        }
        if (difference == null && !isRightOver) {
            right.poll(showing(other -> differ(null, other)), 1);
        }
    }

    private void onLeft(Shown one) {
        int delivered = right.poll(
                showing(other -> {
                    if (one.isSame(other)) {
                        same++;
                    } else {
                        differ(one, other);
                    }
                }),
                1);
        if (delivered == 0) {
            isRightOver = true;
            differ(one, null);
        }
    }

    /** Describes a difference; one of the results is {@code null} if its journal ends there. */
    private void differ(Shown one, Shown other) {
        String message = one == null
                ? "the first one ends, the second one has " + other
                : "the first one has " + one + ", the second one " + (other == null ? "ends" : other);
        difference = new ComparisonReport.Difference(same, sequence(one), sequence(other), message);
    }

    private static OptionalLong sequence(Shown shown) {
        return shown == null ? OptionalLong.empty() : OptionalLong.of(shown.sequence());
    }

    private static boolean isSame(DirectBuffer left, int leftOffset, DirectBuffer right, int rightOffset, int length) {
        for (int i = 0; i < length; i++) {
            if (left.getByte(leftOffset + i) != right.getByte(rightOffset + i)) {
                return false;
            }
        }
        return true;
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
