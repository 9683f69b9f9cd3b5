package dev.braid.persistence;

import dev.braid.engine.Outcome;
import dev.braid.persistence.FaultyDisk.Operation;
import dev.braid.persistence.TestJournal.Line;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * A JVM of its own that writes a journal until it is killed, and whoever watches it: what it says was acknowledged is
 * noted here, outside of it.
 */
final class Victim implements AutoCloseable {
    /** Where a victim has itself killed, or comes to a stop and waits for it. */
    enum Place {
        /** It goes on until somebody else kills it. */
        NOWHERE,
        /** Before or after any operation on the disk, those of its opening included. */
        OPERATION,
        /** Before or after one on a segment that is not the first. */
        SEGMENT,
        /** Before or after one on the manifest, or on the folder that holds it. */
        MANIFEST,
        /** It stops within a document that is longer than the next one will be, with the lock on the queue. */
        DOCUMENT
    }

    /** Status with which it ends when there is another writer. */
    static final int LOCKED = 3;

    private static final int TIMEOUT_S = 60;
    private static final String ACKNOWLEDGED = "A ";
    private static final String TOLD = "R ";
    private static final String STOPPED = "S ";
    private static final int TORN_LENGTH = 50_000;

    private final Process process;
    private final BufferedReader lines;
    private volatile boolean isLate;
    private long pid = -1;

    /** What it is to do. */
    record Task(Path dir, Durability durability, long segmentSize, long seed, Place place, int nth) {
        List<String> arguments() {
            return List.of(dir.toString(), durability.name(), "" + segmentSize, "" + seed, place.name(), "" + nth);
        }

        static Task of(String... args) {
            return new Task(
                    Path.of(args[0]),
                    Durability.valueOf(args[1]),
                    Long.parseLong(args[2]),
                    Long.parseLong(args[3]),
                    Place.valueOf(args[4]),
                    Integer.parseInt(args[5]));
        }
    }

    /** @param launcher in front of the java command. */
    Victim(List<String> launcher, Task task) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                Arrays.asList(System.getProperty("braid.jvm.flags").strip().split("\\s+")));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx256m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Victim.class.getName()));
        command.addAll(task.arguments());
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        lines = process.inputReader();
        CompletableFuture.delayedExecutor(TIMEOUT_S, TimeUnit.SECONDS).execute(() -> {
            isLate = process.isAlive();
            process.destroyForcibly();
        });
    }

    /** Kills it once it has acknowledged so often, or stopped, or killed itself. */
    void kill(Ledger ledger, int acknowledgements) throws IOException, InterruptedException {
        int count = 0;
        String line;
        while ((line = lines.readLine()) != null) { // What it had said when it was killed is read, too.
            if (line.startsWith(ACKNOWLEDGED)) {
                ledger.acknowledge(Long.parseLong(line.substring(ACKNOWLEDGED.length())));
                count++;
            } else if (line.startsWith(TOLD)) {
                ledger.told(Long.parseLong(line.substring(TOLD.length())));
            } else if (line.startsWith(STOPPED)) {
                pid = Long.parseLong(line.substring(STOPPED.length()));
                count = acknowledgements;
            }
            if (count >= acknowledgements) {
                process.toHandle().destroyForcibly(); // Its output can still be read then.
            }
        }
        process.waitFor();
        if (isLate) {
            throw new AssertionError("the writer did neither acknowledge, stop nor end within " + TIMEOUT_S + " s");
        }
    }

    /** Its process id as it sees it, when it has stopped. */
    long pid() {
        return pid;
    }

    /** The status with which it ended: 137 if it was killed. */
    int status() {
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The program. */
    public static void main(String[] args) throws Exception {
        Task task = Task.of(args);
        Random random = new Random(task.seed());
        try (JournalWriter<Line> writer = JournalWriter.builder(task.dir(), TestJournal.CODEC)
                .durability(task.durability())
                .segmentSize(task.segmentSize())
                .disk(new FaultyDisk(new KillAt(task.place(), task.nth())))
                .onDurable(new Announcer())
                .open()) {
            writer.begin();
            long next = writer.nextSequence();
            for (int batches = 0; task.place() != Place.DOCUMENT || batches < task.nth(); batches++) {
                int count = 1 + random.nextInt(40);
                Ledger.write(writer, next, next + count, count);
                next += count;
            }
            stopWithinADocument(task.dir());
        } catch (JournalLockedException e) {
            System.exit(LOCKED);
        }
    }

    /** Says each time how far it is, and at first of each result. */
    private static final class Announcer implements DurableResultListener {
        private final StringBuilder results = new StringBuilder();

        @Override
        public void onResult(long sequence, int subStream, Outcome outcome) {
            results.append(TOLD).append(sequence).append('\n');
        }

        @Override
        public void onDurable(long sequence) {
            System.out.print(results);
            results.setLength(0);
            System.out.println(ACKNOWLEDGED + sequence);
        }
    }

    private static void stopWithinADocument(Path dir) {
        List<JournalFolder.Segment> segments = JournalFolder.segments(dir);
        Path folder = segments.stream()
                .filter(segment -> !TestJournal.frames(dir, segment.number()).isEmpty())
                .reduce((first, second) -> second)
                .orElseThrow()
                .folder();
        SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(folder)
                .rollCycle(LargeRollCycles.LARGE_DAILY)
                .timeProvider(() -> 0L)
                .build();
        ExcerptAppender appender = queue.createAppender();
        DocumentContext document = appender.writingDocument();
        for (int i = 0; i < TORN_LENGTH; i++) {
            document.wire().bytes().writeByte((byte) 'x');
        }
        System.out.println(STOPPED + ProcessHandle.current().pid());
        waitForTheEnd();
    }

    private static void waitForTheEnd() {
        while (true) {
            LockSupport.park();
        }
    }

    /** Kills its own process at an operation. */
    private record KillAt(Place place, int nth, int[] count) implements FaultyDisk.Script {
        KillAt(Place place, int nth) {
            this(place, nth, new int[1]);
        }

        @Override
        public void before(Operation operation) {
            killIfMet(operation);
        }

        @Override
        public void after(Operation operation) {
            killIfMet(operation);
        }

        private synchronized void killIfMet(Operation operation) {
            if (isMeant(operation) && count[0]++ == nth) {
                try {
                    new ProcessBuilder(
                                    "kill", "-9", "" + ProcessHandle.current().pid())
                            .start();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                waitForTheEnd();
            }
        }

        private boolean isMeant(Operation operation) {
            return switch (place) {
                case OPERATION -> true;
                case SEGMENT -> operation.isOf("segment-") && !operation.isOf("segment-0000000000");
                case MANIFEST -> !operation.isOf("segment-") && operation.kind() != FaultyDisk.Kind.USABLE;
                case NOWHERE, DOCUMENT -> false;
            };
        }
    }
}
