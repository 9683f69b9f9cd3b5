package dev.braid.command.journal;

import dev.braid.persistence.JournalFrames;
import dev.braid.persistence.JournalProblem;
import java.io.IOException;

/** Writes frames for {@code dump}. What cannot be written is an {@link IOException} or an {@code OutputException}. */
interface FrameWriter extends AutoCloseable {
    /** @param frames stands on the frame. */
    void write(JournalFrames.Header header, JournalFrames frames) throws IOException;

    /**
     * Shows what stands where a problem is.
     *
     * @param end in the file: what stands there is shown otherwise.
     * @return {@code false} if there is nothing to show.
     */
    boolean write(JournalProblem problem, long end, JournalFrames frames) throws IOException;

    /** Writes what was held back. */
    @Override
    void close() throws IOException;
}
