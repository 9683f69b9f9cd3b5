package dev.braid.command.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.TestFolders;
import dev.braid.engine.TestSeed;
import dev.braid.persistence.Journals;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is damaged: what {@code recovery-plan} says is what {@code run --resume} does. */
class PlanAndStartTest {
    private static final int ROUNDS = 120;
    private static final int RECORDS = 400;
    private static final int PAGE = 4096;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final String HEADER = "k,n\n";

    @TempDir
    private Path folder;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private static String[] resume(Path journal) {
        return new String[] {
            "run",
            "--resume",
            "--journal",
            journal.toString(),
            "--input",
            "-",
            "--format",
            "csv",
            "--key",
            "k",
            "--sum",
            "n",
            "--snapshot-every",
            "100"
        };
    }

    /** A journal of two runs, of which the second was killed. */
    private Path killed() throws IOException {
        Path living = folder.resolve("living");
        StringBuilder lines = new StringBuilder(HEADER);
        for (int i = 0; i < RECORDS; i++) {
            lines.append(i % 7).append(',').append(i).append('\n');
        }
        Braid first = Braid.withInput(lines.toString(), resume(living));
        assertEquals(0, first.status(), first.err());
        Path killed = folder.resolve("killed");
        InputStream copying = new InputStream() {
            @Override
            public int read() {
                copyOnceJournaled(living, killed);
                return -1;
            }
        };
        InputStream input = new SequenceInputStream(
                new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)), copying);
        Braid second = Braid.withInput(input, resume(living));
        assertEquals(0, second.status(), second.err());
        return killed;
    }

    private static void copyOnceJournaled(Path living, Path killed) {
        long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (Journals.describe(living).results() < 2 * RECORDS) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "no " + 2 * RECORDS + " results in the journal in 60 s");
            Thread.onSpinWait();
        }
        try {
            if (!Files.exists(killed)) {
                TestFolders.copy(living, killed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> in(Path journal, boolean files) throws IOException {
        try (Stream<Path> paths = Files.walk(journal)) {
            return paths.filter(path -> !path.equals(journal) && Files.isRegularFile(path) == files)
                    .sorted()
                    .toList();
        }
    }

    private static Path any(List<Path> paths, Random random) {
        return paths.get(random.nextInt(paths.size()));
    }

    /** Returns what was done. */
    private static String damage(Path journal, Random random) throws IOException {
        Path file = any(in(journal, true), random);
        long length = Files.size(file);
        long offset = length == 0 ? 0 : random.nextLong(length);
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                if (length > 0) {
                    flip(file, offset, random.nextInt(8));
                }
                return "bit flipped at " + offset + " of " + file;
            }
            case 2 -> {
                Path data = any(
                        in(journal, true).stream()
                                .filter(path -> path.toString().endsWith(".cq4"))
                                .toList(),
                        random);
                long used = lastByte(data);
                long first = used > 0x8_0000 ? 0x8_0000 : 0; // Or it was cut off before the first frame.
                offset = first + random.nextLong(Math.max(1, used - first));
                if (used > 0) {
                    flip(data, offset, random.nextInt(8));
                }
                return "bit flipped at " + offset + " of " + data + ", which is used up to " + used;
            }
            case 3 -> {
                write(file, offset / PAGE * PAGE, new byte[(int) Math.min(PAGE, length - offset / PAGE * PAGE)]);
                return "page zeroed at " + offset + " of " + file;
            }
            case 4 -> {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(offset);
                }
                return file + " cut to " + offset;
            }
            case 5 -> {
                Files.delete(file);
                return file + " deleted";
            }
            case 6 -> {
                Path gone = any(in(journal, false), random);
                IoUtil.delete(gone.toFile(), false);
                return gone + " deleted";
            }
            default -> {
                Path moved = any(in(journal, false), random);
                Path to = journal.resolve(random.nextBoolean() ? "segment-0000000099" : "segment-0000000002");
                if (!Files.exists(to)) {
                    Files.move(moved, to);
                }
                return moved + " moved to " + to;
            }
        }
    }

    private static void flip(Path file, long offset, int bit) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) offset] ^= (byte) (1 << bit);
        Files.write(file, bytes);
    }

    private static long lastByte(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int last = bytes.length;
        while (last > 0 && bytes[last - 1] == 0) {
            last--;
        }
        return last;
    }

    private static void write(Path file, long offset, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }

    @Test
    void shouldAgreeWhateverIsDamaged() throws IOException {
        Random random = seed.random();
        Path killed = killed();
        int refused = 0;
        List<String> differences = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            Path journal =
                    Files.createDirectory(folder.resolve("round-" + round)).resolve("journal");
            TestFolders.copy(killed, journal);
            String what = "";
            for (int i = 1 + random.nextInt(2); i > 0 && !in(journal, false).isEmpty(); i--) {
                what += damage(journal, random) + "; ";
            }
            Braid plan = Braid.run("journal", "recovery-plan", journal.toString());
            Braid start = Braid.withInput(HEADER, resume(journal));
            refused += plan.status() == 1 ? 1 : 0;
            if (!isAgreed(plan, start)) {
                differences.add(what + "\nplan " + plan.status() + ": " + plan.text() + plan.err() + "\nstart "
                        + start.status() + ": " + start.err());
            }
            IoUtil.delete(journal.getParent().toFile(), false);
        }
        assertTrue(differences.isEmpty(), () -> String.join("\n\n", differences));
        assertTrue(refused > 0 && refused < ROUNDS, refused + " of " + ROUNDS + " were refused");
    }

    private static boolean isAgreed(Braid plan, Braid start) {
        boolean isOneJournal = plan.status() != 2; // A folder in which nothing is left can be begun anew.
        if (!isOneJournal) {
            return start.status() == 0 || start.status() == 2;
        }
        if (plan.status() != start.status() || start.err().contains("\tat ")) {
            return false;
        }
        return plan.lines().stream()
                .filter(line -> line.startsWith("refused: "))
                .allMatch(line -> start.err().contains(line.substring("refused: ".length())));
    }
}
