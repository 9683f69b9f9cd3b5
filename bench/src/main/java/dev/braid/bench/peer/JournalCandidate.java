package dev.braid.bench.peer;

import dev.braid.persistence.Durability;
import java.nio.file.Path;
import java.util.function.BiFunction;

/** Journals that are compared without a pipeline around them: one thread hands over results, a batch at a time. */
public enum JournalCandidate {
    BRAID(
            "braid",
            "frames with CRC-32C, sequences and low watermarks in chained segments of Chronicle Queue",
            (folder, resultsPerForce) -> new BraidSink(folder, Durability.PROCESS),
            (folder, payloadBytes) -> new BraidReading(folder)),
    CHRONICLE_EXCERPT(
            "chronicle-excerpt",
            "Chronicle Queue, an excerpt for each result. No checksums, no sequences",
            (folder, resultsPerForce) -> new ExcerptSink(folder),
            (folder, payloadBytes) -> new ExcerptReading(folder)),
    MAPPED_FRAMES(
            "mapped-frames",
            "bare mapped files, written in the same frames: the limit. No checksums",
            (folder, resultsPerForce) -> new MappedFramesSink(folder, Long.MAX_VALUE),
            MappedFramesReading::new),
    BRAID_DISK(
            "braid-disk",
            "the same as braid, acknowledged when it is forced to disk",
            (folder, resultsPerForce) -> new BraidSink(folder, Durability.DISK),
            (folder, payloadBytes) -> new BraidReading(folder)),
    MAPPED_DISK(
            "mapped-disk",
            "the same as mapped-frames, forced as often as braid-disk, with as many bytes between",
            MappedFramesSink::new,
            MappedFramesReading::new);

    /** The number of results that are handed over at once, and make a frame. */
    public static final int BATCH = 256;

    /** Limit on the size of files. */
    static final int FILE_SIZE = 64 << 20;

    private final String title;
    private final String description;
    private final BiFunction<Path, Long, JournalSink> open;
    private final BiFunction<Path, Integer, JournalReading> reopen;

    JournalCandidate(
            String title,
            String description,
            BiFunction<Path, Long, JournalSink> open,
            BiFunction<Path, Integer, JournalReading> reopen) {
        this.title = title;
        this.description = description;
        this.open = open;
        this.reopen = reopen;
    }

    /** Returns the name in results. */
    public String title() {
        return title;
    }

    /** Returns what it is, and what it does less than Braid. */
    public String description() {
        return description;
    }

    /** Returns whether results count only when they are on disk. */
    public boolean forces() {
        return this == BRAID_DISK || this == MAPPED_DISK;
    }

    /**
     * Begins a journal.
     *
     * @param resultsPerForce the number of results that share a force, for a candidate that does not determine it by itself.
     */
    public JournalSink open(Path folder, long resultsPerForce) {
        return open.apply(folder, resultsPerForce);
    }

    /**
     * Opens a journal to read it, after its {@link JournalSink#release()}.
     *
     * @param payloadBytes of the records that are in it.
     */
    public JournalReading reopen(Path folder, int payloadBytes) {
        return reopen.apply(folder, payloadBytes);
    }
}
