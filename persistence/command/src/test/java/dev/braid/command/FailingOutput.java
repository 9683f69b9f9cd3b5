package dev.braid.command;

import java.io.IOException;
import java.io.OutputStream;

/** Output that cannot be written. */
public final class FailingOutput extends OutputStream {
    private final String message;

    /** @param message as the system's. */
    public FailingOutput(String message) {
        this.message = message;
    }

    @Override
    public void write(int b) throws IOException {
        throw new IOException(message);
    }
}
