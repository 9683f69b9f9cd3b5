package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.ErrorPolicy;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.Outcome;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.TestJournal.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JournalEngineTest {
    private static final int RECORDS = 1000;
    private static final List<HandlerGroup<Line>> GROUPS = List.of(
            HandlerGroup.named("gold")
                    .weight(8)
                    .subStreams(1, subStream -> (line, sequence, endOfBatch) -> handle(line)),
            HandlerGroup.named("silver")
                    .weight(3)
                    .subStreams(2, subStream -> (line, sequence, endOfBatch) -> handle(line)),
            HandlerGroup.named("bronze")
                    .weight(1)
                    .subStreams(4, subStream -> (line, sequence, endOfBatch) -> handle(line)));

    @TempDir
    Path dir;

    private static void handle(Line line) {
        if (line.text.endsWith("99")) {
            throw new IllegalArgumentException("cannot handle '" + line.text + "'");
        }
        line.text += " handled";
    }

    private EngineBuilder<Line> builder(JournalWriter<Line> journal) {
        return BraidEngine.<Line>builder(Line::new)
                .groups(GROUPS)
                .partitioner(line -> line.text.equals("record 500") ? 77 : line.text.hashCode() & 3)
                .threadingMode(ThreadingMode.INVOKER)
                .errorPolicy(ErrorPolicy.SKIP)
                .merge(journal);
    }

    private void run(MergeOrder order, int records) {
        try (JournalWriter<Line> journal =
                        JournalWriter.builder(dir, CODEC).groups(GROUPS).open();
                BraidEngine<Line> engine = builder(journal).mergeOrder(order).start()) {
            for (int i = 0; i < records; i++) {
                engine.ingress().publish((line, sequence) -> line.text = text(sequence));
            }
            while (engine.invoke() > 0) {
                assertEquals(engine.lowWatermark(), journal.lowWatermark());
            }
            assertEquals(journal.nextSequence() + records - 1, journal.lowWatermark());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldJournalWhatAnEngineDid(MergeOrder order) {
        run(order, RECORDS / 2);
        run(order, RECORDS / 2);

        List<Result> results = read(dir, ReadOrder.SEQUENCE);
        assertEquals(LongStream.range(0, RECORDS).boxed().toList(), sequences(results));
        for (Result result : results) {
            String text = text(result.sequence());
            if (result.sequence() == 500) {
                assertEquals(Outcome.FAILED, result.outcome());
                assertEquals(-1, result.subStream());
            } else if (text.endsWith("99")) {
                assertEquals(Outcome.FAILED, result.outcome());
                assertEquals("cannot handle '" + text + "'", result.text());
            } else {
                assertEquals(
                        new Result(result.sequence(), text.hashCode() & 3, Outcome.PROCESSED, text + " handled"),
                        result);
            }
        }
        VerifyReport report = verify(dir);
        assertTrue(report.problems().isEmpty(), report::toString);
        assertEquals(RECORDS - 11, Journals.describe(dir).outcomes().processed());
        assertEquals(11, Journals.describe(dir).outcomes().failed());
        assertTrue(report.frames() < RECORDS / 10);
        if (order == MergeOrder.SEQUENCE) {
            assertEquals(results, read(dir, ReadOrder.JOURNAL));
        }
    }

    @Test
    void shouldRecordTheGroups() {
        run(MergeOrder.WEIGHTED, 1);
        List<JournalGroup> groups = List.of(
                new JournalGroup("gold", 8, 0, 1),
                new JournalGroup("silver", 3, 1, 2),
                new JournalGroup("bronze", 1, 3, 4));
        try (JournalReader reader = JournalReader.open(dir, ReadOrder.JOURNAL)) {
            assertEquals(List.of(), reader.groups());
            readRest(reader, new ArrayList<>());
            assertEquals(groups, reader.groups());
        }
        assertEquals(groups, Journals.describe(dir).groups());
        assertEquals(List.of(groups), Journals.groups(dir));
    }

    @Test
    void shouldStopTheEngineWhenARecordCannotBeWritten() {
        try (JournalWriter<Line> journal =
                JournalWriter.builder(dir, CODEC).maxFrameLength(1024).open()) {
            BraidEngine<Line> engine = builder(journal)
                    .mergeOrder(MergeOrder.SEQUENCE)
                    .onError(t -> {})
                    .start();
            engine.ingress().publish((line, sequence) -> line.text = "good");
            engine.ingress().publish((line, sequence) -> line.text = "x".repeat(2000));
            assertThrows(EngineHaltedException.class, () -> {
                while (engine.invoke() > 0) {
                    // Go on.
                }
            });
            EngineHaltedException e = assertThrows(EngineHaltedException.class, engine::close);
            assertTrue(e.getCause() instanceof JournalException, () -> "" + e.getCause());
        }
        assertTrue(verify(dir).isGood());
        assertEquals(1, read(dir, ReadOrder.SEQUENCE).size());
        assertEquals(
                SegmentEnd.CLOSED,
                Journals.describe(dir).segments().get(0).atEnd().end());
    }
}
