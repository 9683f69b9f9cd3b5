package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.braid.persistence.JournalException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

/** What failed is told without the names of Java's classes. */
class FailureTextTest {
    @Test
    void shouldTellWhatWasTriedOnWhat() {
        assertEquals("/x: permission denied", FailureText.of(new AccessDeniedException("/x")));
        assertEquals("/x: no such file or folder", FailureText.of(new NoSuchFileException("/x")));
        assertEquals("/x: is there already", FailureText.of(new FileAlreadyExistsException("/x")));
        assertEquals("/x: is not empty", FailureText.of(new DirectoryNotEmptyException("/x")));
        assertEquals("/x: is not a folder", FailureText.of(new NotDirectoryException("/x")));
        assertEquals(
                "/x: no space left on device",
                FailureText.of(new FileSystemException("/x", null, "No space left on device")));
        assertEquals("permission denied", FailureText.withoutFile(new AccessDeniedException("/x")));
        assertEquals("it ends too early", FailureText.of(new EOFException()));
        assertEquals("closed channel", FailureText.of(new ClosedChannelException()));
        assertEquals("too bad", FailureText.of(new UncheckedIOException(new IOException("too bad"))));
    }

    @Test
    void shouldTellTheReasonOfACauseThatNamesTheFileAlone() {
        IOException denied = new AccessDeniedException("/x");
        assertEquals(
                "cannot list /x: permission denied",
                FailureText.of(new JournalException("cannot list /x: /x", denied)));
        assertEquals(
                "cannot list /x: permission denied",
                FailureText.of(new JournalException("cannot list /x: permission denied", denied)));
    }

    @Test
    void shouldLeaveOutClassesWithinMessages() {
        assertEquals(
                "stopped by /x: permission denied",
                FailureText.of(new IOException("stopped by " + new AccessDeniedException("/x"))));
        assertEquals("stopped by too bad", FailureText.of(new IOException("stopped by " + new IOException("too bad"))));
        assertEquals(
                "stopped by closed channel",
                FailureText.of(new IOException("stopped by " + new ClosedChannelException())));
    }
}
