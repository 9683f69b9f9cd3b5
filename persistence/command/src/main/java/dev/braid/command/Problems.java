package dev.braid.command;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.persistence.JournalProblem;
import java.io.IOException;
import java.util.List;

/** Findings about a journal, for people and for machines. */
public final class Problems {
    private Problems() {}

    /** The message has the segment, the frame and the offset, where there are such. */
    public static String line(JournalProblem problem) {
        String line = (problem.kind().isDamage() ? "damage: " : "note: ") + problem.message();
        String sequences = sequences(problem);
        return sequences.isEmpty() || problem.message().contains(sequences) ? line : line + " (" + sequences + ")";
    }

    /** How many findings there are. */
    public static String count(long damages) {
        return damages == 1 ? "1 finding" : damages + " findings";
    }

    private static String sequences(JournalProblem problem) {
        if (problem.firstSequence() < 0) {
            return "";
        }
        if (problem.lastSequence() < 0) {
            return "sequences from " + problem.firstSequence() + " on";
        }
        return problem.firstSequence() == problem.lastSequence()
                ? "sequence " + problem.firstSequence()
                : "sequences " + problem.firstSequence() + " to " + problem.lastSequence();
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

    /** As an object, or null. */
    public static void write(String field, JournalProblem problem, JsonGenerator json) throws IOException {
        if (problem == null) {
            json.writeNullField(field);
            return;
        }
        json.writeObjectFieldStart(field);
        writeFields(problem, json);
        json.writeEndObject();
    }

    private static void writeFields(JournalProblem problem, JsonGenerator json) throws IOException {
        json.writeStringField("kind", problem.kind().name());
        json.writeBooleanField("damage", problem.kind().isDamage());
        json.writeStringField("segment", problem.segment());
        json.writeNumberField("frame", problem.frame());
        json.writeNumberField("fileOffset", problem.fileOffset());
        json.writeNumberField("firstSequence", problem.firstSequence());
        json.writeNumberField("lastSequence", problem.lastSequence());
        json.writeStringField("message", problem.message());
    }
}
