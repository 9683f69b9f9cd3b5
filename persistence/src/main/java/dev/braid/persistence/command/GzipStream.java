package dev.braid.persistence.command;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Unpacks gzip after RFC 1952, with all of its members. {@link java.util.zip.GZIPInputStream} takes whatever it cannot
 * read after a member for the end of all, in one JDK also what is not available yet, so that records are lost without a
 * word. Here anything but members, and zeros after the last one, is an error.
 */
final class GzipStream extends InputStream {
    private static final int MAGIC_0 = 0x1f;
    private static final int MAGIC_1 = 0x8b;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int TIME_AND_SYSTEM_LENGTH = 6;
    private static final int BUFFER_SIZE = 64 * 1024;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] packed = new byte[BUFFER_SIZE];
    private int next;
    private int limit;
    private long members;
    private boolean inMember;

    GzipStream(InputStream in) {
        this.in = in;
    }

    /** Whether these are the first two bytes of a member. */
    static boolean isMagic(int first, int second) {
        return first == MAGIC_0 && second == MAGIC_1;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (inMember || beginMember()) {
            int unpacked = inflate(bytes, offset, length);
            if (unpacked > 0) {
                crc.update(bytes, offset, unpacked);
                return unpacked;
            }
            endMember();
        }
        return -1;
    }

    private boolean beginMember() throws IOException {
        int first = readOrEnd();
        while (first == 0 && members > 0) {
            first = readOrEnd();
        }
        if (first < 0) {
            return false;
        }
        if (first != MAGIC_0 || readOrEnd() != MAGIC_1) {
            throw new ZipException("what follows member " + members + " of the gzip data is none");
        }
        int method = readByte();
        if (method != Deflater.DEFLATED) {
            throw new ZipException("gzip data packed by an unknown method, " + method);
        }
        int flags = readByte();
        skip(TIME_AND_SYSTEM_LENGTH);
        if ((flags & EXTRA) != 0) {
            skip(readByte() | readByte() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        members++;
        inMember = true;
        crc.reset();
        inflater.reset();
        giveToInflater();
        return true;
    }

    /** Returns how many bytes were unpacked, 0 at the end of the member. */
    private int inflate(byte[] bytes, int offset, int length) throws IOException {
        while (true) {
            int unpacked;
            try {
                unpacked = inflater.inflate(bytes, offset, length);
            } catch (DataFormatException e) {
                throw new ZipException("damaged gzip data: " + e.getMessage());
            }
            if (unpacked > 0 || inflater.finished()) {
                return unpacked;
            }
            if (inflater.needsDictionary()) {
                throw new ZipException("damaged gzip data: it asks for a dictionary");
            }
            if (!fill()) {
                throw endsEarly();
            }
            giveToInflater();
        }
    }

    private void giveToInflater() {
        inflater.setInput(packed, next, limit - next);
        next = limit;
    }

    private void endMember() throws IOException {
        next = limit - inflater.getRemaining();
        if (readInt() != (int) crc.getValue() || readInt() != (int) inflater.getBytesWritten()) {
            throw new ZipException("damaged gzip data: the checksum or the length of member " + members + " is wrong");
        }
        inMember = false;
    }

    private int readInt() throws IOException {
        return readByte() | readByte() << 8 | readByte() << 16 | readByte() << 24;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            readByte();
        }
    }

    private void skipText() throws IOException {
        while (readByte() != 0) {
            // Go on.
        }
    }

    private int readByte() throws IOException {
        int b = readOrEnd();
        if (b < 0) {
            throw endsEarly();
        }
        return b;
    }

    private int readOrEnd() throws IOException {
        return next < limit || fill() ? packed[next++] & 0xFF : -1;
    }

    private boolean fill() throws IOException {
        next = 0;
        limit = Math.max(0, in.read(packed, 0, packed.length));
        return limit > 0;
    }

    private static EOFException endsEarly() {
        return new EOFException("the gzip data ends early");
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
