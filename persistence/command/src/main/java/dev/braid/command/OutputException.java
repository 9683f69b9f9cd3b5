package dev.braid.command;

import java.io.IOException;

/** The output cannot be written. Carries this failure through callbacks that know nothing of output. */
public final class OutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutputException(IOException cause) {
        super(cause);
    }

    @Override
    public synchronized IOException getCause() {
        return (IOException) super.getCause();
    }
}
