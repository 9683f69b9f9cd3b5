package dev.braid.command.input;

import java.io.IOException;

/**
 * Divides the input into records. Malformed input becomes a record with a reason, never an exception.
 * <p>
 * Finding the next record and parsing it are two steps: a record is claimed from the engine in between, once it is known that
 * there is one.
 */
public interface RecordSource {
    /**
     * Goes to the next record.
     *
     * @return whether there is one.
     * @throws IOException if the input cannot be read.
     */
    boolean next() throws IOException;

    /** Parses the present record. */
    void fill(KeyedRecord record);
}
