package dev.braid.command.input;

import dev.braid.command.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Formats other than text that the first bytes of an input identify. They are unpacked if possible, and otherwise refused by
 * name.
 */
enum Packing {
    // Not java.util.zip's: it takes whatever it cannot read after a member for the end, and records would be lost.
    GZIP(hex("1f8b"), "gzip", in -> GzipCompressorInputStream.builder()
            .setInputStream(in)
            .get()),
    BZIP2(hex("425a68"), "bzip2", in -> new BZip2CompressorInputStream(in, false)) {
        /** The three letters might begin a text. A block, or the end, begins as pi, or its root, does. */
        @Override
        boolean begins(FirstBytes begin) {
            if (!super.begins(begin)) {
                return false;
            }
            for (char level = '1'; level <= '9'; level++) {
                byte[] header = ascii("BZh" + level);
                if (begin.startWith(header)) {
                    return begin.startWith(concat(header, hex("314159265359")))
                            || begin.startWith(concat(header, hex("177245385090")));
                }
            }
            return false;
        }
    },
    XZ(hex("fd377a585a00"), "xz", in -> XZCompressorInputStream.builder()
            .setInputStream(in)
            .get()),
    LZ4(hex("04224d18"), "lz4", in -> new FramedLZ4CompressorInputStream(in, false)),

    ZIP(hex("504b0304"), "a zip archive that cannot be read from a stream", "save it as a file, or unpack it"),
    EMPTY_ZIP(hex("504b0506"), "an empty zip archive", ""),
    TAR(ascii("ustar"), 257, "a tar archive", "unpack it"),
    ZSTD(hex("28b52ffd"), "packed by zstd", "unpack it, as by zstd -dc FILE, and give that to --input -"),
    COMPRESS(hex("1f9d"), "packed by compress", "unpack it, as by gzip -dc FILE, and give that to --input -"),
    LZIP(ascii("LZIP\1"), "packed by lzip", "unpack it"),
    SNAPPY(hex("ff060000734e61507059"), "packed by Snappy", "unpack it"),
    SEVEN_ZIP(hex("377abcaf271c"), "a 7z archive", "unpack it"),
    RAR(ascii("Rar!\32\7"), "a RAR archive", "unpack it"),

    PARQUET(ascii("PAR1\25"), "a Parquet file", "make CSV or lines of JSON of it"),
    AVRO(ascii("Obj\1"), "an Avro file", "make lines of JSON of it"),
    ARROW(ascii("ARROW1\0"), "an Arrow file", "make CSV or lines of JSON of it"),
    HDF5(hex("894844460d0a1a0a"), "an HDF5 file", "make CSV of it"),
    NUMPY(hex("934e554d5059"), "a NumPy array", "make CSV of it"),
    SQLITE(ascii("SQLite format 3\0"), "an SQLite database", "make CSV of a query"),
    OFFICE(hex("d0cf11e0a1b11ae1"), "an Excel workbook or another document of Office", "save it as CSV"),
    PDF(ascii("%PDF-"), "a PDF document", ""),
    PCAP(hex("d4c3b2a1"), "a packet capture", ""),
    PCAP_NS(hex("4d3cb2a1"), "a packet capture", ""),
    PCAP_NG(hex("0a0d0d0a"), "a packet capture", ""),
    ELF(hex("7f454c46"), "a program", ""),
    JAVA_CLASS(hex("cafebabe"), "a Java class", ""),
    JAVA_IMAGE(hex("dadafeca"), "the JDK's own lib/modules", "is standard input closed?"),
    PNG(hex("89504e47"), "a picture", ""),
    JPEG(hex("ffd8ff"), "a picture", "");

    /** Bound on nested packing. Two layers occur, as a .gz file in an archive; more are probably meant to fill memory. */
    private static final int MAX_LAYERS = 4;

    private final byte[] beginning;
    private final int offset;
    private final Unpacker unpacker;
    private final String description;
    private final String advice;

    private interface Unpacker {
        InputStream unpacked(InputStream in) throws IOException;
    }

    Packing(byte[] beginning, String packer, Members.Decoder decoder) {
        this(beginning, 0, in -> new Members(in, packer, beginning, decoder), null, "");
    }

    Packing(byte[] beginning, String description, String advice) {
        this(beginning, 0, null, description, advice);
    }

    Packing(byte[] part, int offset, String description, String advice) {
        this(part, offset, null, description, advice);
    }

    Packing(byte[] part, int offset, Unpacker unpacker, String description, String advice) {
        this.beginning = part;
        this.offset = offset;
        this.unpacker = unpacker;
        this.description = description;
        this.advice = advice;
    }

    private static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    boolean begins(FirstBytes begin) {
        return offset == 0 ? begin.startWith(beginning) : begin.haveAt(offset, beginning);
    }

    /**
     * Returns the unpacked stream, or the stream itself if it is not packed.
     *
     * @throws UsageException if it is neither packed nor text.
     */
    static InputStream unpack(String name, InputStream in) throws IOException {
        InputStream inner = in;
        for (int layers = 0; ; layers++) {
            FirstBytes begin = new FirstBytes(inner);
            Packing packing = of(begin);
            inner = begin.stream(0);
            if (packing == null) {
                return inner;
            }
            if (packing.unpacker == null) {
                throw packing.refusal(name);
            }
            if (layers == MAX_LAYERS) {
                throw new UsageException(name + " is packed more than " + MAX_LAYERS + " times");
            }
            inner = packing.unpacker.unpacked(inner);
        }
    }

    private static Packing of(FirstBytes begin) {
        for (Packing packing : values()) {
            if (packing.begins(begin)) {
                return packing;
            }
        }
        return null;
    }

    private UsageException refusal(String name) {
        return new UsageException(name + " is " + description + (advice.isEmpty() ? "" : ": " + advice));
    }
}
