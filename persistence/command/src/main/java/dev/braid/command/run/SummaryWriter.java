package dev.braid.command.run;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.SafeText;
import dev.braid.command.Texts;
import dev.braid.command.run.RunReport.GroupRow;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Writes a run's report for machines, as JSON. */
final class SummaryWriter {
    /** Files there are written to, not replaced; /dev/stdout may be a regular file that is appended to. */
    private static final Path DEVICES = Path.of("/dev");

    private final Path file;

    SummaryWriter(Path file) {
        this.file = file;
    }

    void write(RunReport report) throws IOException {
        try {
            write(report, file.toAbsolutePath());
        } catch (IOException e) {
            throw new IOException("cannot write --summary " + file + ": " + Texts.reasonOf(e), e);
        }
    }

    private static void write(RunReport report, Path target) throws IOException {
        if (target.startsWith(DEVICES) || Files.exists(target) && !Files.isRegularFile(target)) {
            write(report, Files.newOutputStream(target, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
        } else {
            replace(Files.exists(target) ? target.toRealPath() : target, report);
        }
    }

    /** Writes to a temporary file first and renames it, so that nobody ever sees half a summary. */
    private static void replace(Path target, RunReport report) throws IOException {
        Path temporary = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            write(report, Files.newOutputStream(temporary));
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void write(RunReport report, OutputStream out) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(SafeText.ofJson(out), JsonEncoding.UTF8)) {
            write(report, json);
            json.writeRaw('\n');
        }
    }

    private static void write(RunReport report, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("records", report.journal().results());
        json.writeNumberField("recordsThisRun", report.thisRun().records());
        json.writeNumberField("processed", report.journal().outcomes().processed());
        json.writeNumberField("failed", report.journal().outcomes().failed());
        json.writeNumberField("shed", report.journal().outcomes().shed());
        json.writeNumberField("lost", report.journal().outcomes().lost());
        json.writeObjectFieldStart("sums");
        for (Map.Entry<String, BigDecimal> sum : report.sums().entrySet()) {
            json.writeStringField(sum.getKey(), sum.getValue().toPlainString());
        }
        json.writeEndObject();
        json.writeNumberField("seconds", report.thisRun().seconds());
        json.writeNumberField("competedSeconds", report.competition().competedSeconds());
        json.writeNumberField("lowWatermark", report.thisRun().lowWatermark());
        json.writeStringField("durability", Texts.lowerCase(report.durability()));
        json.writeArrayFieldStart("groups");
        for (GroupRow group : report.groups()) {
            write(group, json);
        }
        json.writeEndArray();
        if (report.restart().isResumed()) {
            json.writeObjectFieldStart("restart");
            report.restart().write(json);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(GroupRow group, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", group.name());
        json.writeNumberField("weight", group.weight());
        json.writeNumberField("p", group.p());
        json.writeNumberField("records", group.records());
        json.writeNumberField("share", group.shares().got());
        json.writeNumberField("due", group.shares().due());
        json.writeNumberField("competedSeconds", group.shares().seconds());
        json.writeObjectFieldStart("latencyNs");
        json.writeNumberField("p50", group.latency().p50Ns());
        json.writeNumberField("p99", group.latency().p99Ns());
        json.writeNumberField("p999", group.latency().p999Ns());
        json.writeNumberField("max", group.latency().maxNs());
        json.writeEndObject();
        json.writeEndObject();
    }
}
