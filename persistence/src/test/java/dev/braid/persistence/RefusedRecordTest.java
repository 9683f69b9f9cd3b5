package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.ErrorPolicy;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Outcome;
import dev.braid.engine.Overload;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.TestJournal.Line;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which record was refused can be told from the journal. */
class RefusedRecordTest {
    private static final List<HandlerGroup<Line>> GROUPS = List.of(HandlerGroup.named("all")
            .weight(1)
            .<Line>subStreams(1, id -> (line, sequence, endOfBatch) -> handle(line))
            .inFlight(2)
            .overload(Overload.SHED));

    @TempDir
    Path dir;

    private static void handle(Line line) {
        if (line.text.startsWith("bad")) {
            line.text += ", half handled";
            throw new IllegalArgumentException("cannot handle this");
        }
        line.text += " handled";
    }

    @Test
    void shouldKeepARecordWhoseExceptionCannotSayWhyItWasThrown() {
        List<HandlerGroup<Line>> groups =
                List.of(HandlerGroup.named("all").weight(1).subStreams(1, id -> (line, sequence, endOfBatch) -> {
                    throw new Speechless();
                }));
        try (JournalWriter<Line> writer =
                        JournalWriter.builder(dir, CODEC).groups(groups).open();
                BraidEngine<Line> engine = BraidEngine.builder(Line::new)
                        .threadingMode(ThreadingMode.INVOKER)
                        .errorPolicy(ErrorPolicy.SKIP)
                        .groups(groups)
                        .merge(writer)
                        .start()) {
            engine.ingress().publish((line, sequence) -> line.text = "first");
            engine.invoke();
            assertThrows(Speechless.class, () -> engine.ingress().publish((line, sequence) -> {
                line.text = "never filled";
                throw new Speechless();
            }));
            engine.invoke();
        }
        String name = Speechless.class.getName();
        assertEquals(
                List.of("0 FAILED first | " + name, "1 FAILED - | " + name), readAll(dir, ReadOrder.SEQUENCE, 1 << 20));
    }

