package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nobody has asked for goes to the system logger, which is that of java.util.logging here. */
class EngineLogTest {
    private final Logger logger = Logger.getLogger("dev.braid.engine");
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void unlisten() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
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
        assertEquals(1, records.size());
        assertEquals(Level.SEVERE, records.get(0).getLevel());
        assertTrue(records.get(0).getThrown() instanceof EngineHaltedException);
        EngineLog.warn("careful");
        assertEquals(Level.WARNING, records.get(1).getLevel());
        assertEquals("careful", records.get(1).getMessage());
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
        assertSame(thrown, records.get(0).getThrown());
    }
}
