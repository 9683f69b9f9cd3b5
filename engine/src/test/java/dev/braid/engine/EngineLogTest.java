package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Errors and warnings without a listener go to the system logger, which is that of java.util.logging here. */
class EngineLogTest {
    private final TestLog log = new TestLog();

    @AfterEach
    void stopListening() {
        log.close();
    }

    private static EngineBuilder<Job> builder() {
        return BraidEngine.<Job>builder(Job::new)
                .threadingMode(ThreadingMode.INVOKER)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    throw new IllegalStateException("boom");
                }));
    }

    @Test
    void shouldLogErrorsAndWarnings() {
        BraidEngine<Job> engine = builder().start();
        Engines.publish(engine, 0, 0);
        assertThrows(EngineHaltedException.class, engine::close);
        assertEquals(1, log.records.size());
        assertEquals(Level.SEVERE, log.records.get(0).getLevel());
        assertTrue(log.records.get(0).getThrown() instanceof EngineHaltedException);
        EngineLog.warn("careful");
        assertEquals(Level.WARNING, log.records.get(1).getLevel());
        assertEquals("careful", log.records.get(1).getMessage());
    }

    @Test
    void shouldLogWhatTheErrorHandlerThrows() {
        RuntimeException thrown = new RuntimeException("expected in this test");
        BraidEngine<Job> engine = builder()
                .onError(t -> {
                    throw thrown;
                })
                .start();
        Engines.publish(engine, 0, 0);
        assertThrows(EngineHaltedException.class, engine::close);
        assertSame(thrown, log.records.get(0).getThrown());
    }
}
