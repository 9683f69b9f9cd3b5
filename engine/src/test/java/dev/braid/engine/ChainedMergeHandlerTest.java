package dev.braid.engine;

import static dev.braid.engine.Engines.NOTHING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ChainedMergeHandlerTest {
    private final List<String> calls = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();

    /** Notes each call, and throws in those that are named. */
    private final class Noting implements MergeHandler<Job> {
        private final String name;
        private final String throwing;
        private final ResumePoint resumePoint;

        Noting(String name, String throwing, ResumePoint resumePoint) {
            this.name = name;
            this.throwing = throwing;
            this.resumePoint = resumePoint;
        }

        private void note(String call) {
            calls.add(name + "." + call);
            if (throwing.contains(call)) {
                throw new IllegalArgumentException(name + "." + call);
            }
        }

        @Override
        public void onStart() {
            note("start");
        }

        @Override
        public void onResult(Job job, long sequence, int subStream, Outcome outcome, Throwable cause) {
            note("result " + sequence);
        }

        @Override
        public void onBatchEnd(long lowWatermark) {
            note("end " + lowWatermark);
        }

        @Override
        public void onIdle() {
            note("idle");
        }

        @Override
        public void onShutdown() {
            note("shutdown");
        }

        @Override
        public ResumePoint resumePoint() {
            return resumePoint;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Noting noting(String name, String throwing) {
        return new Noting(name, throwing, null);
    }

    private static EngineBuilder<Job> engine() {
        return Engines.invoked().group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING));
    }

    /** Publishes one record, and closes. */
    private void run(MergeHandler<Job> merge) {
        try (BraidEngine<Job> engine =
                engine().merge(merge).onError(errors::add).start()) {
            engine.ingress().publish((job, sequence) -> job.set(0, 0, 0));
            engine.invoke();
            engine.invoke();
        }
    }

    @Test
    void shouldForwardEveryCallToAllInTheirOrder() {
        run(noting("a", "").andThen(noting("b", "")).andThen(noting("c", "")));

        List<String> expected = new ArrayList<>();
        for (String call : new String[] {"start", "result 0", "end 0", "idle"}) {
            expected.addAll(List.of("a." + call, "b." + call, "c." + call));
        }
        assertEquals(expected, calls.subList(0, expected.size()));
        assertEquals(List.of("a.shutdown", "b.shutdown", "c.shutdown"), calls.subList(calls.size() - 3, calls.size()));
    }

    @Test
    void shouldNotCallTheOtherOneWhereTheFirstThrows() {
        for (String call : new String[] {"result 0", "end 0", "idle"}) {
            calls.clear();
            MergeHandler<Job> chain = noting("a", call).andThen(noting("b", ""));

            assertThrows(EngineHaltedException.class, () -> run(chain));

            assertTrue(calls.contains("a." + call), calls::toString);
            assertTrue(!calls.contains("b." + call), calls::toString);
            assertEquals(List.of("a.shutdown", "b.shutdown"), calls.subList(calls.size() - 2, calls.size()));
        }
    }

    @Test
    void shouldShutDownThoseAloneThatWereStarted() {
        assertThrows(
                EngineHaltedException.class,
                () -> run(noting("a", "").andThen(noting("b", "start")).andThen(noting("c", ""))));

        assertEquals(List.of("a.start", "b.start", "a.shutdown", "b.shutdown"), calls);
    }

    @Test
    void shouldShutDownAllAlsoWhereOneThrowsAtThat() {
        run(noting("a", "shutdown").andThen(noting("b", "shutdown")).andThen(noting("c", "")));

        assertEquals(List.of("a.shutdown", "b.shutdown", "c.shutdown"), calls.subList(calls.size() - 3, calls.size()));
        assertEquals("a.shutdown", errors.get(0).getMessage());
        assertEquals("b.shutdown", errors.get(0).getSuppressed()[0].getMessage());
    }

    @Test
    void shouldResumeWhereTheOneSaysThatKnows() {
        ResumePoint point = ResumePoint.at(7);
        MergeHandler<Job> knowing = new Noting("knowing", "", point);

        assertSame(point, knowing.resumePoint());
        assertSame(point, knowing.andThen(noting("b", "")).resumePoint());
        assertSame(point, noting("b", "").andThen(knowing).resumePoint());
        assertEquals(null, noting("a", "").andThen(noting("b", "")).resumePoint());
    }

    @Test
    void shouldBeginWhereTheMergeHandlerSays() {
        try (BraidEngine<Job> engine =
                engine().merge(new Noting("journal", "", ResumePoint.at(7))).start()) {
            assertEquals(7, engine.ingress().next());
            engine.ingress().publish(7);
        }
        assertTrue(calls.contains("journal.result 7"), calls::toString);
    }

    @Test
    void shouldTakeTheSamePointTwice() {
        ResumePoint point = new Ahead(7);
        for (EngineBuilder<Job> builder : List.of(
                engine().merge(new Noting("journal", "", point)).resumeAt(point),
                engine().merge(new Noting("journal", "", ResumePoint.at(7))).firstSequence(7),
                engine().merge(new Noting("a", "", point).andThen(new Noting("b", "", point))))) {
            try (BraidEngine<Job> engine = builder.build()) {
                assertEquals(6, engine.lowWatermark());
            }
        }
    }

    @Test
    void shouldRefuseResumePointsThatContradictEachOther() {
        Noting seven = new Noting("journal", "", ResumePoint.at(7));
        assertRefused(
                "journal resumes at sequence 7, but resumeAt of the engine at sequence 0",
                builder -> builder.merge(seven).firstSequence(0));
        assertRefused(
                "journal resumes at sequence 7, but resumeAt of the engine at sequence 7, with some done up to 9",
                builder -> builder.merge(seven).resumeAt(new Ahead(7)));
        assertRefused(
                "journal resumes at sequence 7, but other at sequence 8",
                builder -> builder.merge(seven.andThen(new Noting("other", "", ResumePoint.at(8)))));
    }

    private static void assertRefused(String why, Consumer<EngineBuilder<Job>> change) {
        EngineBuilder<Job> builder = engine();
        change.accept(builder);
        IllegalStateException e = assertThrows(IllegalStateException.class, builder::build);
        assertTrue(e.getMessage().startsWith(why), e.getMessage());
    }

    /** Two sequences after the next one are done. */
    private record Ahead(long firstSequence) implements ResumePoint {
        @Override
        public long doneThrough() {
            return firstSequence + 2;
        }

        @Override
        public boolean isDone(long sequence) {
            return sequence > firstSequence;
        }
    }
}
