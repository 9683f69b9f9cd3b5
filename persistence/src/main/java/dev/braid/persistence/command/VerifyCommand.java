package dev.braid.persistence.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.persistence.JournalProblem;
import dev.braid.persistence.Journals;
import dev.braid.persistence.VerifyReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid journal verify}: whether a journal is as it was written. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = {"Checks every frame of a journal, and that no sequence is missing, doubled or out of order.", ""
        },
        footer = {"", "Exit status: 0 good, 1 damaged, 2 wrong usage."})
final class VerifyCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    VerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        JournalArgument.checkJournal(folder);
        VerifyReport report;
        try (Progress progress = new Progress(console.err(), "verifying", Progress.UNKNOWN)) {
            report = Journals.verify(folder, progress::to);
        }
        console.print(out -> {
            if (json) {
                writeJson(report, out);
            } else {
                print(report, out);
            }
        });
        return report.isGood() ? BraidCommand.DONE : BraidCommand.FAILED;
    }

    private static void print(VerifyReport report, PrintStream out) {
        for (JournalProblem problem : report.problems()) {
            out.println(line(problem));
        }
        long results = report.results();
        if (report.isGood()) {
            out.println("good: " + results + " results in " + report.frames() + " frames");
        } else {
            out.println("damaged: " + report.damages() + " findings; " + results + " results could be read");
        }
    }

    /** The message has the segment, the frame and the offset, where there are such. */
    private static String line(JournalProblem problem) {
        String line = (problem.kind().isDamage() ? "damage: " : "note: ") + problem.message();
        if (problem.firstSequence() < 0) {
            return line;
        }
        return problem.firstSequence() == problem.lastSequence()
                ? line + " (sequence " + problem.firstSequence() + ")"
                : line + " (sequences " + problem.firstSequence() + " to " + problem.lastSequence() + ")";
    }

    private static void writeJson(VerifyReport report, PrintStream out) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeBooleanField("good", report.isGood());
            json.writeNumberField("damages", report.damages());
            json.writeNumberField("results", report.results());
            json.writeNumberField("frames", report.frames());
            json.writeArrayFieldStart("problems");
            for (JournalProblem problem : report.problems()) {
                json.writeStartObject();
                json.writeStringField("kind", problem.kind().name());
                json.writeBooleanField("damage", problem.kind().isDamage());
                json.writeStringField("segment", problem.segment());
                json.writeNumberField("frame", problem.frame());
                json.writeNumberField("fileOffset", problem.fileOffset());
                json.writeNumberField("firstSequence", problem.firstSequence());
                json.writeNumberField("lastSequence", problem.lastSequence());
                json.writeStringField("message", problem.message());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
