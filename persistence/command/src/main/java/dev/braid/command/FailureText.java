package dev.braid.command;

import java.io.EOFException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts of exceptions without the names of Java classes: many of Java's exceptions say everything in their name. */
final class FailureText {
    private static final Map<Class<?>, String> REASONS = Map.of(
            AccessDeniedException.class, "permission denied",
            NoSuchFileException.class, "no such file or folder",
            FileAlreadyExistsException.class, "is there already",
            DirectoryNotEmptyException.class, "is not empty",
            NotDirectoryException.class, "is not a folder",
            FileSystemLoopException.class, "links that lead in a circle",
            AtomicMoveNotSupportedException.class, "cannot be moved in one step");

    /** An exception's own text within a message: its class and its message. */
    private static final Pattern CLASS =
            Pattern.compile("\\b(?:[a-z][a-z0-9]*\\.)+([A-Z]\\w*(?:Exception|Error))(: )?");

    private static final Pattern WORD_START = Pattern.compile("(?<=[a-z])(?=[A-Z])");

    private FailureText() {}

    static String of(Throwable t) {
        if (t instanceof FileSystemException e) {
            return e.getFile() == null ? withoutFile(e) : e.getFile() + ": " + withoutFile(e);
        }
        if (t instanceof UncheckedIOException && t.getCause() != null) {
            return of(t.getCause());
        }
        if (t.getMessage() == null || t.getMessage().isBlank()) {
            return t instanceof EOFException
                    ? "it ends too early"
                    : words(t.getClass().getSimpleName());
        }
        String message = withoutClasses(t.getMessage());
        if (!(t.getCause() instanceof FileSystemException cause) || cause.getFile() == null) {
            return message;
        }
        String once = message.replace(cause.getFile() + ": " + cause.getFile(), cause.getFile());
        return cause.getReason() == null ? withReason(once, cause) : once;
    }

    /** Returns a text for a sentence that has already named the file. */
    static String withoutFile(Throwable t) {
        if (!(t instanceof FileSystemException e)) {
            return of(t);
        }
        return e.getReason() != null
                ? e.getReason().toLowerCase(Locale.ROOT)
                : REASONS.getOrDefault(e.getClass(), words(e.getClass().getSimpleName()));
    }

    /** Whether the message of such an exception is the file's name. */
    private static String withReason(String message, FileSystemException cause) {
        String reason = withoutFile(cause);
        return message.contains(reason) ? message : message + ": " + reason;
    }

    /** Returns a message of several exceptions without the names of their classes, and with what these say instead. */
    static String withoutClasses(String message) {
        Matcher matcher = CLASS.matcher(message);
        StringBuilder plain = new StringBuilder();
        String reason = "";
        while (matcher.find()) {
            for (Map.Entry<Class<?>, String> entry : REASONS.entrySet()) {
                if (entry.getKey().getSimpleName().equals(matcher.group(1))) {
                    reason = ": " + entry.getValue();
                }
            }
            matcher.appendReplacement(plain, matcher.group(2) != null ? "" : words(matcher.group(1)));
        }
        return matcher.appendTail(plain).append(reason).toString();
    }

    /** Returns "closed channel" for ClosedChannelException. */
    private static String words(String className) {
        String name = className.replaceAll("(Exception|Error)$", "");
        return name.isEmpty()
                ? "for a reason that is not told"
                : String.join(" ", WORD_START.split(name)).toLowerCase(Locale.ROOT);
    }
}
