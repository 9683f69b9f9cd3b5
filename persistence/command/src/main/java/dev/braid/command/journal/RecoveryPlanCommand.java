package dev.braid.command.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.JournalArgument;
import dev.braid.command.Problems;
import dev.braid.command.RestartReport;
import dev.braid.command.Texts;
import dev.braid.persistence.Journals;
import dev.braid.persistence.RecoveryPlan;
import dev.braid.persistence.RecoveryReport;
import dev.braid.persistence.StateReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code braid journal recovery-plan}: reports what a restart would do. */
@Command(
        name = "recovery-plan",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = {
            "Tells what a restart would do with a journal and the state of handlers, and changes nothing.",
            "",
            "What becomes of sequences without a result depends on the source, unless there is an input journal, which has "
                    + "their records; with --json each way has the fields that run --resume writes to its summary.",
            ""
        },
        footer = {"", "Exit status: 0 it can go on, 1 it would be refused, 2 wrong usage."})
final class RecoveryPlanCommand extends JournalReportCommand<RecoveryPlan> {
    @Parameters(paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Mixin
    private InputJournalOption input;

    RecoveryPlanCommand(Console console) {
        super(console);
    }

    @Override
    RecoveryPlan report() throws IOException {
        JournalArgument.checkJournal(folder);
        Path inputFolder = input.folder();
        return withProgress("reading", progress -> Journals.recoveryPlan(folder, inputFolder, progress));
    }

    @Override
    boolean isGood(RecoveryPlan report) {
        return !report.isRefused();
    }

    @Override
    void print(RecoveryPlan plan, PrintStream out) {
        print(plan.journal(), "", out);
        plan.input().ifPresent(input -> print(input, "input journal: ", out));
        plan.inputProblem().ifPresent(problem -> out.println("refused: " + problem.message()));
        plan.stateRefusal().ifPresent(why -> out.println("refused: " + why));
        if (plan.isRefused()) {
            return;
        }
        print(plan.state().orElseThrow(), out);
        long missing = plan.journal().sequences().missing();
        if (missing > 0 && plan.input().isEmpty()) {
            out.println(missing + " sequences below the next one have no result: they were in flight");
            out.println("  if the source sends again from sequence "
                    + (plan.journal().sequences().lowWatermark() + 1) + " on: " + missing + " are handled");
            out.println("  if it cannot: " + missing + " are LOST");
        }
        if (plan.input().isPresent()) {
            out.println("from the input journal: " + plan.republished() + " records are fed again, "
                    + plan.lostByInput() + " are LOST");
        }
    }

    private static void print(RecoveryReport plan, String of, PrintStream out) {
        plan.problems().forEach(problem -> out.println(of + Problems.line(problem)));
        if (plan.refusal().isPresent()) {
            out.println(of + "refused: " + plan.refusal().get().message());
            return;
        }
        if (plan.isManifestRebuilt()) {
            out.println(of + "make the manifest again from the segments");
        }
        for (String segment : plan.segments().removed()) {
            out.println(of + "delete " + segment + ", which holds nothing that is needed");
        }
        for (String segment : plan.segments().keptAside()) {
            out.println(of + "keep " + segment + " aside, under another name");
        }
        for (RecoveryReport.Kept kept : plan.segments().kept()) {
            out.println(
                    of + "seal " + kept.segment() + " as " + Texts.lowerCase(kept.end()) + ", with " + kept.results()
                            + " results in " + kept.frames() + " frames"
                            + (kept.dropped() == 0
                                    ? ""
                                    : "; leave out " + kept.dropped()
                                            + " frames after one that is missing, none acknowledged"));
        }
        out.println(
                of + "begin a segment; the next sequence is " + plan.sequences().end() + ", the low watermark "
                        + plan.sequences().lowWatermark());
    }

    private static void print(StateReport state, PrintStream out) {
        state.damaged().forEach(reason -> out.println("pass over a snapshot: " + reason));
        state.snapshot().ifPresent(name -> out.println("restore the state of handlers from " + name));
        if (state.replayed() > 0) {
            out.println("replay " + state.replayed() + " results from sequence " + state.fromSequence() + " on");
        }
    }

    @Override
    void writeFields(RecoveryPlan plan, JsonGenerator json) throws IOException {
        writeFields(plan.journal(), json);
        if (plan.input().isEmpty()) {
            json.writeNullField("inputJournal");
        } else {
            json.writeObjectFieldStart("inputJournal");
            writeFields(plan.input().get(), json);
            json.writeEndObject();
        }
        Problems.write("inputProblem", plan.inputProblem(), json);
        json.writeStringField("stateRefusal", plan.stateRefusal().orElse(null));
        json.writeObjectFieldStart("restart");
        if (!plan.isRefused()) {
            long missing = plan.journal().sequences().missing();
            StateReport state = plan.state().orElseThrow();
            if (plan.input().isEmpty()) {
                write("resend", new RestartReport(plan.journal(), 0, missing, 0, state), json);
                write("lose", new RestartReport(plan.journal(), missing, 0, 0, state), json);
            } else {
                write(
                        "inputJournal",
                        new RestartReport(plan.journal(), plan.lostByInput(), 0, plan.republished(), state),
                        json);
            }
        }
        json.writeEndObject();
    }

    private static void write(String way, RestartReport restart, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(way);
        restart.write(json);
        json.writeEndObject();
    }

    private static void writeFields(RecoveryReport plan, JsonGenerator json) throws IOException {
        json.writeStringField("journal", plan.directory().toString());
        Problems.write("refusal", plan.refusal(), json);
        json.writeBooleanField("manifestRebuilt", plan.isManifestRebuilt());
        json.writeNumberField("lowWatermark", plan.sequences().lowWatermark());
        json.writeNumberField("nextSequence", plan.sequences().end());
        json.writeNumberField("missing", plan.sequences().missing());
        json.writeArrayFieldStart("kept");
        for (RecoveryReport.Kept kept : plan.segments().kept()) {
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
        for (String segment : plan.segments().removed()) {
            json.writeString(segment);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("keptAside");
        for (String segment : plan.segments().keptAside()) {
            json.writeString(segment);
        }
        json.writeEndArray();
        Problems.write(plan.problems(), json);
    }
}
