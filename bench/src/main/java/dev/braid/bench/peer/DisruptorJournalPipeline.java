package dev.braid.bench.peer;

import java.nio.file.Path;
import java.util.function.Function;

/** A bare Disruptor with one handler, which writes each result to a journal at once. */
final class DisruptorJournalPipeline implements JournaledPipeline {
    private final ReadableSink journal;
    private final DisruptorOnePipeline disruptor;

    DisruptorJournalPipeline(Setup setup, Function<Path, ReadableSink> newJournal) {
        this.journal = newJournal.apply(setup.work());
        this.disruptor =
                new DisruptorOnePipeline(setup.withSink(journal), DisruptorOnePipeline.THREADS + journal.threads());
    }

    @Override
    public void publish(long first, int count) {
        disruptor.publish(first, count);
    }

    @Override
    public long completed() {
        return disruptor.completed();
    }

    @Override
    public void await(long results) {
        disruptor.await(results);
        journal.awaitWritten();
    }

    @Override
    public Fold readBack() {
        return journal.readBack();
    }

    @Override
    public void close() {
        disruptor.close();
        journal.release();
    }
}
