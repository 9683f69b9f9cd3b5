package dev.braid.persistence.command;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.persistence.Journals;
import dev.braid.persistence.RecoveryReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid journal recovery-plan}: what opening a journal for writing would do. */
@Command(
        name = "recovery-plan",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = {"Tells what a start would do with a journal, and changes nothing.", ""},
        footer = {"", "Exit status: 0 it can be written on, 1 it would be refused, 2 wrong usage."})
final class RecoveryPlanCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    RecoveryPlanCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        JournalArgument.checkJournal(folder);
        RecoveryReport plan;
        try (Progress progress = new Progress(console.err(), "reading", Progress.UNKNOWN)) {
            plan = Journals.recoveryPlan(folder, progress::to);
        }
        console.print(out -> {
            if (json) {
                JsonOutput.print(out, generator -> writeFields(plan, generator));
            } else {
                print(plan, out);
            }
        });
        return plan.refusal() == null ? BraidCommand.DONE : BraidCommand.FAILED;
    }

    private static void print(RecoveryReport plan, PrintStream out) {
        plan.problems().forEach(problem -> out.println(Problems.line(problem)));
        if (plan.refusal() != null) {
            out.println("refused: " + plan.refusal().message());
            return;
        }
        if (plan.isManifestRebuilt()) {
            out.println("make the manifest again from the segments");
        }
        for (String segment : plan.removed()) {
            out.println("delete " + segment + ", which holds nothing that is needed");
        }
        for (RecoveryReport.Kept kept : plan.kept()) {
            out.println("seal " + kept.segment() + " as " + lowerCase(kept.end()) + ", with " + kept.results()
                    + " results in " + kept.frames() + " frames"
                    + (kept.dropped() == 0
                            ? ""
                            : "; leave out " + kept.dropped()
                                    + " frames after one that is missing, none acknowledged"));
        }
        out.println("begin a segment; the next sequence is " + plan.nextSequence() + ", the low watermark "
                + plan.lowWatermark());
        if (plan.missing() > 0) {
            out.println(plan.missing() + " sequences below the next one have no result: they were in flight");
        }
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void writeFields(RecoveryReport plan, JsonGenerator json) throws IOException {
        json.writeStringField("journal", plan.directory().toString());
        Problems.write("refusal", plan.refusal(), json);
        json.writeBooleanField("manifestRebuilt", plan.isManifestRebuilt());
        json.writeNumberField("lowWatermark", plan.lowWatermark());
        json.writeNumberField("nextSequence", plan.nextSequence());
        json.writeNumberField("missing", plan.missing());
        json.writeArrayFieldStart("kept");
        for (RecoveryReport.Kept kept : plan.kept()) {
            json.writeStartObject();
            json.writeStringField("segment", kept.segment());
            json.writeStringField("end", kept.end().name());
            json.writeNumberField("frames", kept.frames());
            json.writeNumberField("results", kept.results());
            json.writeNumberField("dropped", kept.dropped());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("removed");
        for (String segment : plan.removed()) {
            json.writeString(segment);
        }
        json.writeEndArray();
        Problems.write(plan.problems(), json);
    }
}
