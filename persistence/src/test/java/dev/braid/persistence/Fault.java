package dev.braid.persistence;

import java.nio.file.Path;
import java.util.Random;

/** What a journal has to survive. Each can be tried again and again, in another folder and with other random numbers. */
enum Fault {
    KILL("kill -9 at a random instant, again and again", KillFaults::atRandomInstants),
    KILL_IN_DOCUMENT("kill -9 within a document that is longer than the next", KillFaults::withinADocument),
    KILL_SAME_PID("kill -9, and a start with the same process id", KillFaults::withTheSamePid),
    KILL_AT_SEGMENT("kill -9 while a segment is made", KillFaults::whileASegmentIsMade),
    KILL_AT_MANIFEST("kill -9 between seal, rename of the manifest and force of the folder", KillFaults::atTheManifest),
    KILL_IN_RECOVERY("kill -9 during recovery, again and again", KillFaults::duringRecovery),
    ZEROED_PAGE("a page zeroed: head, index, middle or tail", DamageFaults::zeroedPage),
    DROPPED_PAGES("power lost: a random subset of pages that were not forced is gone", DiskFaults::powerLoss),
    BIT_FLIP("a bit flipped: length, CRC, sequence, payload, Chronicle's header, manifest", DamageFaults::flippedBit),
    TRUNCATION("a segment cut off: within its last frame, and an older one", DamageFaults::truncation),
    DISK_FULL("the disk gets full: within a segment, at a new one, at the manifest", DiskFaults::diskFull),
    SMALL_DISK("the disk gets full: a small one, in a file", DiskFaults::smallDisk),
    FORCE_FAILS("a force fails once, and would succeed afterwards", DiskFaults::failedForce),
    SECOND_WRITER("a second writer; a stale lock file", OtherFaults::secondWriter),
    SEGMENT_FILES("metadata.cq4t deleted, zeroed or random; a segment missing or doubled", DamageFaults::segmentFiles),
    CLOCK_AND_THREADS("the clock jumps; threads are interrupted; a reader follows", OtherFaults::clockAndThreads),
    KILLED_SALVAGE("kill -9 during salvage", ToolFaults::killedSalvage),
    KILLED_BACKUP("kill -9 during backup, and a backup into what is left", ToolFaults::killedBackup),
    KILLED_RETENTION("kill -9 during retention", ToolFaults::killedRetention),
    KILLED_SERVICE("kill -9 of a service while it takes snapshots, starts and ends", ToolFaults::killedService),
    CRASH_STATES(
            "all that POSIX lets a kill or a loss of power leave after an operation on the disk", CrashStates::survive);

    /** Tries to survive it once. */
    interface Trial {
        /**
         * Throws unless it is survived.
         *
         * @param dir    that does not exist yet, for a journal.
         * @param random decides what is left open.
         */
        void run(Path dir, Random random) throws Exception;
    }

    private final String description;
    private final Trial trial;

    Fault(String description, Trial trial) {
        this.description = description;
        this.trial = trial;
    }

    String description() {
        return description;
    }

    void survive(Path dir, Random random) throws Exception {
        trial.run(dir, random);
    }
}
