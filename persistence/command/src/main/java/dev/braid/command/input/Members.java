package dev.braid.command.input;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.commons.compress.compressors.CompressorInputStream;

/**
 * Unpacks members that follow one another, as of {@code cat a.gz b.gz}. Nothing is lost to a failure: what was unpacked before
 * is returned first. Zeros behind the last member are padding; other bytes are reported once everything is read.
 */
final class Members extends InputStream {
    private final BufferedInputStream in;
    private final String packer;
    private final byte[] beginning;
    private final Decoder decoder;

    private CompressorInputStream member;
    private IOException failure;
    private boolean atEnd;

    /** Decodes a single member, and leaves the stream behind it. */
    interface Decoder {
        CompressorInputStream of(InputStream in) throws IOException;
    }

    /**
     * Begins with the first member.
     *
     * @param packer    for messages.
     * @param beginning of each member.
     */
    Members(InputStream in, String packer, byte[] beginning, Decoder decoder) throws IOException {
        this.in = new BufferedInputStream(in);
        this.packer = packer;
        this.beginning = beginning;
        this.decoder = decoder;
        this.member = begin();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (!atEnd && length > 0) {
            if (failure != null) {
                throw failure;
            }
            int read = unpack(bytes, offset, length);
            if (read > 0) {
                return read;
            }
            if (failure == null) {
                nextMember();
            }
        }
        return length == 0 ? 0 : -1;
    }

    /** Returns the number of bytes; they may be followed by a failure, which a decoder throws with its buffer half filled. */
    private int unpack(byte[] bytes, int offset, int length) {
        long before = member.getBytesRead();
        try {
            return member.read(bytes, offset, length);
        } catch (TrailingBytesException e) { // Of what this is packed in: for this it is an end in the middle.
            failure = new IOException(e.getMessage(), e);
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = damaged(e);
        }
        return (int) (member.getBytesRead() - before);
    }

    private void nextMember() throws IOException {
        int next = skipZeros();
        if (next < 0) {
            atEnd = true;
            return;
        }
        in.mark(beginning.length);
        byte[] found = in.readNBytes(beginning.length);
        in.reset();
        if (!Arrays.equals(found, beginning)) {
            failure = new TrailingBytesException("behind its end there are bytes that are not packed by " + packer);
            return;
        }
        member = begin();
    }

    private CompressorInputStream begin() throws IOException {
        try {
            return decoder.of(in);
        } catch (RuntimeException e) {
            throw damaged(e);
        }
    }

    /** Decoders check some of what they are given by using it. */
    private static IOException damaged(RuntimeException e) {
        return new IOException("what is packed is damaged", e);
    }

    /** Returns the next byte, which is not consumed, or -1 at the end. */
    private int skipZeros() throws IOException {
        int next;
        do {
            in.mark(1);
            next = in.read();
        } while (next == 0);
        if (next > 0) {
            in.reset();
        }
        return next;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
