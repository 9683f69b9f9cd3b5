package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.HandlerGroup;
import dev.braid.persistence.TestJournal.Line;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Single faults that were seen, each with what must be true. */
class SmallFaultsTest {
    private static final long TIMEOUT_S = 60;
    private static final int DEPLOYMENTS = 4;

    @TempDir
    Path temporary;

    private Path dir() {
        return temporary.resolve("journal");
    }

    @Test
    void shouldSayThatTheManifestIsMissingIfItIsDeletedUnderAWriterAndLoseNothing() throws IOException {
        JournalWriter<Line> writer = open(dir());
        writer.begin();
        putAll(writer, 1, 0, 1, 2);
        Files.delete(dir().resolve(ManifestFile.NAME));
        writer.onShutdown();

        JournalException e = assertThrows(JournalException.class, writer::close);
        assertTrue(e.getMessage().contains("the manifest: it is missing"), e::getMessage);

        open(dir()).close();
        assertEquals(List.of(0L, 1L, 2L), sequences(read(dir(), ReadOrder.SEQUENCE)));
    }

    /** What a listener throws ends the reading: it is reported once, and not taken for what the manifest says. */
    @ParameterizedTest
    @EnumSource(ReadOrder.class)
    void shouldReadNothingFromAJournalWithoutAManifestWhereNoDamageIsPassedOver(ReadOrder order) throws IOException {
        try (JournalWriter<Line> writer = open(dir())) {
            writer.begin();
            putAll(writer, 1, 0, 1, 2);
            writer.onShutdown();
        }
        Files.delete(dir().resolve(ManifestFile.NAME));
        List<JournalProblem> reported = new ArrayList<>();

        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> JournalReader.builder(dir())
                .order(order)
                .onProblem(problem -> {
                    reported.add(problem);
                    ProblemListener.STRICT.onProblem(problem);
                })
                .open()
                .close());

        assertEquals(ProblemKind.BAD_MANIFEST, e.problem().kind());
        assertEquals(List.of(e.problem()), reported);
    }

    @Test
    void shouldNotCallAFolderGoodThatHasOnlyALock() throws IOException {
        Files.createDirectories(dir().resolve(SnapshotFile.FOLDER));
        Files.createFile(dir().resolve(JournalLock.FILE_NAME));

        JournalException e = assertThrows(JournalException.class, () -> verify(dir()));
        assertEquals(
                "there is no journal at " + dir() + ": it has a lock, but neither a manifest nor segments",
                e.getMessage());
    }

    @Test
    void shouldKeepTheGroupsInASalvageThoughTheFirstHeadIsLost() throws IOException {
        List<JournalGroup> groups = List.of(new JournalGroup("gold", 8, 0, 4));
        for (int run = 0; run < 2; run++) {
            try (JournalWriter<Line> writer = JournalWriter.builder(dir(), CODEC)
                    .groups(List.of(HandlerGroup.named("gold").weight(8).<Line>subStreams(4, subStream ->
                            (line, sequence, endOfBatch) -> {})))
                    .open()) {
                writer.begin();
                putAll(writer, 1, 2L * run, 2L * run + 1);
                writer.onShutdown();
            }
        }
        TestJournal.Frame head = frames(dir(), 0).get(0);
        writeBytes(dataFile(dir(), 0), head.offset(), new byte[head.length()]);

        Path target = temporary.resolve("new");
        assertEquals(4, Journals.salvage(dir(), target, NO_PROGRESS).results());
        assertEquals(groups, Journals.groups(target).get(0));
    }

    /** What a redeployed application does. */
    public static final class Deployed implements Runnable {
        private final Path dir;

        /** @param dir for a journal. */
        public Deployed(Path dir) {
            this.dir = dir;
        }

        @Override
        public void run() {
            writeRun(dir, 1, 0, 1, 2);
            assertEquals(3, read(dir, ReadOrder.SEQUENCE).size());
        }
    }

    /** JDK 17 keeps the last class loader whose records were compared (JDK-8078641), and no others. */
    @Test
    void shouldLetGoOfItsClassLoaderWhenTheLastJournalIsClosed() throws Exception {
        int threads = Thread.activeCount();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < DEPLOYMENTS; i++) {
            loaders.add(deploy(temporary.resolve("journal-" + i)));
        }

        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (loaders.stream().filter(loader -> loader.get() != null).count() > 1) {
            System.gc();
            assertTrue(System.nanoTime() < deadlineNs, "class loaders were not let go within " + TIMEOUT_S + " s");
        }
        assertTrue(
                Thread.activeCount() <= threads,
                () -> Thread.getAllStackTraces().keySet() + " are left");
    }

    private WeakReference<ClassLoader> deploy(Path dir) throws Exception {
        String[] parts = System.getProperty("java.class.path").split(File.pathSeparator);
        URL[] urls = new URL[parts.length];
        for (int i = 0; i < parts.length; i++) {
            urls[i] = Path.of(parts[i]).toUri().toURL();
        }
        try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            Class<?> deployed = loader.loadClass(Deployed.class.getName());
            ((Runnable) deployed.getConstructor(Path.class).newInstance(dir)).run();
            return new WeakReference<>(loader);
        }
    }
}
