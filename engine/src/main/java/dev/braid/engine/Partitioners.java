package dev.braid.engine;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.agrona.collections.Object2IntHashMap;

/**
 * The usual {@link Partitioner}s: by hash, by range and by explicit keys. They have no state and allocate nothing, provided that
 * the key function does not. A {@code null} key makes the record {@link Outcome#FAILED}.
 */
public final class Partitioners {
    private Partitioners() {}

    /**
     * Partitions by hash of an object's {@link Object#hashCode()}, over sub-streams {@code 0} to {@code subStreams - 1}. The key's
     * hash code must be the same in every JVM, as that of {@link String} or {@link Long}, or a restart will partition differently.
     *
     * @param key        of a record.
     * @param subStreams the number of sub-streams.
     * @param <E>        type of the records.
     * @return the partitioner.
     */
    public static <E> Partitioner<E> hash(Function<? super E, ?> key, int subStreams) {
        return hash(key, 0, subStreams);
    }

    /**
     * Partitions by hash of an object's {@link Object#hashCode()}, over a range of sub-streams.
     *
     * @param key            of a record.
     * @param firstSubStream the smallest id to use.
     * @param subStreams     the number of ids.
     * @param <E>            type of the records.
     * @return the partitioner.
     * @see #hash(Function, int)
     */
    public static <E> Partitioner<E> hash(Function<? super E, ?> key, int firstSubStream, int subStreams) {
        Objects.requireNonNull(key, "key");
        checkRange(firstSubStream, subStreams);
        return record -> firstSubStream + bucket(requireKey(key.apply(record)).hashCode(), subStreams);
    }

    /**
     * Partitions by hash of a number, over sub-streams {@code 0} to {@code subStreams - 1}.
     *
     * @param key        of a record.
     * @param subStreams the number of sub-streams.
     * @param <E>        type of the records.
     * @return the partitioner.
     */
    public static <E> Partitioner<E> hashLong(ToLongFunction<? super E> key, int subStreams) {
        Objects.requireNonNull(key, "key");
        checkRange(0, subStreams);
        return record -> bucket(key.applyAsLong(record), subStreams);
    }

    /**
     * Partitions by range of a number: sub-stream {@code i} takes the keys below {@code upperBounds[i]} that no earlier one takes,
     * and one more sub-stream takes the rest.
     *
     * @param key         of a record.
     * @param upperBounds exclusive and ascending.
     * @param <E>         type of the records.
     * @return the partitioner, over {@code upperBounds.length + 1} sub-streams.
     */
    public static <E> Partitioner<E> range(ToLongFunction<? super E> key, long... upperBounds) {
        Objects.requireNonNull(key, "key");
        long[] bounds = upperBounds.clone();
        for (int i = 1; i < bounds.length; i++) {
            if (bounds[i] <= bounds[i - 1]) {
                throw new IllegalArgumentException(
                        "upperBounds must ascend, but " + bounds[i] + " follows " + bounds[i - 1]);
            }
        }
        return record -> rangeOf(key.applyAsLong(record), bounds);
    }

    /**
     * Partitions by explicit keys, each with its sub-stream. Any other key makes the record {@link Outcome#FAILED}.
     *
     * @param key        of a record.
     * @param subStreams id by key.
     * @param <E>        type of the records.
     * @param <K>        type of the keys.
     * @return the partitioner.
     */
    public static <E, K> Partitioner<E> keys(Function<? super E, ? extends K> key, Map<K, Integer> subStreams) {
        return keys(key, subStreams, record -> {
            throw new IllegalArgumentException("no sub-stream for key '" + key.apply(record) + "'");
        });
    }

