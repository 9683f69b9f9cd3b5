package dev.braid.command.replay;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.braid.command.CodecText;
import dev.braid.command.Console;
import dev.braid.command.Payloads;
import dev.braid.engine.Outcome;
import dev.braid.persistence.RefusedRecord;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * Prints comma-separated values with a header line; payloads that are not UTF-8 in Base64. A failed record has the reason as
 * its payload; a refused one also has the record.
 */
final class CsvResults implements ResultWriter {
    private final Payloads payload = new Payloads();
    private final Writer out;
    private final CsvWriter csv;
    private final CodecText codec;
    private boolean hasHeader;

    /** @param codec turns records into text, {@code null} for none. */
    CsvResults(OutputStream out, CodecText codec) {
        this.codec = codec;
        this.out = new OutputStreamWriter(new BufferedOutputStream(out, Console.BUFFER_SIZE), StandardCharsets.UTF_8);
        this.csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(this.out);
    }

    @Override
    public void write(
            long sequence, int subStream, String group, Outcome outcome, DirectBuffer buffer, int offset, int length)
            throws IOException {
        writeHeader();
        writeRow(
                Long.toString(sequence),
                Integer.toString(subStream),
                group == null ? "" : group,
                outcome.name(),
                outcome == Outcome.PROCESSED
                        ? text(sequence, buffer, offset, length)
                        : payloadText(buffer, offset, length),
                "");
    }

    @Override
    public void writeRefused(long sequence, int subStream, String group, Outcome outcome, RefusedRecord refused)
            throws IOException {
        writeHeader();
        payload.wrap(refused.buffer(), refused.reasonOffset(), refused.reasonLength());
        String reason = payload.text();
        String record = "";
        if (refused.isKept()) {
            record = text(sequence, refused.buffer(), refused.recordOffset(), refused.recordLength());
        }
        writeRow(
                Long.toString(sequence),
                Integer.toString(subStream),
                group == null ? "" : group,
                outcome.name(),
                reason,
                record);
    }

    private String text(long sequence, DirectBuffer buffer, int offset, int length) {
        if (codec != null) {
            return codec.text(sequence, buffer, offset, length);
        }
        return payloadText(buffer, offset, length);
    }

    private String payloadText(DirectBuffer buffer, int offset, int length) {
        payload.wrap(buffer, offset, length);
        String text = payload.utf8();
        return text == null ? payload.base64() : text;
    }

    private void writeHeader() throws IOException {
        if (!hasHeader) {
            hasHeader = true;
            writeRow("sequence", "subStream", "group", "outcome", "payload", "record");
        }
    }

    private void writeRow(String... fields) throws IOException {
        try {
            csv.writeRecord(fields);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void flush() throws IOException {
        csv.flush();
        out.flush();
    }

    @Override
    public void end() throws IOException {
        writeHeader();
        flush();
    }
}
