package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a snapshot says of the sub-streams whose states it has. Little endian:
 * <pre>
 *   0  length of partitioning │  4  partitioning, UTF-8
 *  then for each group:
 *   0  weight │  4  number of sub-streams │  8  length of name │ 12  name, UTF-8
 * </pre>
 *
 * @param subStreams   number of sub-streams.
 * @param partitioning as the user describes it.
 * @param groups       to which they belong; none where that is not known, as in snapshots of version 1 and 2.
 */
record SnapshotLayout(int subStreams, String partitioning, List<JournalGroup> groups) {
    private static final int GROUP_HEADER_LENGTH = 12;

    /** Returns the length of what follows the header. */
    byte[] encode() {
        byte[] description = partitioning.getBytes(StandardCharsets.UTF_8);
        List<byte[]> names = groups.stream()
                .map(group -> group.name().getBytes(StandardCharsets.UTF_8))
                .toList();
        int length = Integer.BYTES + description.length;
        for (byte[] name : names) {
            length += GROUP_HEADER_LENGTH + name.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(description.length).put(description);
        for (int i = 0; i < names.size(); i++) {
            bytes.putInt(groups.get(i).weight()).putInt(groups.get(i).subStreams());
            bytes.putInt(names.get(i).length).put(names.get(i));
        }
        return bytes.array();
    }

    /**
     * Reads what follows the header.
     *
     * @throws IOException if it cannot be.
     */
    static SnapshotLayout decode(int subStreams, ByteBuffer bytes) throws IOException {
        String partitioning = text(bytes, "partitioning");
        List<JournalGroup> groups = new ArrayList<>();
        long first = 0;
        while (bytes.hasRemaining()) {
            if (bytes.remaining() < GROUP_HEADER_LENGTH) {
                throw new IOException("its groups end in the middle of one");
            }
            int weight = bytes.getInt();
            int count = bytes.getInt();
            if (weight < 1 || count < 1 || first + count > subStreams) {
                throw new IOException("a group cannot have the weight " + weight + " and " + count
                        + " sub-streams after " + first + " of " + subStreams);
            }
            groups.add(new JournalGroup(text(bytes, "name of a group"), weight, (int) first, count));
            first += count;
        }
        if (!groups.isEmpty() && first != subStreams) {
            throw new IOException("its groups have " + first + " of " + subStreams + " sub-streams");
        }
        return new SnapshotLayout(subStreams, partitioning, List.copyOf(groups));
    }

    private static String text(ByteBuffer bytes, String what) throws IOException {
        int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new IOException("its " + what + " takes " + length + " bytes");
        }
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
