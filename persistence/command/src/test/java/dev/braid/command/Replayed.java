package dev.braid.command;

import java.util.TreeMap;

/**
 * What a replay in JSON printed.
 *
 * @param status  its exit status.
 * @param results by sequence, each as its line.
 * @param fault   what is wrong with the lines themselves, {@code null} if nothing is.
 */
record Replayed(int status, TreeMap<Long, String> results, String fault) {
    private static final String BEGIN = "{\"sequence\":";

    static Replayed of(Braid replay) {
        TreeMap<Long, String> results = new TreeMap<>();
        for (String line : replay.lines()) {
            if (!line.startsWith(BEGIN) || !line.endsWith("}")) {
                return new Replayed(replay.status(), results, "not a result: " + line);
            }
            long sequence = Long.parseLong(line.substring(BEGIN.length(), line.indexOf(',')));
            if (results.put(sequence, line) != null) {
                return new Replayed(replay.status(), results, "twice: " + line);
            }
        }
        return new Replayed(replay.status(), results, null);
    }
}
