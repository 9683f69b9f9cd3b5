package dev.braid.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine;

/** One run of the bench command, and what it printed. */
final class BenchRun {
    final int status;
    final String out;
    final String err;

    BenchRun(String... args) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        CommandLine command = BenchCommand.commandLine();
        command.setOut(new PrintWriter(outText));
        command.setErr(new PrintWriter(errText));
        status = command.execute(args);
        out = outText.toString();
        err = errText.toString();
    }

    static JsonNode read(Path json) throws IOException {
        return new ObjectMapper().readTree(json.toFile());
    }

    @Override
    public String toString() {
        return "status " + status + "\n" + out + err;
    }
}
