package dev.braid.persistence;

import dev.braid.engine.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.collections.Long2LongHashMap;

/**
 * How a restart would rebuild the state of handlers, for an engine with the groups of the run before: as {@link StateRebuild} does, but
 * without handlers, so that results are only counted. Where that run had to partition its state anew, and no snapshot was taken
 * since, the restart has to do so, too. Changes nothing. For one thread.
 */
final class PlannedState {
    private static final long NOT_COVERED = -1;

    private final JournalRecovery found;
    private final ProgressListener progress;
    private final Timeline timeline;
    private final SubStreamIds ids;
    private final Long2LongHashMap coveredById = new Long2LongHashMap(NOT_COVERED);
    private boolean isPartitionedAnew;
    private long replayed;

    PlannedState(JournalRecovery found, ProgressListener progress) {
        this.found = found;
        this.progress = progress;
        this.timeline = Timeline.of(found);
        this.ids = SubStreamIds.ofRunBefore(timeline);
    }

    /** @throws JournalException if the state cannot be rebuilt. */
    StateReport report() {
        long startNs = System.nanoTime();
        Manifest manifest = found.manifest();
        boolean keepsState = manifest.needed() != Manifest.NOTHING_NEEDED
                || found.isManifestLost()
                || !SnapshotFile.newestFirst(found.dir()).isEmpty();
        if (!keepsState) {
            return new StateReport(Optional.empty(), List.of(), found.highestSequence() + 1, 0, false, 0, 0);
        }
        SnapshotChoice snapshot = choose();
        snapshot.checkSuffices(found.dir(), manifest.firstSequence());
        List<JournalGroup> restored = isPartitionedAnew ? List.of() : restore(snapshot);
        long restoredNs = System.nanoTime();
        replay(snapshot.fromSequence(), restored);
        if (isPartitionedAnew) {
            snapshot = new SnapshotChoice(null, null, List.of());
            snapshot.checkSuffices(found.dir(), manifest.firstSequence());
            replayAll();
        }
        return new StateReport(
                snapshot.name(),
                snapshot.unused(),
                snapshot.fromSequence(),
                replayed,
                isPartitionedAnew,
                restoredNs - startNs,
                System.nanoTime() - restoredNs);
    }

    private SnapshotChoice choose() {
        return SnapshotChoice.newest(
                timeline,
                found.foreignSnapshots(),
                Long.MAX_VALUE,
                found.sequences().next() - 1,
                false,
                ids,
                header -> isPartitionedAnew = !ids.restores(header));
    }

    /** Returns the groups of the snapshot, with the ids that they have now. */
    private List<JournalGroup> restore(SnapshotChoice snapshot) {
        if (snapshot.file() == null) {
            return List.of();
        }
        SnapshotLayout layout = snapshot.header().layout();
        SegmentGroups then = ids.groupsOf(snapshot.header());
        try {
            SnapshotFile.read(
                    snapshot.file(),
                    (subStream, covered, buffer, length) -> coveredById.put(ids.now(then, subStream), covered));
        } catch (IOException e) {
            throw new JournalException("cannot read " + snapshot.file() + ": " + e, e);
        }
        if (layout.groups().isEmpty()) {
            return List.of(new JournalGroup("", 1, 0, layout.subStreams()));
        }
        List<JournalGroup> groups = new ArrayList<>();
        for (JournalGroup group : layout.groups()) {
            int first = ids.now(then, group.firstSubStream());
            groups.add(new JournalGroup(group.name(), group.weight(), first, group.subStreams()));
        }
        return groups;
    }

    private void replay(long from, List<JournalGroup> restored) {
        RecoveredResults.Handler count = (groups, result) -> {
            if (result.outcomeCode() == Outcome.PROCESSED.code()) {
                int id = ids.now(groups, result.subStream());
                isPartitionedAnew |= id == SubStreamIds.GONE;
                replayed += result.sequence() > covered(id, restored) ? 1 : 0;
            }
        };
        found.results().from(from, count, ProblemListener.STRICT, progress);
    }

    /** Returns the sequence up to which a state is restored. A handler keeps none if a snapshot has its group only. */
    private long covered(int id, List<JournalGroup> restored) {
        long covered = coveredById.get(id);
        return covered == NOT_COVERED && SubStreamIds.group(restored, id) != null && !coveredById.containsKey(id)
                ? Long.MAX_VALUE
                : covered;
    }

    private void replayAll() {
        replayed = 0;
        RecoveredResults.Handler count =
                (groups, result) -> replayed += result.outcomeCode() == Outcome.PROCESSED.code() ? 1 : 0;
        found.results().from(0, count, ProblemListener.STRICT, progress);
    }
}
