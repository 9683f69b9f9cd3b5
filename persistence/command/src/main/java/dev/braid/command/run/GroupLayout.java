package dev.braid.command.run;

import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import dev.braid.command.input.KeyedRecord;
import dev.braid.command.input.MalformedRecordException;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Partitioner;
import dev.braid.engine.Partitioners;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Maps keys to groups and sub-streams. Ids are assigned in the order of the groups, as in the engine: one to each key, and
 * {@value #CATCH_ALL_SUB_STREAMS} to a catch-all.
 */
final class GroupLayout {
    static final int CATCH_ALL_SUB_STREAMS = 64;

    /** Stands for a group's name where records fail before they have a group. No group has this name. */
    static final String NO_GROUP = "";

    private final List<HandlerGroup<KeyedRecord>> groups = new ArrayList<>();
    private final Map<String, String> groupOfKey = new HashMap<>();
    private final Map<String, Integer> subStreamOfKey = new HashMap<>();
    private final Partitioner<KeyedRecord> partitioner;
    private final KeyedTotals[] handlers;
    private final int[] groupOfSubStream;
    private final int sumFields;
    private final String partitioning;
    private String catchAll = NO_GROUP;

    /** @throws UsageException if the groups contradict each other. */
    GroupLayout(List<GroupOption> options, int sumFields) {
        int subStreams = options.stream().mapToInt(GroupOption::subStreams).sum();
        this.handlers = new KeyedTotals[subStreams];
        this.groupOfSubStream = new int[subStreams];
        this.sumFields = sumFields;
        this.partitioning =
                String.join(";", options.stream().map(GroupLayout::describe).toList());
        checkNames(options);
        Partitioner<KeyedRecord> otherwise = GroupLayout::failWithoutGroup;
        int first = 0;
        for (GroupOption option : options) {
            if (option.isCatchAll()) {
                takeTheRest(option);
                otherwise = Partitioners.hash(KeyedRecord::key, first, CATCH_ALL_SUB_STREAMS);
            }
            takeKeys(option, first);
            Arrays.fill(groupOfSubStream, first, first + option.subStreams(), groups.size());
            groups.add(group(option, first));
            first += option.subStreams();
        }
        this.partitioner = partitioner(subStreamOfKey, otherwise);
    }

    private static void checkNames(List<GroupOption> options) {
        Set<String> names = new HashSet<>();
        for (GroupOption option : options) {
            if (!names.add(option.name())) {
                throw new UsageException("two groups have the name " + Texts.quote(option.name()));
            }
        }
    }

    private void takeTheRest(GroupOption option) {
        if (!catchAll.equals(NO_GROUP)) {
            throw new UsageException("--group " + Texts.quote(option.name() + "=" + option.weight() + ":*")
                    + ": another group has '*' already");
        }
        catchAll = option.name();
    }

    private void takeKeys(GroupOption option, int first) {
        int id = first;
        for (String key : option.keys()) {
            String other = groupOfKey.put(key, option.name());
            if (other != null) {
                throw new UsageException("key " + Texts.quote(key) + " is given twice: in group " + Texts.quote(other)
                        + " and in group " + Texts.quote(option.name()));
            }
            subStreamOfKey.put(key, id++);
        }
    }

    private HandlerGroup<KeyedRecord> group(GroupOption option, int first) {
        return HandlerGroup.named(option.name()).weight(option.weight()).subStreams(option.subStreams(), i -> {
            KeyedTotals totals = new KeyedTotals(sumFields);
            handlers[first + i] = totals;
            return totals;
        });
    }

    /** Returns the name of the group that a record belongs to, or {@link #NO_GROUP}. */
    String groupNameOf(KeyedRecord record) {
        return record.problem() != null ? NO_GROUP : groupOfKey.getOrDefault(record.key(), catchAll);
    }

    /** Describes a group without its name and weight, which may change. */
    private static String describe(GroupOption option) {
        return option.isCatchAll()
                ? option.keys() + "*" + CATCH_ALL_SUB_STREAMS
                : option.keys().toString();
    }

    private static Partitioner<KeyedRecord> partitioner(
            Map<String, Integer> subStreamOfKey, Partitioner<KeyedRecord> otherwise) {
        Partitioner<KeyedRecord> byKey = Partitioners.keys(KeyedRecord::key, subStreamOfKey, otherwise);
        return record -> {
            record.check();
            return byKey.subStreamOf(record);
        };
    }

    private static int failWithoutGroup(KeyedRecord record) throws MalformedRecordException {
        record.fail(problemWithoutGroup(record.key()));
        record.check();
        return -1;
    }

    /** Returns why a record fails whose key is in no group. */
    static String problemWithoutGroup(String key) {
        return "no group for key " + Texts.quote(key);
    }

    List<HandlerGroup<KeyedRecord>> groups() {
        return groups;
    }

    Partitioner<KeyedRecord> partitioner() {
        return partitioner;
    }

    /** Returns the group's place among {@link #groups()}, or their number for a record without a group. */
    int groupOf(int subStream) {
        return subStream < 0 ? groups.size() : groupOfSubStream[subStream];
    }

    /** Describes which keys have which sub-streams. */
    String partitioning() {
        return partitioning;
    }

    /** Returns how many records the handlers of a group have seen, including earlier runs. For use when the engine is closed. */
    long records(int group) {
        long records = 0;
        for (int i = 0; i < handlers.length; i++) {
            records += groupOfSubStream[i] == group ? handlers[i].count() : 0;
        }
        return records;
    }

    /**
     * Returns the sums over all keys, by field. For use when the engine is closed.
     *
     * @param fields that are summed up, in their order.
     */
    Map<String, BigDecimal> sums(List<String> fields) {
        BigDecimal[] sums = new BigDecimal[sumFields];
        Arrays.fill(sums, BigDecimal.ZERO);
        for (KeyedTotals handler : handlers) {
            handler.addTo(sums);
        }
        Map<String, BigDecimal> byField = new LinkedHashMap<>();
        for (int i = 0; i < sumFields; i++) {
            byField.put(fields.get(i), sums[i]);
        }
        return byField;
    }
}
