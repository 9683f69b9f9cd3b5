package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.agrona.CloseHelper;

/**
 * Makes a backup: see {@link Journals#backup}. The order is what makes it consistent, for journals move on meanwhile:
 * <ol>
 *   <li>Leases: from now on no segment is deleted, neither of the results nor of the input.
 *   <li>Sealed segments, which do not change.
 *   <li>Snapshots: what is part of them is in the journal already.
 *   <li>The journal's end: so it is not behind its snapshots.
 *   <li>The input journal, in the same way: it is not behind the results, and as it is held since before these, it has all
 *       that has no result in the copy.
 * </ol>
 */
final class JournalBackup {
    private final Path dir;
    private final Path given;
    private Path input;
    private final Path target;
    private final ProgressListener progress;

    JournalBackup(Path dir, Path input, Path target, ProgressListener progress) {
        this.dir = dir;
        this.given = input;
        this.target = target;
        this.progress = progress;
    }

    BackupReport run() {
        long startNs = System.nanoTime();
        JournalFolder.checkJournal(dir);
        checkApart(dir);
        Manifest manifest = ManifestFile.readOrGuess(dir, problem -> {});
        input = InputCheck.place(dir, manifest, given);
        if (input != null) {
            JournalProblem problem = InputCheck.identity(dir, manifest, input);
            if (problem != null) {
                throw new JournalDamagedException(problem.of(dir));
            }
            JournalFolder.checkJournal(input);
            checkApart(input);
        }
        ReaderLease lease = ReaderLease.NONE;
        ReaderLease inputLease = ReaderLease.NONE;
        try (BackupTarget place = new BackupTarget(target)) {
            lease = lease(dir);
            inputLease = input == null ? ReaderLease.NONE : lease(input);
            return copy(place, startNs);
        } catch (IOException e) {
            throw new JournalException("cannot copy journal " + dir + " to " + target + ": " + e, e);
        } finally {
            CloseHelper.closeAll(lease, inputLease);
        }
    }

    private void checkApart(Path journal) {
        Path from = JournalFolder.real(journal);
        Path to = JournalFolder.real(target);
        if (to.startsWith(from) || from.startsWith(to)) {
            throw new JournalException(
                    "the backup, " + target + ", and the journal, " + journal + ", must not be in each other");
        }
    }

    /** Takes a lease; without one, what retention deletes during the copy is missed, and no backup is made. */
    private static ReaderLease lease(Path journal) {
        FileLocks.Lock unchanged = null;
        try {
            unchanged = ManifestFile.lock(journal);
            return ReaderLease.take(journal);
        } catch (JournalDamagedException e) {
            throw e;
        } catch (IOException | JournalException e) {
            return ReaderLease.NONE;
        } finally {
            CloseHelper.quietClose(unchanged);
        }
    }

    private BackupReport copy(BackupTarget place, long startNs) throws IOException {
        BackupCopy results = new BackupCopy(dir, target, place.staging(), progress);
        results.copySealed();
        results.copySnapshots();
        results.copyRest();
        BackupCopy accepted = null;
        Path inputName = Path.of(InputCheck.USUAL_FOLDER);
        if (input != null) {
            accepted = new BackupCopy(
                    input, target.resolve(inputName), place.staging().resolve(inputName), progress);
            accepted.copySealed();
            accepted.copyRest();
        }
        place.commit(new BackupStamp(
                BackupStamp.checksumOfManifest(place.staging()),
                accepted == null
                        ? null
                        : BackupStamp.checksumOfManifest(place.staging().resolve(inputName)),
                results.snapshots()));
        JournalRecovery made = check(target);
        OptionalLong inputNext = accepted == null
                ? OptionalLong.empty()
                : OptionalLong.of(check(target.resolve(inputName)).highestSequence() + 1);
        return new BackupReport(
                dir,
                target,
                new BackupReport.Files(
                        results.copied() + (accepted == null ? 0 : accepted.copied()),
                        results.copiedBytes() + (accepted == null ? 0 : accepted.copiedBytes()),
                        results.keptCount() + (accepted == null ? 0 : accepted.keptCount())),
                new BackupReport.Extent(
                        made.resultCount(), made.sequences().next() - 1, made.highestSequence() + 1, inputNext),
                System.nanoTime() - startNs);
    }

    /** Checks that the copy is as a restart would find it. What was copied now was read before. */
    private static JournalRecovery check(Path copy) {
        JournalRecovery found = new JournalRecovery(copy, ProgressListener.NONE);
        found.check();
        return found;
    }
}
