package dev.braid.command.input;

import java.io.IOException;

/** Behind the end of an input, which is whole, there are bytes that do not belong to it. */
final class TrailingBytesException extends IOException {
    private static final long serialVersionUID = 1L;

    TrailingBytesException(String message) {
        super(message);
    }
}
