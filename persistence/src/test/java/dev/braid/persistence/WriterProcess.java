package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.CODEC;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.MergeOrder;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A JVM of its own that writes a journal until it is killed, and says on each line what the low watermark is. If its journal is
 * taken from it, it ends with status {@value #OVERTAKEN}.
 */
public final class WriterProcess {
    static final int OVERTAKEN = 3;

    private WriterProcess() {}

    static Process start(Path dir) throws IOException {
        return start(dir, JournalWriterBuilder.DEFAULT_SEGMENT_SIZE);
    }

    /** @param segmentSize of the journal. */
    public static Process start(Path dir, long segmentSize) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                Arrays.asList(System.getProperty("braid.jvm.flags").strip().split("\\s+")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WriterProcess.class.getName()));
        command.addAll(List.of(dir.toString(), Long.toString(segmentSize)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The program. */
    public static void main(String[] args) {
        try (JournalWriter<Line> journal = JournalWriter.builder(Path.of(args[0]), CODEC)
                        .segmentSize(Long.parseLong(args[1]))
                        .open();
                BraidEngine<Line> engine = BraidEngine.<Line>builder(Line::new)
                        .group(HandlerGroup.named("gold").weight(8).subStreams(1, subStream ->
                                (line, sequence, endOfBatch) -> {}))
                        .group(HandlerGroup.named("bronze").weight(1).subStreams(2, subStream ->
                                (line, sequence, endOfBatch) -> {}))
                        .partitioner(line -> line.text.length() % 3)
                        .mergeOrder(MergeOrder.SEQUENCE)
                        .merge(journal)
                        .onError(t -> {}) // It comes out of publish.
                        .firstSequence(journal.nextSequence())
                        .start()) {
            System.out.println(journal.lowWatermark());
            for (long i = 0; ; i++) {
                engine.ingress().publish((line, sequence) -> line.text = TestJournal.text(sequence));
                if (i % 1000 == 0) {
                    System.out.println(journal.lowWatermark());
                }
            }
        } catch (EngineHaltedException e) {
            if (!isOvertaken(e)) {
                throw e;
            }
            System.exit(OVERTAKEN);
        }
    }

    private static boolean isOvertaken(Throwable thrown) {
        return thrown != null && (thrown instanceof JournalLockedException || isOvertaken(thrown.getCause()));
    }
}
