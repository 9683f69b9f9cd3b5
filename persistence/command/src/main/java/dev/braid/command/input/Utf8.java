package dev.braid.command.input;

/**
 * Validates UTF-8 strictly: no overlong forms, no halves of surrogate pairs, nothing beyond U+10FFFF. A lenient decoder turns
 * different invalid bytes into one text, and so different keys into one.
 */
final class Utf8 {
    private Utf8() {}

    /**
     * Returns the index of the first byte that does not begin a whole character, or -1 if there is none. A byte 0 does not:
     * it does not occur in text.
     */
    static int firstInvalid(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (bytes[i] > 0) {
                i++;
                continue;
            }
            int length = lengthOfCharacter(bytes, i, to);
            if (length == 0) {
                return i;
            }
            i += length;
        }
        return -1;
    }

    /** Returns the length of a character beyond ASCII: 2 to 4, or 0 if the byte does not begin one. */
    private static int lengthOfCharacter(byte[] bytes, int i, int to) {
        int lead = bytes[i] & 0xFF;
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (i + length > to) {
            return 0;
        }
        int second = bytes[i + 1] & 0xFF;
        int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int greatest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > greatest) {
            return 0;
        }
        for (int k = 2; k < length; k++) {
            if ((bytes[i + k] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }
}
