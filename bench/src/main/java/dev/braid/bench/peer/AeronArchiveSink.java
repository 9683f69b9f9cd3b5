package dev.braid.bench.peer;

import io.aeron.CommonContext;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.ArchivingMediaDriver;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.SourceLocation;
import io.aeron.archive.status.RecordingPos;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.status.CountersReader;

/**
 * A recording of an embedded Aeron Archive: results are messages of a publication within the process, which the archive's thread
 * writes to its segments.
 * <p>
 * Less than Braid's journal: no sequences of records and no low watermark, and checksums are off, as by default. More: the threads
 * of the driver and the archive, so that the handling thread only copies each result; readers on other machines, and replication.
 */
final class AeronArchiveSink implements ReadableSink {
    /** Threads of the driver and of the archive. */
    static final int THREADS = 2;

    private static final String IPC = "aeron:ipc?term-length=8m";
    private static final int RESULTS_STREAM = 10;
    private static final int REPLAY_STREAM = 11;
    private static final int FRAGMENT_LIMIT = 1024;

    private final ArchivingMediaDriver driver;
    private final AeronArchive archive;
    private final ExclusivePublication results;
    private final CountersReader counters;
    private final int recordingCounter;
    private final BenchRecordCodec codec = new BenchRecordCodec();
    private final BufferClaim claim = new BufferClaim();

    AeronArchiveSink(Path folder) {
        String aeronFolder = CommonContext.generateRandomDirName(); // In shared memory, if there is some.
        IdleStrategy idle =
                Idle.BUSY_SPIN.among(DisruptorOnePipeline.THREADS + THREADS).strategy();
        driver = ArchivingMediaDriver.launch(
                new MediaDriver.Context()
                        .aeronDirectoryName(aeronFolder)
                        .threadingMode(ThreadingMode.SHARED)
                        .sharedIdleStrategy(idle)
                        .spiesSimulateConnection(true)
                        .dirDeleteOnShutdown(true),
                new Archive.Context()
                        .aeronDirectoryName(aeronFolder)
                        .archiveDir(folder.resolve("archive").toFile())
                        .threadingMode(ArchiveThreadingMode.SHARED)
                        .idleStrategySupplier(() -> idle)
                        .controlChannelEnabled(false)
                        .archiveClientContext(new AeronArchive.Context().controlResponseChannel("aeron:ipc"))
                        .localControlChannel("aeron:ipc")
                        .replicationChannel("aeron:udp?endpoint=localhost:0")
                        .recordingEventsEnabled(false));
        archive = AeronArchive.connect(new AeronArchive.Context()
                .aeronDirectoryName(aeronFolder)
                .controlRequestChannel("aeron:ipc")
                .controlResponseChannel("aeron:ipc"));
        archive.startRecording(IPC, RESULTS_STREAM, SourceLocation.LOCAL);
        results = archive.context().aeron().addExclusivePublication(IPC, RESULTS_STREAM);
        counters = archive.context().aeron().countersReader();
        int counter;
        while ((counter = RecordingPos.findCounterIdBySession(counters, results.sessionId(), archive.archiveId()))
                == CountersReader.NULL_COUNTER_ID) {
            Thread.yield();
        }
        recordingCounter = counter;
    }

    @Override
    public int threads() {
        return THREADS;
    }

    @Override
    public void onResult(BenchRecord record) {
        long position;
        while ((position = results.tryClaim(BenchRecordCodec.length(record), claim)) < 0) {
            if (position == Publication.CLOSED || position == Publication.MAX_POSITION_EXCEEDED) {
                throw new IllegalStateException("a result cannot be published: " + Publication.errorString(position));
            }
            Thread.yield(); // The archive is behind: let its thread run.
        }
        codec.encode(record, claim.buffer(), claim.offset());
        claim.commit();
    }

    @Override
    public void awaitWritten() {
        while (counters.getCounterValue(recordingCounter) < results.position()) {
            Thread.yield();
        }
    }

    @Override
    public Fold readBack() {
        long recording = RecordingPos.getRecordingId(counters, recordingCounter);
        long end = results.position();
        long[] fold = new long[2];
        try (Subscription replay = archive.replay(recording, 0, end, "aeron:ipc", REPLAY_STREAM)) {
            long position = 0;
            while (position < end) {
                replay.poll((buffer, offset, length, header) -> add(fold, buffer, offset), FRAGMENT_LIMIT);
                if (replay.imageCount() > 0) {
                    position = replay.imageAtIndex(0).position();
                }
            }
        }
        return new Fold(fold[0], fold[1]);
    }

    private static void add(long[] fold, DirectBuffer buffer, int offset) {
        fold[0]++;
        fold[1] += BenchRecordCodec.result(buffer, offset);
    }

    @Override
    public void release() {
        results.close();
        archive.close();
        driver.close();
    }
}
