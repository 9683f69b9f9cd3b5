package dev.braid.command.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalWriter;
import dev.braid.persistence.RecordCodec;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code replay --state-at} on a journal that {@code run} has not written. */
class StateAtCommandTest {
    private static final RecordCodec<byte[]> RAW = new RecordCodec<>() {
        @Override
        public int encode(byte[] record, MutableDirectBuffer buffer, int offset) {
            buffer.putBytes(offset, record);
            return record.length;
        }

        @Override
        public void decode(byte[] record, DirectBuffer buffer, int offset, int length) {
            buffer.getBytes(offset, record);
        }
    };

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "{\"key\":\"a\"}",
                "{\"key\":\"a\",\"count\":1}",
                "{\"key\":\"\u0001\u0007\",\"count\":1,\"sums\":{",
                "\u0000\u0001\u0002\u001b[31m\u0007"
            })
    void shouldSayThatAJournalIsOfAnotherCodec(String payload) {
        Path journal = folder.resolve("journal");
        try (JournalWriter<byte[]> writer = JournalWriter.builder(journal, RAW).open()) {
            writer.onStart();
            writer.onResult(payload.getBytes(), 0, 0, Outcome.PROCESSED, null);
            writer.onBatchEnd(0);
            writer.onShutdown();
        }
        for (String format : new String[] {"json", "csv"}) {
            Braid state = Braid.run("replay", journal.toString(), "--state-at", "0", "--format", format);

            assertEquals(1, state.status(), state.err());
            assertEquals("", state.text());
            assertTrue(state.err().contains("is of another codec: of sequence 0"), state.err());
            assertFalse(
                    state.err().chars().anyMatch(c -> c < ' ' && c != '\n'),
                    () -> Arrays.toString(state.err().toCharArray()));
        }
    }
}
