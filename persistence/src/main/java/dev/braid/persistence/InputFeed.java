package dev.braid.persistence;

import dev.braid.engine.EngineFeed;
import dev.braid.engine.Ingress;
import dev.braid.engine.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/** Publishes the records of an input journal once more, each through the ingress that it came through at first. */
final class InputFeed<E> {
    private static final int POLL_LIMIT = 1024;

    private final Path dir;
    private final RecordCodec<? super E> codec;
    private final EngineFeed<E> feed;
    private final SubStreamIds ids;
    /** Ingresses by the name of their group; that of {@code null} is the shared one. */
    private final Map<String, Ingress<E>> ingresses = new HashMap<>();
    /** The same, by the sub-stream that stands for a group in a segment. */
    private final Int2ObjectHashMap<Ingress<E>> ofSegment = new Int2ObjectHashMap<>();

    private SegmentGroups then;

    private long next;

    /** @param ids that sub-streams of earlier runs have in the engine. */
    InputFeed(Path dir, RecordCodec<? super E> codec, EngineFeed<E> feed, SubStreamIds ids) {
        this.dir = dir;
        this.codec = codec;
        this.feed = feed;
        this.ids = ids;
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
                publish(ingress(reader.segmentGroups(), subStream), outcome, buffer, offset, length);
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

    /** Returns the ingress for records that came through that of a group, or the shared one if they did not. */
    private Ingress<E> ingress(SegmentGroups groups, int subStream) {
        if (groups != then) {
            then = groups;
            ofSegment.clear();
        }
        Ingress<E> known = ofSegment.get(subStream);
        if (known == null) {
            boolean isOfGroup = JournalGroup.nameOf(subStream, groups.groups()) != null;
            JournalGroup group = isOfGroup ? ids.groupNow(groups, subStream) : null;
            known = ingress(group != null ? group.name() : isOfGroup ? any() : null);
            ofSegment.put(subStream, known);
        }
        return known;
    }

    /** Returns the group whose ingress takes records of one that is gone: all of these have a result, and the engine drops them. */
    private String any() {
        return ids.now().stream()
                .map(JournalGroup::name)
                .filter(feed::hasIngress)
                .findFirst()
                .orElse(null);
    }

    /** Returns the ingress of a group, or the shared one if the group has no ingress of its own any more. */
    private Ingress<E> ingress(String group) {
        String owner = group != null && feed.hasIngress(group) ? group : null;
        return ingresses.computeIfAbsent(owner, any -> owner == null ? feed.ingress() : feed.ingress(owner));
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
