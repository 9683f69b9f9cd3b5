package dev.braid.command.input;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The beginning of paths that are asked for, up to the end of a name in them: of {@code user.id} these are {@code user} and the
 * whole. They are made once: for most fields of an object, a look into a table tells that nobody asks for them.
 */
final class JsonPath {
    /** Text of the path up to here. */
    final String text;

    /** By the names that fields within may have; some have a dot. */
    private final Map<String, JsonPath> within = new HashMap<>();

    private final List<Integer> ending = new ArrayList<>();
    private final List<Integer> leadingOn = new ArrayList<>();
    private long lastRecord;

    private JsonPath(String text) {
        this.text = text;
    }

    /** What is before all paths. */
    static JsonPath root(String[] paths) {
        Map<String, JsonPath> all = new HashMap<>();
        JsonPath root = new JsonPath("");
        for (int i = 0; i < paths.length; i++) {
            root.add(paths[i], 0, i, all);
        }
        return root;
    }

    /** @param start of the next name in the path. */
    private void add(String path, int start, int field, Map<String, JsonPath> all) {
        for (int end = endOfName(path, start); end >= 0; end = endOfName(path, end + 1)) {
            JsonPath next = all.computeIfAbsent(path.substring(0, end), JsonPath::new);
            within.put(path.substring(start, end), next);
            boolean isWhole = end == path.length();
            List<Integer> fields = isWhole ? next.ending : next.leadingOn;
            if (!fields.contains(field)) {
                fields.add(field);
                if (!isWhole) {
                    next.add(path, end + 1, field, all);
                }
            }
        }
    }

    /** Where a name may end that begins no later; -1 if there is none any more. */
    private static int endOfName(String path, int from) {
        if (from > path.length()) {
            return -1;
        }
        int dot = path.indexOf('.', from);
        return dot < 0 ? path.length() : dot;
    }

    /** {@code null} if no path goes through a field of this name. */
    JsonPath within(String name) {
        return within.get(name);
    }

    /** The fields whose path this is. */
    List<Integer> ending() {
        return ending;
    }

    /** The fields that are further within. */
    List<Integer> leadingOn() {
        return leadingOn;
    }

    /** Marks it as found in a record; records are numbered from 1. */
    void foundIn(long record) {
        lastRecord = record;
    }

    boolean wasFoundIn(long record) {
        return lastRecord == record;
    }
}
