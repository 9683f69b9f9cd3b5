package dev.braid.persistence;

import dev.braid.engine.EngineFeed;
import dev.braid.engine.Ingress;
import dev.braid.engine.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/** Publishes the records of an input journal once more, each through the ingress that it came through at first. */
final class InputFeed<E> {
    private static final int POLL_LIMIT = 1024;

    private final Path dir;
    private final RecordCodec<? super E> codec;
    private final EngineFeed<E> feed;
    /** Ingresses by the name of their group; that of {@code null} is the shared one. */
    private final Map<String, Ingress<E>> ingresses = new HashMap<>();

    private long next;

    InputFeed(Path dir, RecordCodec<? super E> codec, EngineFeed<E> feed) {
        this.dir = dir;
        this.codec = codec;
        this.feed = feed;
    }

    /** Publishes all from one sequence to another. */
    void run(long first, long last, ProgressListener progress) {
        next = first;
        try (JournalReader reader = JournalReader.builder(dir)
                .fromSequence(first)
                .toSequence(last)
                .onProgress(progress)
                .open()) {
            ResultHandler publish = (sequence, subStream, outcome, timeNs, buffer, offset, length) -> {
                check(next, sequence);
                publish(ingress(JournalGroup.nameOf(subStream, reader.groups())), outcome, buffer, offset, length);
                next++;
            };
            while (next <= last && reader.poll(publish, POLL_LIMIT) > 0) {
                // Go on.
            }
        }
        if (next <= last) {
            throw new JournalException(
                    "input journal " + dir + " ends before sequence " + next + ", but should have " + last);
        }
    }

    private void check(long expected, long found) {
        if (expected != found) {
            throw new JournalException(
                    "input journal " + dir + " has sequence " + found + " where " + expected + " should be");
        }
    }

    /** Returns the ingress of a group, or the shared one if there is no such group, or it has no ingress of its own any more. */
    private Ingress<E> ingress(String group) {
        Ingress<E> known = ingresses.get(group);
        if (known == null) {
            known = group != null && feed.hasIngress(group) ? feed.ingress(group) : feed.ingress();
            ingresses.put(group, known);
        }
        return known;
    }

    private void publish(Ingress<E> ingress, Outcome outcome, DirectBuffer buffer, int offset, int length) {
        try {
            ingress.publish((record, published) -> {
                if (published != next) { // Cannot be, for nobody else publishes.
                    throw new IllegalStateException(
                            "record " + next + " of input journal " + dir + " was published as " + published);
                }
                if (outcome != Outcome.PROCESSED) {
                    byte[] reason = new byte[length];
                    buffer.getBytes(offset, reason);
                    throw new NotFilledException(new String(reason, StandardCharsets.UTF_8));
                }
                decode(record, buffer, offset, length);
            });
        } catch (NotFilledException e) {
            // It is published as failed, as it was before.
        }
    }

    private void decode(E record, DirectBuffer buffer, int offset, int length) {
        try {
            codec.decode(record, buffer, offset, length);
        } catch (RuntimeException e) {
            throw new JournalException(
                    "the record of sequence " + next + " of input journal " + dir + ", " + length
                            + " bytes, cannot be read by " + codec.getClass().getName() + ": " + e,
                    e);
        }
    }

    /** Failure of a publisher in an earlier run; without a stack trace, because there is none of it. */
    private static final class NotFilledException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotFilledException(String message) {
            super(message, null, false, false);
        }
    }
}
