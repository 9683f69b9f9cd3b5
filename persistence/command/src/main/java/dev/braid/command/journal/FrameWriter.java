package dev.braid.command.journal;

import dev.braid.persistence.JournalFrames;
import dev.braid.persistence.JournalProblem;
import java.io.IOException;

/** Writes frames for {@code dump}. A failure to write throws an {@link IOException} or an {@code OutputException}. */
interface FrameWriter extends AutoCloseable {
    /** @param frames positioned at the frame. */
    void write(JournalFrames.Header header, JournalFrames frames) throws IOException;

    /**
     * Shows the bytes at the place of a problem.
     *
     * @param end in the file: the bytes from there on are shown otherwise.
     * @return {@code false} if there is nothing to show.
     */
    boolean write(JournalProblem problem, long end, JournalFrames frames) throws IOException;

    /** Writes everything that was held back. */
    @Override
    void close() throws IOException;
}
