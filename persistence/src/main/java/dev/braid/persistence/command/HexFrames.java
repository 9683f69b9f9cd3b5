package dev.braid.persistence.command;

import dev.braid.persistence.JournalFrames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.PrintBufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** A line of each frame's header, and all its bytes. */
final class HexFrames implements FrameWriter {
    private final OutputStream out;

    /** @param out is not closed. */
    HexFrames(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(JournalFrames.Header header, JournalFrames frames) throws IOException {
        String text = header.segment() + ", frame " + header.frame() + " at offset " + header.fileOffset() + ": "
                + header.type().name().toLowerCase(Locale.ROOT) + ", version " + header.version() + ", "
                + header.length() + " bytes, " + header.results() + " results, low watermark "
                + header.lowWatermark() + ", highest sequence " + header.highestSequence() + ", "
                + time(header.timeNs())
                + "\n" + PrintBufferUtil.prettyHexDump(new UnsafeBuffer(frames.bytes())) + "\n\n";
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Instant time(long epochNs) {
        long second = TimeUnit.SECONDS.toNanos(1);
        return Instant.ofEpochSecond(Math.floorDiv(epochNs, second), Math.floorMod(epochNs, second));
    }

    @Override
    public void close() throws IOException {
        out.flush();
    }
}
