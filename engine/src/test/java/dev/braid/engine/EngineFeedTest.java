package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Records that earlier runs accepted come before anything else is published, whatever the order of calls. */
class EngineFeedTest {
    private static final long FIRST = 7;

    private final List<Long> merged = new ArrayList<>();
    private final Unfed unfed = new Unfed(2);

    private static final class Item {
        private Ingress<Item> publishTo;
    }

    private record Unfed(long toFeed) implements IngestHandler<Item> {
        @Override
        public void onRecord(Item item, long sequence, int group, Throwable cause) {}

        @Override
        public long onBatchEnd(long sequence) {
            return sequence;
        }
    }

    private record Resume(IngestHandler<?> ingest) implements ResumePoint {
        @Override
        public long firstSequence() {
            return FIRST;
        }

        @Override
        public long doneThrough() {
            return FIRST - 1;
        }

        @Override
        public boolean isDone(long sequence) {
            return false;
        }
    }

    private EngineBuilder<Item> builder() {
        return BraidEngine.<Item>builder(Item::new)
                .group(HandlerGroup.named("all")
                        .weight(1)
                        .<Item>subStreams(1, id -> (item, sequence, endOfBatch) -> {
                            if (item.publishTo != null) {
                                item.publishTo.tryPublish((other, s) -> {});
                            }
                        })
                        .ownIngress())
                .threadingMode(ThreadingMode.INVOKER)
                .onError(t -> {})
                .firstSequence(FIRST)
                .merge((item, sequence, subStream, outcome, cause) -> merged.add(sequence));
    }

    @Test
    void shouldRefuseToPublishByAnyWayWhatCannotComeYet() {
        try (BraidEngine<Item> engine = builder().ingest(unfed).start()) {
            for (Ingress<Item> ingress : List.of(engine.ingress(), engine.ingress("all"))) {
                String message =
                        assertThrows(IllegalStateException.class, ingress::next).getMessage();
                assertTrue(message.startsWith("2 records") && message.contains("feed()"), message);
                assertThrows(IllegalStateException.class, () -> ingress.next(2));
                assertThrows(IllegalStateException.class, () -> ingress.tryNext(1));
                assertThrows(IllegalStateException.class, () -> ingress.publish((item, sequence) -> {}));
                assertThrows(IllegalStateException.class, () -> ingress.publish((item, sequence) -> {}, 2));
                assertThrows(IllegalStateException.class, () -> ingress.publish((item, sequence, arg) -> {}, ""));
                assertThrows(IllegalStateException.class, () -> ingress.tryPublish((item, sequence) -> {}));
                assertThrows(
                        IllegalStateException.class,
                        () -> ingress.publishAll((item, sequence, arg) -> {}, new String[] {"a"}));
            }
            EngineFeed<Item> feed = engine.beginFeed(unfed);
            assertEquals(FIRST, feed.firstSequence());
            feed.ingress().publish((item, sequence) -> assertEquals(FIRST, sequence)); // Nothing has taken a sequence.
            assertThrows(IllegalStateException.class, () -> engine.ingress().next());
            feed.ingress("all").publish((item, sequence) -> assertEquals(FIRST + 1, sequence));
            feed.complete();
            engine.ingress().publish((item, sequence) -> assertEquals(FIRST + 2, sequence));
        }
        assertEquals(List.of(FIRST, FIRST + 1, FIRST + 2), merged);
    }

    @Test
    void shouldRefuseAHandlerThatPublishesWhileItIsFed() {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        BraidEngine<Item> engine = builder().ingest(unfed).onError(failure::set).start();
        EngineFeed<Item> feed = engine.beginFeed(unfed);
        feed.ingress().publish((item, sequence) -> item.publishTo = engine.ingress());
        assertThrows(EngineHaltedException.class, engine::invoke);
        assertTrue(failure.get().getCause().getMessage().contains("2 records"), failure::toString);
        assertThrows(EngineHaltedException.class, feed::complete);
        assertThrows(EngineHaltedException.class, engine::close);
        assertEquals(List.of(), merged);
    }

    @Test
    void shouldBeFedOnceAndByItsOwnHandlerOnly() {
        try (BraidEngine<Item> engine = builder().ingest(unfed).build()) {
            assertThrows(IllegalStateException.class, () -> engine.beginFeed(unfed)); // Not started.
            engine.start();
            assertThrows(IllegalStateException.class, () -> engine.beginFeed(new Unfed(3)));
            EngineFeed<Item> feed = engine.beginFeed(unfed);
            assertThrows(IllegalStateException.class, () -> engine.beginFeed(unfed)); // Broken off, as it seems.
            feed.ingress().publish((item, sequence) -> {}, 2);
            feed.complete();
            assertThrows(IllegalStateException.class, () -> engine.beginFeed(unfed));
        }
        try (BraidEngine<Item> engine = builder().ingest(new Unfed(0)).start()) {
            assertThrows(IllegalStateException.class, () -> engine.beginFeed(unfed));
            engine.ingress().publish((item, sequence) -> {});
        }
        assertEquals(3, merged.size());
    }

    @Test
    void shouldCloseInOrderWhatWasNotFed() {
        BraidEngine<Item> engine = builder().ingest(unfed).start();
        EngineFeed<Item> feed = engine.beginFeed(unfed);
        feed.ingress().publish((item, sequence) -> {});
        engine.close();
        assertThrows(EngineClosedException.class, () -> feed.ingress().next());
        assertThrows(EngineClosedException.class, feed::complete);
        assertThrows(EngineClosedException.class, () -> engine.ingress("all").next());
        assertEquals(List.of(FIRST), merged);
    }

    @Test
    void shouldNotBeBuiltWithoutTheIngestHandlerOfItsResumePoint() {
        EngineBuilder<Item> builder = builder().resumeAt(new Resume(unfed));
        assertThrows(IllegalStateException.class, builder::build);
        assertThrows(
                IllegalStateException.class, () -> builder.ingest(new Unfed(0)).build());
        builder.ingest(unfed).build().close();
    }
}
