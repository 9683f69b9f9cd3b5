package dev.braid.command.journal;

import dev.braid.command.Texts;
import dev.braid.persistence.JournalFrames;
import dev.braid.persistence.JournalProblem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.agrona.BitUtil;
import org.agrona.PrintBufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Prints a line for each frame's header, and all its bytes; of damaged bytes the first ones. */
final class HexFrames implements FrameWriter {
    /** More than most frames have, and a bound for a hole that may extend to the end of the file. */
    private static final int MAX_DAMAGED_BYTES = 64 * 1024;

    private static final int LINE_LENGTH = 16;

    private final OutputStream out;

    /** @param out is not closed. */
    HexFrames(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(JournalFrames.Header header, JournalFrames frames) throws IOException {
        String text = header.place().segment() + ", frame " + header.place().frame() + " at offset "
                + header.place().fileOffset() + ": "
                + Texts.lowerCase(header.type()) + ", version "
                + header.format().version() + ", "
                + header.place().length() + " bytes, " + header.results() + " results, low watermark "
                + header.lowWatermark() + ", highest sequence "
                + header.highestSequence().orElse(-1) + ", "
                + time(header.times().timeNs());
        write(text, frames.bytes());
    }

    @Override
    public boolean write(JournalProblem problem, long end, JournalFrames frames) throws IOException {
        JournalFrames.Stretch stretch = frames.stretch(problem, MAX_DAMAGED_BYTES);
        long length = Math.min(stretch.length(), end - problem.fileOffset().orElseThrow());
        if (length == 0) {
            return false;
        }
        int loaded = (int) Math.min(length, stretch.bytes().length);
        byte[] shown = Arrays.copyOf(stretch.bytes(), withoutZeros(stretch.bytes(), loaded));
        String rest = shown.length == length
                ? ""
                : ", of which " + shown.length + " are shown" + (loaded == length ? ", the rest are zeros" : "");
        write(
                problem.segment().orElseThrow() + ", frame " + problem.frame().orElseThrow() + " at offset "
                        + problem.fileOffset().orElseThrow() + ": "
                        + (problem.kind().isDamage() ? "damaged, " : "not complete, ") + problem.kind() + ", " + length
                        + " bytes" + rest,
                shown);
        return true;
    }

    /** Returns the length without trailing lines of zeros. */
    private static int withoutZeros(byte[] bytes, int count) {
        int length = count;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        return Math.min(count, BitUtil.align(length, LINE_LENGTH));
    }

    private void write(String title, byte[] bytes) throws IOException {
        String dump = bytes.length == 0 ? "" : PrintBufferUtil.prettyHexDump(new UnsafeBuffer(bytes)) + "\n";
        out.write((title + "\n" + dump + "\n").getBytes(StandardCharsets.UTF_8));
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
