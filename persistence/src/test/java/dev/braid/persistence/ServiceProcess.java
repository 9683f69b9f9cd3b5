package dev.braid.persistence;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.MergeOrder;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A JVM of its own with a service whose handlers keep state: it takes snapshots, gives up what it does not need any more, and
 * has an input journal in the journal's folder. It runs until it is killed, and says on each line what the low watermark is.
 */
public final class ServiceProcess {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};
    private static final long SEGMENT_SIZE = 64 << 10;
    private static final int SNAPSHOT_EVERY = 500;
    private static final int RETAIN_EVERY = 2_000;

    private ServiceProcess() {}

    static Path input(Path dir) {
        return dir.resolve(InputCheck.USUAL_FOLDER);
    }

    static Process start(Path dir) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                Arrays.asList(System.getProperty("braid.jvm.flags").strip().split("\\s+")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ServiceProcess.class.getName()));
        command.add(dir.toString());
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Goes on with it until so many records have results; returns how many were fed. */
    static long run(Path dir, long records, boolean isTold) {
        try (JournalWriter<Tx> journal = JournalWriter.builder(dir, Restarts.CODEC)
                        .groups(Restarts.groups(NOTHING))
                        .segmentSize(SEGMENT_SIZE)
                        .unfinished(Unfinished.RESEND)
                        .open();
                InputJournal<Tx> input = InputJournal.open(
                        JournalWriter.builder(input(dir), Restarts.CODEC).segmentSize(SEGMENT_SIZE), journal);
                HandlerStates<Tx> states = HandlerStates.builder(journal, Restarts.groups(NOTHING), Tx::new)
                        .partitioner(Restarts::subStreamOf)
                        .snapshotEvery(SNAPSHOT_EVERY)
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 1, NOTHING)
                        .groups(states.groups())
                        .resumeAt(journal.resumePoint())
                        .ingest(input)
                        .merge(journal)
                        .start()) {
            long fed = input.feed(engine);
            for (long n = input.nextSequence(); n < records; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
                if (isTold && n % RETAIN_EVERY == 0) {
                    JournalRetention.of(dir)
                            .below(Math.max(0, journal.lowWatermark()))
                            .apply();
                    System.out.println(journal.lowWatermark());
                }
            }
            return fed;
        }
    }

    /** The program. */
    public static void main(String[] args) {
        run(Path.of(args[0]), Long.MAX_VALUE, true);
    }
}
