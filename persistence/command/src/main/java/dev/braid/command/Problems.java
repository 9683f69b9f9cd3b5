package dev.braid.command;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.persistence.JournalProblem;
import dev.braid.persistence.SequenceRange;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Findings about a journal, for people and for machines. */
public final class Problems {
    private Problems() {}

    /** Prints the message, which has the segment, the frame and the offset if they are known. */
    public static String line(JournalProblem problem) {
        String line = (problem.kind().isDamage() ? "damage: " : "note: ") + message(problem);
        return problem.sequences()
                .map(SequenceRange::toString)
                .filter(sequences -> !problem.message().contains(sequences))
                .map(sequences -> line + " (" + sequences + ")")
                .orElse(line);
    }

    private static String message(JournalProblem problem) {
        return FailureText.withoutClasses(problem.message());
    }

    /** Prints the number of findings. */
    public static String count(long damages) {
        return damages == 1 ? "1 finding" : damages + " findings";
    }

    public static void write(List<JournalProblem> problems, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("problems");
        for (JournalProblem problem : problems) {
            json.writeStartObject();
            writeFields(problem, json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes the problem as an object, or null. */
    public static void write(String field, Optional<JournalProblem> problem, JsonGenerator json) throws IOException {
        if (problem.isEmpty()) {
            json.writeNullField(field);
            return;
        }
        json.writeObjectFieldStart(field);
        writeFields(problem.get(), json);
        json.writeEndObject();
    }

    private static void writeFields(JournalProblem problem, JsonGenerator json) throws IOException {
        json.writeStringField("kind", problem.kind().name());
        json.writeBooleanField("damage", problem.kind().isDamage());
        json.writeStringField("segment", problem.segment().orElse(""));
        json.writeNumberField("frame", problem.frame().orElse(-1));
        json.writeNumberField("fileOffset", problem.fileOffset().orElse(-1));
        json.writeNumberField(
                "firstSequence", problem.sequences().map(SequenceRange::first).orElse(-1L));
        json.writeNumberField(
                "lastSequence",
                problem.sequences()
                        .filter(range -> !range.isOpen())
                        .map(SequenceRange::last)
                        .orElse(-1L));
        json.writeStringField("message", message(problem));
    }
}