    /**
     * Partitions by explicit keys, each with its sub-stream, and by another partitioner for all other keys.
     *
     * @param key        of a record.
     * @param subStreams id by key.
     * @param otherwise  decides if the map has no entry.
     * @param <E>        type of the records.
     * @param <K>        type of the keys.
     * @return the partitioner.
     */
    public static <E, K> Partitioner<E> keys(
            Function<? super E, ? extends K> key, Map<K, Integer> subStreams, Partitioner<? super E> otherwise) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(otherwise, "otherwise");
        Object2IntHashMap<K> ids = new Object2IntHashMap<>(Partitioner.NO_SUB_STREAM);
        subStreams.forEach((k, id) -> {
            if (id < 0) {
                throw new IllegalArgumentException("sub-stream of key '" + k + "' must not be negative: " + id);
            }
            ids.put(k, id.intValue());
        });
        return record -> {
            int id = ids.getValue(requireKey(key.apply(record)));
            return id != Partitioner.NO_SUB_STREAM ? id : otherwise.subStreamOf(record);
        };
    }

    /**
     * Partitions by group, and within the group by hash of an object's {@link Object#hashCode()}. An unknown group name makes the
     * record {@link Outcome#FAILED}, with a reason that says so.
     *
     * @param groups  of the engine, in their order; {@link EngineBuilder#build()} refuses an engine with others.
     * @param groupOf the name of a record's group.
     * @param keyOf   the key of a record; see {@link #hash(Function, int)}.
     * @param <E>     type of the records.
     * @return the partitioner.
     * @throws IllegalArgumentException if two groups have the same name.
     */
    public static <E> Partitioner<E> grouped(
            List<? extends HandlerGroup<E>> groups, Function<? super E, String> groupOf, Function<? super E, ?> keyOf) {
        return new GroupedPartitioner<>(groups, groupOf, group -> hash(keyOf, group.subStreams()), false);
    }

    /**
     * Partitions by group, and within the group by hash of a number; otherwise as {@link #grouped(List, Function, Function)}.
     *
     * @param groups  of the engine, in their order.
     * @param groupOf the name of a record's group.
     * @param keyOf   the key of a record.
     * @param <E>     type of the records.
     * @return the partitioner.
     * @throws IllegalArgumentException if two groups have the same name.
     */
    public static <E> Partitioner<E> groupedLong(
            List<? extends HandlerGroup<E>> groups,
            Function<? super E, String> groupOf,
            ToLongFunction<? super E> keyOf) {
        return new GroupedPartitioner<>(groups, groupOf, group -> hashLong(keyOf, group.subStreams()), false);
    }

    /**
     * Partitions by group, and within the group by {@link HandlerGroup#partitioner(Partitioner)}; otherwise as {@link
     * #grouped(List, Function, Function)}.
     *
     * @param groups  of the engine, in their order; each has a partitioner of its own, or one sub-stream.
     * @param groupOf the name of a record's group.
     * @param <E>     type of the records.
     * @return the partitioner.
     * @throws IllegalArgumentException if two groups have the same name.
     * @throws IllegalStateException    if a group has several sub-streams and no partitioner.
     */
    public static <E> Partitioner<E> grouped(
            List<? extends HandlerGroup<E>> groups, Function<? super E, String> groupOf) {
        return new GroupedPartitioner<>(groups, groupOf, HandlerGroup::partitionerOrOnly, true);
    }

    private static <K> K requireKey(K key) {
        if (key == null) {
            throw new IllegalArgumentException("the record's key is null");
        }
        return key;
    }

    private static void checkRange(int firstSubStream, int subStreams) {
        if (firstSubStream < 0) {
            throw new IllegalArgumentException("firstSubStream must not be negative: " + firstSubStream);
        }
        if (subStreams < 1) {
            throw new IllegalArgumentException("subStreams must be at least 1: " + subStreams);
        }
    }

    private static int rangeOf(long key, long[] upperBounds) {
        int low = 0;
        int high = upperBounds.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (key < upperBounds[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /**
     * Spreads a key's bits with Stafford's variant 13 of the 64-bit finalizer of MurmurHash3, then maps the upper half
     * onto the buckets by multiplication (Lemire, "A fast alternative to the modulo reduction"), which needs no division.
     */
    private static int bucket(long key, int buckets) {
        long h = key;
        h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
        h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
        h ^= h >>> 31;
        return (int) (((h >>> 32) * buckets) >>> 32);
    }
}
