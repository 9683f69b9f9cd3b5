package dev.braid.persistence;

import static dev.braid.persistence.FrameLayout.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.List;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;

/** Reads the handler groups in the head of a segment. */
final class HeadGroups {
    private HeadGroups() {}

    /**
     * Reads them.
     *
     * @param frame        frame of the head, and nothing after it.
     * @param headerLength length of the header of the frame.
     * @param groups       receives them; {@code null} to check only.
     * @return {@code false} if they contradict each other or the frame's length.
     */
    static boolean read(DirectBuffer frame, int headerLength, List<JournalGroup> groups) {
        int end = frame.capacity();
        boolean isFirst = version(frame, 0) == FIRST_VERSION;
        int offset = headerLength + (isFirst ? HEAD_GROUPS_OFFSET_1 : HEAD_GROUPS_OFFSET);
        int count = end < offset ? -1 : frame.getInt(headerLength + HEAD_GROUP_COUNT_OFFSET, LITTLE_ENDIAN);
        if (count < 0) {
            return false;
        }
        for (int i = count; i > 0; i--) {
            int name = offset + GROUP_HEADER_LENGTH;
            if (name > end || !isPossible(frame, offset, end - name)) {
                return false;
            }
            int nameLength = nameLength(frame, offset);
            if (groups != null) {
                groups.add(new JournalGroup(
                        frame.getStringWithoutLengthUtf8(name, nameLength),
                        frame.getInt(offset, LITTLE_ENDIAN),
                        frame.getInt(offset + 4, LITTLE_ENDIAN),
                        frame.getInt(offset + 8, LITTLE_ENDIAN)));
            }
            offset = name + BitUtil.align(nameLength, GROUP_ALIGNMENT);
        }
        return BitUtil.align(offset, ALIGNMENT) == end;
    }

    private static int nameLength(DirectBuffer frame, int group) {
        return frame.getInt(group + GROUP_HEADER_LENGTH - 4, LITTLE_ENDIAN);
    }

    private static boolean isPossible(DirectBuffer frame, int group, int maxNameLength) {
        int weight = frame.getInt(group, LITTLE_ENDIAN);
        int first = frame.getInt(group + 4, LITTLE_ENDIAN);
        int count = frame.getInt(group + 8, LITTLE_ENDIAN);
        int nameLength = nameLength(frame, group);
        return weight > 0
                && first >= 0
                && count > 0
                && first + count >= 0
                && nameLength >= 0
                && nameLength <= maxNameLength;
    }
}
