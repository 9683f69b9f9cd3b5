package dev.braid.command.input;

import dev.braid.command.Texts;
import java.math.BigDecimal;

/**
 * The record that goes through the engine: filled from a line of input by the publishing thread, completed with the
 * running count and sums of its key by the handler of its sub-stream.
 */
public final class KeyedRecord {
    /** Bound on the length of keys, which handlers keep in memory and every result contains. */
    static final int MAX_KEY_LENGTH = 4096;

    public final BigDecimal[] amounts;
    public final BigDecimal[] sums;
    public long intendedNs;
    public long count;

    private final MalformedRecordException malformed = new MalformedRecordException(this);
    private long line;
    private String key;
    private String problem;

    /** @param sumFields how many fields are summed up. */
    public KeyedRecord(int sumFields) {
        this.amounts = new BigDecimal[sumFields];
        this.sums = new BigDecimal[sumFields];
    }

    /** Resets the record for its next use. */
    public void begin(long line) {
        this.line = line;
        this.key = null;
        this.problem = null;
        this.count = 0;
    }

    /** Copies another record, as it is before it is handled. */
    public void fillAs(KeyedRecord other) {
        line = other.line;
        key = other.key;
        problem = other.problem;
        count = 0;
        System.arraycopy(other.amounts, 0, amounts, 0, amounts.length);
    }

    public String key() {
        return key;
    }

    public void key(String key) {
        if (key == null || key.isEmpty()) {
            fail("no key");
        } else if (key.length() > MAX_KEY_LENGTH) {
            fail("a key of " + key.length() + " characters, more than " + MAX_KEY_LENGTH + ": " + Texts.quote(key));
        } else if (hasHalfCharacter(key)) {
            fail("a key that is no text, for it has half of a surrogate pair: " + Texts.quote(key));
        } else {
            this.key = key;
        }
    }

    /** JSON can escape what UTF-8 cannot encode. */
    private static boolean hasHalfCharacter(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    /** Whether a handler has completed the record. */
    public boolean isHandled() {
        return count > 0;
    }

    /** Fails the record. Only the first reason counts. */
    public void fail(String reason) {
        if (problem == null) {
            problem = reason;
        }
    }

    /** @throws MalformedRecordException if any part of the record is malformed. */
    public void check() throws MalformedRecordException {
        if (problem != null) {
            throw malformed;
        }
    }

    public long line() {
        return line;
    }

    /** Returns what is wrong with the record, or {@code null}. */
    public String problem() {
        return problem;
    }

    public String reason() {
        return reason(line, problem);
    }

    public static String reason(long line, String problem) {
        return "line " + line + ": " + problem;
    }
}
