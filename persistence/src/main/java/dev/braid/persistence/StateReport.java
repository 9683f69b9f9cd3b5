package dev.braid.persistence;

import java.util.List;
import java.util.Optional;

/**
 * How the state of handlers was rebuilt.
 *
 * @param snapshot        name of the snapshot that was restored, empty if there was none to restore.
 * @param damaged         snapshots that could not be used, each with the reason: those that are not of this journal as it is,
 *                        and then those that are damaged or prove too little; the newest first.
 * @param fromSequence    the first sequence whose result was replayed if it belongs to a state.
 * @param replayed        number of results that went into states.
 * @param isRepartitioned whether the states of another partitioning were taken apart.
 * @param restoreNs       time that it took to check and restore the snapshot.
 * @param replayNs        time that it took to replay results.
 */
public record StateReport(
        Optional<String> snapshot,
        List<String> damaged,
        long fromSequence,
        long replayed,
        boolean isRepartitioned,
        long restoreNs,
        long replayNs) {
    /** Report for handlers that keep no state. */
    static final StateReport NOTHING = new StateReport(Optional.empty(), List.of(), 0, 0, false, 0, 0);
}
