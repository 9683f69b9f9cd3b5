package dev.braid.command.run;

import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import dev.braid.engine.HandlerGroup;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A handler group as given by {@code --group NAME=WEIGHT:KEY,KEY...} or {@code --group NAME=WEIGHT:*}.
 *
 * @param keys that it serves; empty for a catch-all.
 */
record GroupOption(String name, int weight, List<String> keys) {
    private static final String EVERY_OTHER_KEY = "*";
    private static final String SYNTAX = "must be NAME=WEIGHT:KEY,KEY... or NAME=WEIGHT:*";

    /** @throws UsageException if the text is not of the form above. */
    static GroupOption parse(String text) {
        int equals = text.indexOf('=');
        int colon = text.indexOf(':', equals + 1);
        if (equals < 0 || colon < 0) {
            throw wrong(text, SYNTAX);
        }
        String name = text.substring(0, equals);
        if (name.isBlank()) {
            throw wrong(text, "the name is missing: it " + SYNTAX);
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > HandlerGroup.MAX_NAME_BYTES) {
            throw wrong(text, "the name has " + bytes + " bytes, more than " + HandlerGroup.MAX_NAME_BYTES);
        }
        String keys = text.substring(colon + 1);
        return new GroupOption(name, weight(text, text.substring(equals + 1, colon)), keys(text, keys));
    }

    private static int weight(String text, String weight) {
        int parsed;
        try {
            parsed = Integer.parseInt(weight);
        } catch (NumberFormatException e) {
            parsed = 0;
        }
        if (parsed < 1 || parsed > HandlerGroup.MAX_WEIGHT) {
            throw wrong(
                    text,
                    "the weight must be a whole number, 1 to " + HandlerGroup.MAX_WEIGHT + ": " + Texts.quote(weight));
        }
        return parsed;
    }

    private static List<String> keys(String text, String keys) {
        if (keys.equals(EVERY_OTHER_KEY)) {
            return List.of();
        }
        List<String> list = List.of(keys.split(",", -1));
        if (list.contains("")) {
            throw wrong(text, "a key is empty: it " + SYNTAX);
        }
        if (list.contains(EVERY_OTHER_KEY)) {
            throw wrong(text, "'*' must stand alone: give the keys a group of their own");
        }
        return list;
    }

    private static UsageException wrong(String text, String why) {
        return new UsageException("--group " + Texts.quote(text) + ": " + why);
    }

    boolean isCatchAll() {
        return keys.isEmpty();
    }

    /** Returns the number of sub-streams: one for each key; the keys of a catch-all share some by hash. */
    int subStreams() {
        return isCatchAll() ? GroupLayout.CATCH_ALL_SUB_STREAMS : keys.size();
    }
}
