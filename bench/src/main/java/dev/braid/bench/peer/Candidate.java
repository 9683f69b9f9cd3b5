package dev.braid.bench.peer;

import java.util.function.Function;

/** The pipelines that are compared. */
public enum Candidate {
    BRAID("braid-%d", false, "weights, bounds by group, order, outcomes, low watermark", BraidPipeline::shared),
    BRAID_NANOSECONDS(
            "braid-%d-nanoseconds",
            false,
            "the same, with groups that share time instead of records: the clock is read around each batch",
            BraidPipeline::nanoseconds),
    BRAID_WORKER(
            "braid-%d-worker",
            false, "the same, with handlers on a worker, and merge on a thread of its own", BraidPipeline::worker),
    DISRUPTOR_1(
            "disruptor-1",
            false,
            "LMAX Disruptor, one handler: the limit. First come, first served, no weights",
            DisruptorOnePipeline::new),
    DISRUPTOR_DIAMOND(
            "disruptor-diamond-%d",
            false,
            "LMAX Disruptor, a filtering handler and thread for each sub-stream, and a join. No weights",
            DisruptorDiamondPipeline::new),
    JCTOOLS_WRR(
            "jctools-wrr-%d",
            false,
            "JCTools, an SPSC queue for each sub-stream, weighted round robin, a pool. One publisher, no low watermark",
            JctoolsPooledPipeline::new),
    JCTOOLS_KEYED_WRR(
            "jctools-keyed-wrr-%d",
            false,
            "the same, with a publisher that knows the sub-stream beforehand: no pool, records of its own for each queue",
            JctoolsKeyedPipeline::new),
    FAIR_CALL_QUEUE(
            "faircallqueue-%d",
            false,
            "Hadoop's FairCallQueue with its weighted multiplexer. Weights fixed, no low watermark",
            FairCallQueuePipeline::new),
    PEKKO(
            "pekko-%d",
            false,
            "Pekko Streams, Partition and MergePrioritized in one actor. Weights are odds, garbage",
            PekkoPipeline::new),
    ARRAY_BLOCKING_QUEUE(
            "arrayblockingqueue",
            false,
            "JDK, one ArrayBlockingQueue. First come, first served, no weights",
            ArrayBlockingQueuePipeline::new),
    PRIORITY_BLOCKING_QUEUE(
            "priorityblockingqueue-%d",
            false,
            "JDK, one PriorityBlockingQueue with virtual times as priorities. No low watermark, garbage",
            PriorityBlockingQueuePipeline::new),
    BRAID_JOURNAL(
            "braid-%d-journal",
            true,
            "the same with its journal: frames with CRC-32C, sequences, low watermarks",
            BraidJournalPipeline::new),
    DISRUPTOR_1_EXCERPT(
            "disruptor-1-excerpt",
            true,
            "one handler, and a Chronicle Queue excerpt for each result. No weights, no checksums",
            setup -> new DisruptorJournalPipeline(setup, ExcerptSink::new)),
    DISRUPTOR_1_MAPPED(
            "disruptor-1-mapped",
            true,
            "one handler, and bare mapped files: the limit with a journal. No weights, no checksums",
            setup -> new DisruptorJournalPipeline(setup, MappedFileSink::new)),
    DISRUPTOR_1_AERON(
            "disruptor-1-aeron",
            true,
            "one handler, and an embedded Aeron Archive recording. No weights, no checksums, two more threads",
            setup -> new DisruptorJournalPipeline(setup, AeronArchiveSink::new));

    private final String name;
    private final boolean journals;
    private final String description;
    private final Function<Setup, Pipeline> start;

    Candidate(String name, boolean journals, String description, Function<Setup, Pipeline> start) {
        this.name = name;
        this.journals = journals;
        this.description = description;
        this.start = start;
    }

    /** Returns the name in results. */
    public String name(int subStreams) {
        return String.format(name, subStreams);
    }

    /** Returns the name without the number of sub-streams. */
    public String family() {
        return name.replace("-%d", "");
    }

    /** Returns what it is, and what it does less than Braid. */
    public String description() {
        return description;
    }

    /** Returns whether it writes a journal; its pipelines are then {@link JournaledPipeline}s. */
    public boolean journals() {
        return journals;
    }

    /** Returns the number of busy threads, the publisher included. */
    public int threads(int subStreams) {
        return switch (this) {
            case BRAID_WORKER -> BraidPipeline.WORKER_THREADS;
            case DISRUPTOR_DIAMOND -> DisruptorDiamondPipeline.threads(subStreams);
            case DISRUPTOR_1_AERON -> DisruptorOnePipeline.THREADS + AeronArchiveSink.THREADS;
            default -> 2;
        };
    }

    /** Starts a pipeline. The calling thread is its owner, and its publisher. */
    public Pipeline start(Setup setup) {
        return start.apply(setup);
    }
}
