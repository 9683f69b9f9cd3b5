package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.MergeHandler;
import dev.braid.engine.MergeOrder;
import dev.braid.persistence.Restarts.Tx;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine and its journals cannot be put together so that records or state get lost. See {@link StateWiringTest}, too. */
class WiringTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};

    private static final EventHandler<Tx> NO_HANDLING = (tx, sequence, endOfBatch) -> {};

    @TempDir
    Path dir;

    private final List<HandlerGroup<Tx>> groups = Restarts.plainGroups(NOTHING);

    private JournalWriter<Tx> open() {
        return JournalWriter.builder(dir, Restarts.CODEC)
                .groups(groups)
                .unfinished(Unfinished.RESEND)
                .open();
    }

    private EngineBuilder<Tx> engine(MergeHandler<Tx> merge) {
        return Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                .groups(groups)
                .partitioner(Restarts::subStreamOf)
                .onError(t -> {})
                .merge(merge);
    }

    /** Publishes records from one number to another. */
    private void run(MergeHandler<Tx> merge, int from, int to) {
        try (BraidEngine<Tx> engine = engine(merge).start()) {
            for (int n = from; n < to; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
        }
    }

    @Test
    void shouldResumeWhereTheJournalSaysUnasked() {
        for (int n = 0; n < 3; n++) {
            try (JournalWriter<Tx> journal = open()) {
                run(journal, 10 * n, 10 * n + 10);
            }
        }

        assertEquals(29, Journals.describe(dir).lowWatermark());
        assertEquals(30, Journals.describe(dir).results());
    }

    @Test
    void shouldTakeNothingFromAnEngineWhoseMergeHandlerHidesWhereToGoOn() {
        try (JournalWriter<Tx> journal = open()) {
            run(journal, 0, 10);
        }

        try (JournalWriter<Tx> journal = open()) {
            EngineHaltedException halted =
                    assertThrows(EngineHaltedException.class, () -> run(new Forgetful<>(journal), 0, 1));
            assertTrue(halted.getCause().getMessage().contains("has to forward resumePoint()"), halted::toString);
        }

        assertEquals(10, Journals.describe(dir).results());
    }

    @Test
    void shouldNotBuildAnEngineThatBeginsElsewhere() {
        try (JournalWriter<Tx> journal = open()) {
            run(journal, 0, 10);
        }

        try (JournalWriter<Tx> journal = open()) {
            EngineBuilder<Tx> builder = engine(journal).firstSequence(0);
            IllegalStateException e = assertThrows(IllegalStateException.class, builder::build);
            assertTrue(e.getMessage().contains("resumes at sequence 10, but"), e::getMessage);
        }
    }

    @Test
    void shouldNotBuildAnEngineWithTheGroupsInAnotherOrder() {
        try (JournalWriter<Tx> journal = open()) {
            assertRefused(
                    Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                            .groups(List.of(groups.get(2), groups.get(1), groups.get(0)))
                            .merge(journal),
                    "the same groups in the same order");
        }
    }

    @Test
    void shouldNotBuildAnEngineWithOtherGroups() {
        HandlerGroup<Tx> heavier = HandlerGroup.named("gold").weight(10).subStreams(1, id -> NO_HANDLING);
        try (JournalWriter<Tx> journal = open()) {
            assertRefused(
                    engine(journal).group(HandlerGroup.named("more").weight(1).subStreams(1, id -> NO_HANDLING)),
                    "the same groups in the same order");
            assertRefused(
                    Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                            .groups(List.of(heavier, groups.get(1), groups.get(2)))
                            .merge(journal),
                    "the same groups in the same order");
        }
    }

    @Test
    void shouldNotBuildAnEngineWithHandlersWhoseStateNobodyKeeps() {
        try (JournalWriter<Tx> journal = open()) {
            assertRefused(
                    Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                            .groups(Restarts.groups(NOTHING))
                            .merge(journal),
                    "the handler of sub-stream 0, " + Restarts.Folds.class.getName() + ", has state that is not kept");
        }
    }

    private static void assertRefused(EngineBuilder<Tx> builder, String why) {
        IllegalStateException e = assertThrows(IllegalStateException.class, builder::build);
        assertTrue(e.getMessage().contains(why), e::getMessage);
    }
}
