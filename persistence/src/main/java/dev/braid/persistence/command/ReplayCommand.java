package dev.braid.persistence.command;

import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalException;
import dev.braid.persistence.JournalGroup;
import dev.braid.persistence.JournalReader;
import dev.braid.persistence.Journals;
import dev.braid.persistence.ReadOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.agrona.DirectBuffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid replay}: prints the results in a journal. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {"Prints the results in a journal.", ""},
        footer = {
            "",
            "json prints a result per line: {\"sequence\":0,\"subStream\":3,\"group\":\"gold\",\"outcome\":\"PROCESSED\","
                    + "\"result\":{...}}; with \"payload\" in Base64 instead of \"result\" if it is no JSON object, and "
                    + "with \"reason\" for what failed.",
            "",
            "Exit status: 0 done, 1 the journal is damaged, 2 wrong usage."
        })
final class ReplayCommand implements Callable<Integer> {
    private static final int POLL_LIMIT = 1024;

    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Option(
            names = "--order",
            paramLabel = "sequence|journal",
            description = "In the order in which the records came (default), or in which their results were written.")
    private ReadOrder order = ReadOrder.SEQUENCE;

    @Option(names = "--from-sequence", paramLabel = "N", description = "Only this sequence and those after it.")
    private long fromSequence;

    @Option(names = "--to-sequence", paramLabel = "N", description = "Only this sequence and those before it.")
    private long toSequence = Long.MAX_VALUE;

    @Option(names = "--group", paramLabel = "NAME", description = "Only results of this group.")
    private String group;

    @Option(names = "--sub-stream", paramLabel = "N", description = "Only results of this sub-stream.")
    private Integer subStream;

    @Option(
            names = "--format",
            paramLabel = "json|csv|raw|count",
            description = "json (default); csv, with a header line; raw: what the handlers wrote, a line each, and of "
                    + "what failed the reason; count: only how many results there are.")
    private ReplayFormat format = ReplayFormat.JSON;

    private JournalReader reader;
    private ResultWriter writer;
    private long highest = -1;
    private long inRange;

    /** The output cannot be written; thrown through the reader. */
    private static final class OutputException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final IOException cause;

        OutputException(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    ReplayCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        checkRange();
        JournalArgument.checkJournal(folder);
        try (JournalReader opened = JournalReader.open(folder, order)) {
            reader = opened;
            checkFilters();
            writer = format.writer(console.out());
            replay();
            tellOfMissing();
        } catch (OutputException e) {
            Console.checkOutputFailure(e.cause);
        }
        return BraidCommand.DONE;
    }

    private void checkRange() {
        if (fromSequence < 0) {
            throw new UsageException("--from-sequence " + fromSequence + ": must not be negative");
        }
        if (toSequence < fromSequence) {
            throw new UsageException("--to-sequence " + toSequence + ": must not be below the first, " + fromSequence);
        }
    }

    /** What some segments' groups are may not be known: then nothing can be refused. */
    private void checkFilters() {
        List<List<JournalGroup>> groupsOfSegments = Journals.groups(folder);
        if (groupsOfSegments.isEmpty() || groupsOfSegments.stream().anyMatch(List::isEmpty)) {
            return;
        }
        List<JournalGroup> groups =
                groupsOfSegments.stream().flatMap(List::stream).toList();
        if (group != null && groups.stream().noneMatch(g -> g.name().equals(group))) {
            throw new UsageException("--group " + Texts.quote(group) + ": the journal's groups are "
                    + groups.stream().map(JournalGroup::name).distinct().collect(Collectors.joining(", ")));
        }
        if (subStream != null && groups.stream().noneMatch(g -> g.contains(subStream))) {
            int last = groups.stream()
                    .mapToInt(g -> g.firstSubStream() + g.subStreams() - 1)
                    .max()
                    .orElseThrow();
            throw new UsageException("--sub-stream " + subStream + ": the journal's sub-streams are 0 to " + last);
        }
    }

    private void replay() {
        try {
            while (reader.poll(this::onResult, pollLimit()) > 0) {
                // Go on.
            }
        } catch (JournalException e) {
            write(ResultWriter::flush); // The damage does not take away what was read before it.
            throw e;
        }
        write(ResultWriter::end);
    }

    /** In sequence order, nothing beyond the last one is read, for it may be damaged. */
    private int pollLimit() {
        if (order == ReadOrder.JOURNAL) {
            return POLL_LIMIT;
        }
        return highest >= toSequence ? 0 : 1 + (int) Math.min(POLL_LIMIT - 1, toSequence - (highest + 1));
    }

    private void tellOfMissing() {
        long missing = Math.min(highest, toSequence) - fromSequence + 1 - inRange;
        if (missing > 0) {
            console.err()
                    .println("note: " + missing + " of the sequences have no result: they were in flight when the"
                            + " engine halted or was killed, or still are");
        }
    }

    private interface Write {
        void to(ResultWriter writer) throws IOException;
    }

    private void write(Write write) {
        try {
            write.to(writer);
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    private void onResult(
            long sequence,
            int resultSubStream,
            Outcome outcome,
            long frameTimeNs,
            DirectBuffer buffer,
            int offset,
            int length) {
        highest = Math.max(highest, sequence);
        if (sequence < fromSequence || sequence > toSequence) {
            return;
        }
        inRange++;
        if (subStream != null && resultSubStream != subStream) {
            return;
        }
        String name = nameOfGroup(resultSubStream);
        if (group != null && !group.equals(name)) {
            return;
        }
        write(to -> to.write(sequence, resultSubStream, name, outcome, buffer, offset, length));
    }

    private String nameOfGroup(int resultSubStream) {
        for (JournalGroup candidate : reader.groups()) {
            if (candidate.contains(resultSubStream)) {
                return candidate.name();
            }
        }
        return null;
    }
}
