package dev.braid.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that knows no locks, as one of the network may be: each attempt to lock a file fails with ENOLCK. */
class NoLocksTest {
    private static final int TIMEOUT_S = 60;
    private static final String WITHOUT_LOCKS = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <fcntl.h>
            #include <stdarg.h>

            static int without_locks(const char *name, int file, int command, void *argument) {
                if (command == F_SETLK || command == F_SETLKW || command == F_GETLK) {
                    errno = ENOLCK;
                    return -1;
                }
                return ((int (*)(int, int, void *)) dlsym(RTLD_NEXT, name))(file, command, argument);
            }

            #define DEFINE(name) int name(int file, int command, ...) { \\
                va_list arguments; \\
                va_start(arguments, command); \\
                void *argument = va_arg(arguments, void *); \\
                va_end(arguments); \\
                return without_locks(#name, file, command, argument); \\
            }
            DEFINE(fcntl)
            DEFINE(fcntl64)
            """;

    @TempDir
    private Path folder;

    /** A library that takes the locks away from the process that loads it. */
    private Path library() throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("without-locks.c"), WITHOUT_LOCKS);
        Path library = folder.resolve("without-locks.so");
        try {
            Process compiler = new ProcessBuilder(
                            "gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("compiler").toFile())
                    .start();
            assumeTrue(
                    compiler.waitFor(TIMEOUT_S, TimeUnit.SECONDS) && compiler.exitValue() == 0,
                    "locks cannot be taken away here: it needs Linux and a compiler of C");
        } catch (IOException e) {
            assumeTrue(false, "locks cannot be taken away here: there is no compiler of C");
        }
        return library;
    }

    private int status(Path library, String... args) throws IOException, InterruptedException {
        ProcessBuilder builder = BraidProcess.builder(folder, args);
        builder.environment().put("LD_PRELOAD", library.toString());
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), () -> String.join(" ", args) + " takes too long");
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue();
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    @Test
    void shouldNotBeNeededToRead() throws IOException, InterruptedException {
        Path library = library();
        Path journal = folder.resolve("journal");
        Path input = Files.writeString(folder.resolve("in.csv"), "k,n\na,1\nb,2\n");
        String dir = journal.toString();
        Braid run = Braid.run("run", "--journal", dir, "--input", input.toString(), "--key", "k", "--sum", "n");
        assertEquals(0, run.status(), run.err());

        String[][] verbs = {
            {"journal", "describe", dir},
            {"journal", "verify", dir},
            {"journal", "recovery-plan", dir},
            {"journal", "compare", dir, dir},
            {"journal", "dump", dir},
            {"replay", dir, "--format", "count"}
        };
        for (String[] verb : verbs) {
            assertEquals(
                    0, status(library, verb), () -> String.join(" ", verb) + " of which it says: " + errUnchecked());
            boolean hasLease = List.of("dump", dir).contains(verb[1]);
            assertEquals(
                    hasLease, err().contains("note: NO_LEASE"), () -> String.join(" ", verb) + ": " + errUnchecked());
        }
        assertEquals(1, status(library, "journal", "retain", dir, "--below", "1"));
        assertTrue(err().contains("No locks available"), err());
    }

    private String errUnchecked() {
        try {
            return err();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
