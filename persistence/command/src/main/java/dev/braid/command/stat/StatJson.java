package dev.braid.command.stat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.engine.EngineStats;
import dev.braid.engine.LatencyStats;
import dev.braid.persistence.JournalStats;
import java.io.IOException;
import java.io.OutputStream;

/** Prints an engine's counters for machines. */
final class StatJson {
    private final StatInterval interval;
    private final StatSnapshot now;

    StatJson(StatInterval interval) {
        this.interval = interval;
        this.now = interval.now;
    }

    void print(OutputStream out) throws IOException {
        try (JsonGenerator json =
                new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.writeStartObject();
            json.writeStringField("state", now.stateName());
            json.writeNumberField("process", now.processId);
            json.writeNumberField("startedAtMs", now.startedAtMs);
            json.writeNumberField("updatedAtMs", now.updatedAtMs);
            json.writeNumberField("seconds", now.seconds());
            json.writeNumberField("ringSize", now.ringSize);
            json.writeNumberField("ringFree", now.ringFree);
            json.writeNumberField("lowWatermark", now.lowWatermark);
            json.writeNumberField("failedBeforeGroup", now.failedBeforeGroup);
            if (now.journal.isPresent()) {
                writeFields(json, now.journal.get());
            }
            json.writeArrayFieldStart("threads");
            for (EngineStats.ThreadStats thread : now.threads) {
                json.writeStartObject();
                json.writeStringField("name", thread.name());
                json.writeNumberField("busyNs", thread.busyNs());
                if (thread.call().isPresent()) {
                    writeFields(json, thread.call().get());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("groups");
            for (int i = 0; i < now.groups.size(); i++) {
                json.writeStartObject();
                writeFields(json, now.groups.get(i));
                json.writeBooleanField("behind", interval.isBehind(i));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void writeFields(JsonGenerator json, EngineStats.HandlerCallStats call) throws IOException {
        json.writeObjectFieldStart("handling");
        json.writeNumberField("sequence", call.sequence());
        json.writeStringField("group", call.group());
        json.writeNumberField("sinceMs", call.since().toEpochMilli());
        json.writeEndObject();
    }

    private static void writeFields(JsonGenerator json, JournalStats journal) throws IOException {
        json.writeObjectFieldStart("journal");
        json.writeNumberField("durableSequence", journal.durableSequence());
        json.writeNumberField("frames", journal.frames());
        json.writeNumberField("bytes", journal.bytes());
        write(json, "forceNs", journal.forces());
        write(json, "recentForceNs", journal.recentForces());
        json.writeEndObject();
    }

    private static void writeFields(JsonGenerator json, StatSnapshot.Group group) throws IOException {
        json.writeStringField("name", group.name);
        json.writeNumberField("weight", group.weight);
        json.writeNumberField("p", group.p);
        json.writeNumberField("due", group.due);
        json.writeNumberField("share", group.share);
        json.writeNumberField("accepted", group.accepted);
        json.writeNumberField("handled", group.handled);
        json.writeNumberField("failed", group.failed);
        json.writeNumberField("shed", group.shed);
        json.writeNumberField("backlog", group.backlog);
        json.writeNumberField("inFlight", group.inFlight);
        json.writeNumberField("inFlightBound", group.inFlightBound);
        json.writeNumberField("service", group.service);
        json.writeNumberField("largestLead", group.largestLead);
        json.writeNumberField("largestBatch", group.largestBatch);
        json.writeNumberField("serviceOfAll", group.serviceOfAll);
        write(json, "waitingNs", group.waiting);
        write(json, "recentlyWaitingNs", group.recentlyWaiting);
        write(json, "handlingNs", group.handling);
        write(json, "recentlyHandlingNs", group.recentlyHandling);
    }

    private static void write(JsonGenerator json, String name, LatencyStats times) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("samples", times.samples());
        json.writeNumberField("p50", times.p50Ns());
        json.writeNumberField("p99", times.p99Ns());
        json.writeNumberField("p999", times.p999Ns());
        json.writeNumberField("max", times.maxNs());
        json.writeEndObject();
    }
}
