package dev.braid.bench;

import dev.braid.bench.peer.JournalCandidate;
import dev.braid.bench.peer.Setup;
import java.util.ArrayList;
import java.util.List;

/** A case of the journal benchmark. */
record JournalCase(JournalCandidate candidate, int payloadBytes) {
    private static final int LARGE_PAYLOAD = 1024;
    private static final int FEWER = 8;

    /** Returns all cases: those with large payloads only where nothing is forced, for there the disk alone decides. */
    static List<JournalCase> all() {
        List<JournalCase> all = new ArrayList<>();
        for (JournalCandidate candidate : JournalCandidate.values()) {
            all.add(new JournalCase(candidate, Setup.SMALL_PAYLOAD));
        }
        for (JournalCandidate candidate : JournalCandidate.values()) {
            if (!candidate.forces()) {
                all.add(new JournalCase(candidate, LARGE_PAYLOAD));
            }
        }
        return all;
    }

    /** Returns the candidate's title, and how large a payload is if it is not small. */
    String title() {
        return candidate.title() + (payloadBytes == Setup.SMALL_PAYLOAD ? "" : "-" + payloadBytes + "b");
    }

    /** Returns how many results there are where there would be that many small ones: few enough for memory. */
    int results(int small) {
        return payloadBytes == Setup.SMALL_PAYLOAD ? small : small / FEWER;
    }
}
