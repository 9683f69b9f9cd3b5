package dev.braid.command.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.CodecText;
import dev.braid.command.OutputException;
import dev.braid.command.Payloads;
import dev.braid.command.Texts;
import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalFrames;
import dev.braid.persistence.JournalGroup;
import dev.braid.persistence.JournalProblem;
import dev.braid.persistence.RefusedRecord;
import dev.braid.persistence.ResultHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.agrona.DirectBuffer;

/** Prints a JSON object for each frame, on a line of its own. */
final class JsonFrames implements FrameWriter, ResultHandler {
    private final Payloads payload = new Payloads();
    private final JsonGenerator json;
    private final CodecText codec;
    private final long first;
    private final long last;

    /**
     * Frames, with the results of a range.
     *
     * @param out   is not closed.
     * @param codec turns results into text, {@code null} for none.
     */
    JsonFrames(OutputStream out, CodecText codec, long first, long last) throws IOException {
        this.json = new JsonFactory()
                .createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .setRootValueSeparator(null);
        this.codec = codec;
        this.first = first;
        this.last = last;
    }

    @Override
    public void write(JournalFrames.Header header, JournalFrames frames) throws IOException {
        json.writeStartObject();
        json.writeStringField("segment", header.place().segment());
        json.writeNumberField("frame", header.place().frame());
        json.writeNumberField("fileOffset", header.place().fileOffset());
        json.writeNumberField("length", header.place().length());
        json.writeStringField("type", Texts.lowerCase(header.type()));
        json.writeNumberField("version", header.format().version());
        json.writeStringField(
                "crc", String.format(Locale.ROOT, "%08x", header.format().crc()));
        json.writeNumberField("journal", header.format().journal());
        json.writeNumberField("lowWatermark", header.lowWatermark());
        json.writeNumberField("highestSequence", header.highestSequence().orElse(-1));
        json.writeNumberField("timeNs", header.times().timeNs());
        json.writeNumberField("latestTimeNs", header.times().latestNs());
        switch (header.type()) {
            case HEAD -> writeHead(frames.head());
            case END -> writeEnd(frames.end());
            default -> {
                json.writeArrayFieldStart("results");
                frames.forEachResult(this);
                json.writeEndArray();
            }
        }
        json.writeEndObject();
        json.writeRaw('\n');
    }

    /** Shows nothing: bytes are for a hex dump. */
    @Override
    public boolean write(JournalProblem problem, long end, JournalFrames frames) {
        return false;
    }

    private void writeHead(JournalFrames.Head head) throws IOException {
        json.writeStringField("durability", Texts.lowerCase(head.durability()));
        json.writeStringField("chainBefore", head.chain());
        writeGroups(head.groups(), json);
    }

    /** Writes the groups as a field of an object. */
    static void writeGroups(List<JournalGroup> groups, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("groups");
        for (JournalGroup group : groups) {
            json.writeStartObject();
            json.writeStringField("name", group.name());
            json.writeNumberField("weight", group.weight());
            json.writeNumberField("firstSubStream", group.firstSubStream());
            json.writeNumberField("subStreams", group.subStreams());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeEnd(JournalFrames.End end) throws IOException {
        json.writeStringField("end", end.end().name());
        json.writeNumberField("segmentResults", end.results());
        json.writeStringField("chain", end.chain());
    }

    @Override
    public void onResult(
            long sequence, int subStream, Outcome outcome, long timeNs, DirectBuffer buffer, int offset, int length) {
        if (sequence < first || sequence > last) {
            return;
        }
        try {
            writeStart(sequence, subStream, outcome);
            if (outcome == Outcome.PROCESSED) {
                writePayload("result", sequence, buffer, offset, length);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    @Override
    public void onRefused(long sequence, int subStream, Outcome outcome, long timeNs, RefusedRecord refused) {
        if (sequence < first || sequence > last) {
            return;
        }
        try {
            writeStart(sequence, subStream, outcome);
            if (outcome == Outcome.FAILED || refused.reasonLength() > 0) {
                payload.wrap(refused.buffer(), refused.reasonOffset(), refused.reasonLength());
                json.writeStringField("reason", payload.text());
            }
            if (refused.isKept()) {
                writePayload("record", sequence, refused.buffer(), refused.recordOffset(), refused.recordLength());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    private void writeStart(long sequence, int subStream, Outcome outcome) throws IOException {
        json.writeStartObject();
        json.writeNumberField("sequence", sequence);
        json.writeNumberField("subStream", subStream);
        json.writeStringField("outcome", outcome.name());
    }

    private void writePayload(String name, long sequence, DirectBuffer buffer, int offset, int length)
            throws IOException {
        payload.wrap(buffer, offset, length);
        if (codec != null) {
            json.writeStringField("record", codec.text(sequence, buffer, offset, length));
        } else if (payload.isJsonObject()) {
            json.writeFieldName(name);
            json.writeRawValue(new String(payload.bytes(), 0, payload.length(), StandardCharsets.UTF_8));
        } else {
            json.writeStringField("payload", payload.base64());
        }
    }

    @Override
    public void close() throws IOException {
        json.flush();
    }
}
