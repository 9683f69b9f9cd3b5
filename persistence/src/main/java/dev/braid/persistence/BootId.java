package dev.braid.persistence;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Tells one start of the machine from another: where it has changed, the machine was started anew, and what was only in its
 * memory is gone.
 */
record BootId(UUID value) {
    static final int LENGTH = 16;

    /** Id of a machine that does not tell. */
    static final BootId NONE = new BootId(new UUID(0, 0));

    /** Returns the id of this start of this machine. */
    static final BootId CURRENT = current();

    private static BootId current() {
        Path fileOfLinux = Path.of("/proc/sys/kernel/random/boot_id");
        try {
            return new BootId(UUID.fromString(Files.readString(fileOfLinux).strip()));
        } catch (IOException | IllegalArgumentException e) {
            return NONE;
        }
    }

    static BootId read(DirectBuffer buffer, int offset) {
        return new BootId(
                new UUID(buffer.getLong(offset, LITTLE_ENDIAN), buffer.getLong(offset + Long.BYTES, LITTLE_ENDIAN)));
    }

    void write(MutableDirectBuffer buffer, int offset) {
        buffer.putLong(offset, value.getMostSignificantBits(), LITTLE_ENDIAN);
        buffer.putLong(offset + Long.BYTES, value.getLeastSignificantBits(), LITTLE_ENDIAN);
    }

    /** Tells whether the machine was started anew since, as far as that is known. */
    boolean isOfAnEarlierStart() {
        return !equals(NONE) && !equals(CURRENT);
    }
}