    private static final class Speechless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("expected in this test");
        }
    }

    /** What is read of each result: record, or, of what was refused, its record, - for none, and the reason. */
    private static List<String> readAll(Path dir, ReadOrder order, long reorderBytes) {
        List<String> lines = new ArrayList<>();
        try (JournalReader reader = JournalReader.builder(dir)
                .order(order)
                .reorderBytes(reorderBytes)
                .open()) {
            ResultHandler handler = new ResultHandler() {
                @Override
                public void onResult(
                        long sequence,
                        int subStream,
                        Outcome outcome,
                        long frameTimeNs,
                        DirectBuffer buffer,
                        int offset,
                        int length) {
                    lines.add(sequence + " " + outcome + " " + buffer.getStringWithoutLengthAscii(offset, length));
                }

                @Override
                public void onRefused(
                        long sequence, int subStream, Outcome outcome, long frameTimeNs, RefusedRecord refused) {
                    String record = refused.isKept()
                            ? refused.buffer()
                                    .getStringWithoutLengthAscii(refused.recordOffset(), refused.recordLength())
                            : "-";
                    lines.add(sequence + " " + outcome + " " + record + " | " + refused.reason());
                    if (!refused.isKept()) {
                        assertThrows(IllegalStateException.class, refused::recordOffset);
                        assertThrows(IllegalStateException.class, refused::recordLength);
                    }
                }
            };
            while (reader.poll(handler, 3) > 0) {
                // Go on.
            }
        }
        return lines;
    }

    @Test
    void shouldKeepWhatFailedAndWhatWasShedByTheEngine() {
        try (JournalWriter<Line> journal =
                        JournalWriter.builder(dir, CODEC).groups(GROUPS).open();
                BraidEngine<Line> engine = BraidEngine.<Line>builder(Line::new)
                        .groups(GROUPS)
                        .partitioner(line -> line.text.equals("lost way") ? 77 : 0)
                        .threadingMode(ThreadingMode.INVOKER)
                        .errorPolicy(ErrorPolicy.SKIP)
                        .merge(journal)
                        .resumeAt(journal.resumePoint())
                        .start()) {
            publish(engine, "lost way");
            publish(engine, "bad one");
            publish(engine, "good one");
            publish(engine, "too many");
            assertThrows(IllegalStateException.class, () -> engine.ingress().publish((line, sequence) -> {
                line.text = "half filled";
                throw new IllegalStateException("no line");
            }));
            while (engine.invoke() > 0) {
                // Go on.
            }
        }
        List<String> lines = readAll(dir, ReadOrder.SEQUENCE, 1 << 20);
        assertEquals(
                "0 FAILED lost way | the partitioner answered sub-stream 77",
                lines.get(0).substring(0, 58));
        assertEquals(
                List.of(
                        "1 FAILED bad one, half handled | cannot handle this",
                        "2 PROCESSED good one handled",
                        "3 SHED too many | ",
                        "4 FAILED - | no line"),
                lines.subList(1, 5));
    }

    private static void publish(BraidEngine<Line> engine, String text) {
        engine.ingress().publish((line, sequence) -> line.text = text);
    }

    /** Cannot encode a line that says so, and of others writes as many bytes as they say. */
    private static final class Moody implements RecordCodec<Line> {
        @Override
        public int encode(Line line, MutableDirectBuffer buffer, int offset) {
            if (line.text.startsWith("unspeakable")) {
                throw new IllegalStateException(line.text);
            }
            return line.text.startsWith("negative") ? -5 : CODEC.encode(line, buffer, offset);
        }

        @Override
        public void decode(Line line, DirectBuffer buffer, int offset, int length) {
            CODEC.decode(line, buffer, offset, length);
        }
    }

    private static void refuse(JournalWriter<Line> writer, long sequence, String text, String reason) {
        Line line = new Line();
        line.text = text;
        Throwable cause = reason == null ? null : new IllegalStateException(reason);
        writer.onResult(line, sequence, 0, reason == null ? Outcome.SHED : Outcome.FAILED, cause);
    }

    @Test
    void shouldKeepTheReasonAndSayWhyTheRecordIsNotThere() {
        try (JournalWriter<Line> writer =
                JournalWriter.builder(dir, new Moody()).maxFrameLength(1024).open()) {
            writer.begin();
            refuse(writer, 0, "unspeakable", "no such account");
            refuse(writer, 1, "unspeakable", null);
            refuse(writer, 2, "negative", "no such account");
            refuse(writer, 3, "x".repeat(928 - 4 - 6), "reason"); // The longest that fits.
            refuse(writer, 4, "x".repeat(928 - 4 - 5), "reason");
            refuse(writer, 5, "unspeakable " + "é".repeat(5000), "r".repeat(5000));
            refuse(writer, 6, "", null);
            put(writer, 7, 0, "fine");
            writer.onBatchEnd(7);
            writer.onShutdown();
        }
        List<String> lines = readAll(dir, ReadOrder.JOURNAL, 1 << 20);
        String threw = "the record is not kept: its codec threw java.lang.IllegalStateException: unspeakable";
        assertEquals("0 FAILED - | no such account (" + threw + ")", lines.get(0));
        assertEquals("1 SHED - | " + threw, lines.get(1));
        assertEquals(
                "2 FAILED - | no such account (the record is not kept: it takes -5 bytes, but there is room for 0 to 909: "
                        + "see maxFrameLength)",
                lines.get(2));
        assertEquals("3 FAILED " + "x".repeat(918) + " | reason", lines.get(3));
        assertEquals(
                "4 FAILED - | reason (the record is not kept: it takes 919 bytes, but there is room for 0 to 918: "
                        + "see maxFrameLength)",
                lines.get(4));
        assertTrue(
                lines.get(5).matches("5 FAILED - \\| r+ \\(the record is not kept: its codec threw .*é\\)"),
                lines.get(5));
        assertEquals("6 SHED  | ", lines.get(6));
        assertEquals("7 PROCESSED fine", lines.get(7));
        assertTrue(verify(dir).problems().isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadThemInEveryOrderAndFromWhereTheyWereHeldBack(ReadOrder order) {
        int count = 200;
        try (JournalWriter<Line> writer = open(dir)) {
            writer.begin();
            for (int i = count - 1; i >= 0; i--) {
                if (i % 3 == 0) {
                    put(writer, i, 0, "p" + i);
                } else {
                    refuse(writer, i, "order " + i, i % 3 == 1 ? "reason " + i : null);
                }
            }
            writer.onBatchEnd(count - 1);
            writer.onShutdown();
        }
        List<String> expected = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            int i = order == ReadOrder.SEQUENCE ? n : count - 1 - n;
            expected.add(
                    switch (i % 3) {
                        case 0 -> i + " PROCESSED p" + i;
                        case 1 -> i + " FAILED order " + i + " | reason " + i;
                        default -> i + " SHED order " + i + " | ";
                    });
        }
        assertEquals(expected, readAll(dir, order, 1 << 20));
        assertEquals(expected, readAll(dir, order, 0)); // Every payload is read again.
    }

    @Test
    void shouldSalvageAndCompareThem() {
        Path one = dir.resolve("one");
        Path two = dir.resolve("two");
        Path salvaged = dir.resolve("salvaged");
        for (Path journal : List.of(one, two)) {
            try (JournalWriter<Line> writer = open(journal)) {
                writer.begin();
                refuse(writer, 0, "order 1", "reason");
                refuse(writer, 1, journal.equals(one) ? "order 2" : "order 3", "reason");
                writer.onBatchEnd(1);
                writer.onShutdown();
            }
        }
        ComparisonReport report = Journals.compare(one, two, ReadOrder.SEQUENCE, NO_PROGRESS);
        assertFalse(report.isSame());
        assertEquals(1, report.same());
        String difference = report.toString();
        assertTrue(difference.contains("6 bytes \"reason\" and a record of 7 bytes \"order 2\""), difference);

        Journals.salvage(one, salvaged, NO_PROGRESS);
        assertEquals(readAll(one, ReadOrder.SEQUENCE, 0), readAll(salvaged, ReadOrder.SEQUENCE, 0));
        assertTrue(
                Journals.compare(one, salvaged, ReadOrder.SEQUENCE, NO_PROGRESS).isSame());
        assertNotNull(Journals.describe(salvaged));
    }

    @Test
    void shouldNotAllocatePerRecordThatIsShed() {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        RecordCodec<Line> codec = new RecordCodec<>() {
            @Override
            public int encode(Line line, MutableDirectBuffer buffer, int offset) {
                buffer.putLong(offset, line.text.length());
                return Long.BYTES;
            }

            @Override
            public void decode(Line line, DirectBuffer buffer, int offset, int length) {
                throw new UnsupportedOperationException();
            }
        };
        int records = 50_000;
        Line line = new Line();
        try (JournalWriter<Line> writer = JournalWriter.builder(dir, codec).open()) {
            writer.begin();
            shed(writer, line, 0, 5 * records);
            long before = threads.getCurrentThreadAllocatedBytes();
            shed(writer, line, 5 * records, records);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            writer.onShutdown();
            assertTrue(allocated < 16_384, () -> allocated + " bytes for " + records + " records");
        }
    }

    private static void shed(JournalWriter<Line> writer, Line line, long first, int count) {
        for (long i = first; i < first + count; i++) {
            writer.onResult(line, i, 0, Outcome.SHED, null);
            if (i % 10 == 9) {
                writer.onBatchEnd(i);
            }
        }
    }
}
