package dev.braid.command.journal;

import dev.braid.command.BuildVersion;
import dev.braid.command.CodecOptions;
import dev.braid.command.CodecText;
import dev.braid.command.Console;
import dev.braid.command.ExitStatus;
import dev.braid.command.JournalArgument;
import dev.braid.command.OutputException;
import dev.braid.command.Problems;
import dev.braid.command.UsageException;
import dev.braid.persistence.JournalFrames;
import dev.braid.persistence.JournalProblem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.agrona.collections.MutableLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid journal dump}: prints the frames of a journal, as they are in its files. */
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {"Prints the frames of a journal as they stand in its files, over damage, too.", ""},
        footer = {
            "",
            "A hex dump shows what is damaged, too, and marks it: up to the next good frame, 64 KiB at most.",
            "JSON has a good frame per line, with its results as replay prints them. The bytes of frames are explained in "
                    + "persistence/FORMAT.md.",
            "",
            "Exit status: 0 done, 1 there is damage, 2 wrong usage.",
            "",
            "Examples:",
            "  DIR --segment 0 --limit 3",
            "  DIR --from-sequence 1000 --to-sequence 1009 --json",
            "  DIR --codec com.example.OrderCodec --class-path orders.jar"
        })
final class DumpCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Option(names = "--json", description = "JSON, as with a codec. By default a hex dump.")
    private boolean json;

    @Mixin
    private CodecOptions codec;

    @Option(names = "--segment", paramLabel = "N", description = "Only this segment.")
    private Long segment;

    @Option(names = "--frame", paramLabel = "N", description = "With --segment: from this frame on.")
    private Long firstFrame;

    @Option(
            names = "--from-sequence",
            paramLabel = "N",
            description = "Only frames with this sequence or one after it.")
    private Long fromSequence;

    @Option(names = "--to-sequence", paramLabel = "N", description = "Only frames with this sequence or one before it.")
    private Long toSequence;

    @Option(names = "--limit", paramLabel = "N", description = "So many frames at most.")
    private long limit = Long.MAX_VALUE;

    private final List<JournalProblem> passedOver = new ArrayList<>();
    private long printed;
    private long damages;

    DumpCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        checkRange();
        JournalArgument.checkJournal(folder);
        CodecText codecText = codec.load();
        try (JournalFrames frames = JournalFrames.open(folder, this::onProblem)) {
            goToStart(frames);
            boolean asJson = json || codecText != null;
            OutputStream out =
                    new BufferedOutputStream(asJson ? console.jsonOut() : console.out(), Console.BUFFER_SIZE);
            try (FrameWriter writer = asJson ? new JsonFrames(out, codecText, first(), last()) : new HexFrames(out)) {
                print(frames, writer);
            }
        } catch (OutputException e) {
            Console.checkOutputFailure(e.getCause());
        } catch (IOException e) {
            Console.checkOutputFailure(e);
        }
        return damages == 0 ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private void checkRange() {
        if (firstFrame != null && segment == null) {
            throw new UsageException("--frame " + firstFrame + ": there must be a --segment");
        }
        checkNotNegative("--segment", segment);
        checkNotNegative("--frame", firstFrame);
        checkNotNegative("--from-sequence", fromSequence);
        checkNotNegative("--to-sequence", toSequence);
        checkNotNegative("--limit", limit);
        if (last() < first()) {
            throw new UsageException("--to-sequence " + toSequence + ": must not be below the first, " + first());
        }
    }

    private static void checkNotNegative(String option, Long value) {
        if (value != null && value < 0) {
            throw new UsageException(option + " " + value + ": must not be negative");
        }
    }

    private long first() {
        return fromSequence == null ? 0 : fromSequence;
    }

    private long last() {
        return toSequence == null ? Long.MAX_VALUE : toSequence;
    }

    private void goToStart(JournalFrames frames) {
        if (segment != null) {
            try {
                frames.fromSegment(segment);
            } catch (IllegalArgumentException e) {
                throw new UsageException("--segment " + segment + ": " + e.getMessage());
            }
        } else if (fromSequence != null) {
            frames.fromSequence(fromSequence);
        }
    }

    private void print(JournalFrames frames, FrameWriter writer) throws IOException {
        while (printed < limit) {
            JournalFrames.Header header = frames.next() ? frames.header() : null;
            printPassedOver(frames, header, writer);
            if (header == null || !isInSegment(header.place().segment())) {
                break;
            }
            if (printed < limit && isInRange(frames, header)) {
                writer.write(header, frames);
                printed++;
            }
            if (header.lowWatermark() >= last()) {
                break;
            }
        }
    }

    /** Prints the problems that were found on the way to a frame, except those of the frame itself. */
    private void printPassedOver(JournalFrames frames, JournalFrames.Header next, FrameWriter writer)
            throws IOException {
        for (int i = 0; i < passedOver.size(); i++) {
            JournalProblem problem = passedOver.get(i);
            JournalProblem following = i + 1 < passedOver.size() ? passedOver.get(i + 1) : null;
            long end = following != null && problem.segment().equals(following.segment())
                    ? following.fileOffset().orElseThrow()
                    : Long.MAX_VALUE;
            boolean isNext = next != null
                    && problem.segment().orElseThrow().equals(next.place().segment())
                    && problem.fileOffset().orElseThrow() == next.place().fileOffset();
            if (!isNext
                    && end > problem.fileOffset().orElseThrow()
                    && printed < limit
                    && isInRange(problem)
                    && writer.write(problem, end, frames)) {
                printed++;
            }
        }
        passedOver.clear();
    }

    private boolean isInSegment(String name) {
        return segment == null || name.equals(JournalFrames.segmentName(segment));
    }

    /** Whether a problem may concern the range: the sequences of a damaged frame are not always known. */
    private boolean isInRange(JournalProblem problem) {
        return isInSegment(problem.segment().orElseThrow())
                && (firstFrame == null || problem.frame().orElseThrow() >= firstFrame)
                && problem.sequences()
                        .map(range -> range.first() <= last() && range.last() >= first())
                        .orElse(true);
    }

    private boolean isInRange(JournalFrames frames, JournalFrames.Header header) {
        if (firstFrame != null && header.place().frame() < firstFrame) {
            return false;
        }
        if (fromSequence == null && toSequence == null) {
            return true;
        }
        MutableLong count = new MutableLong();
        frames.forEachResult((sequence, subStream, outcome, timeNs, buffer, offset, length) ->
                count.value += sequence >= first() && sequence <= last() ? 1 : 0);
        return count.value > 0;
    }

    private void onProblem(JournalProblem problem) {
        if (problem.kind().isDamage()) {
            damages++;
        }
        console.err().println(Problems.line(problem));
        if (problem.fileOffset().isPresent()) {
            passedOver.add(problem);
        }
    }
}
