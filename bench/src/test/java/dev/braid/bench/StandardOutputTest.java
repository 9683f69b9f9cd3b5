package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
    private static String problemOf(String message) {
        StandardOutput output = new StandardOutput(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        });
        new PrintStream(output, true).println("help");
        return output.problem();
    }

    @Test
    void shouldTellWhatPrintStreamsSwallow() {
        assertEquals("cannot write results: No space left on device", problemOf("No space left on device"));
        assertEquals("cannot write results: null", problemOf(null));
        assertNull(problemOf("Broken pipe"), "whoever reads it has had enough");
        assertNull(new StandardOutput(OutputStream.nullOutputStream()).problem());
    }
}
