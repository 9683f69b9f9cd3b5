package dev.braid.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;

/** Writes a JSON object on one line, for machines. */
public final class JsonOutput {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonOutput() {}

    /** Writes the fields of an object. */
    public interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }

    public static void print(PrintStream out, Fields fields) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            fields.writeTo(json);
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
