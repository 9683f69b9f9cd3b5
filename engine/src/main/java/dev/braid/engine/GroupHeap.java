package dev.braid.engine;

import java.util.Arrays;

/** A binary heap of groups that knows each group's place in it. For the conductor only. */
abstract class GroupHeap {
    private static final int ABSENT = -1;

    private final int[] heap;
    /** By group: its place in the heap, or {@link #ABSENT}. */
    private final int[] positions;

    private int size;

    GroupHeap(int groups) {
        this.heap = new int[groups];
        this.positions = new int[groups];
        Arrays.fill(positions, ABSENT);
    }

    /** Returns whether one group precedes another. The order of a group may change only if the group is then moved. */
    abstract boolean precedes(int a, int b);

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    boolean contains(int group) {
        return positions[group] != ABSENT;
    }

    /** Returns the group that no other precedes. There must be one. */
    int first() {
        return heap[0];
    }

    void add(int group) {
        siftUp(size++, group);
    }

    void remove(int group) {
        int hole = positions[group];
        positions[group] = ABSENT;
        int last = heap[--size];
        if (last != group) {
            place(hole, last);
            move(last);
        }
    }

    /** Moves a group to its new place. */
    void move(int group) {
        siftUp(positions[group], group);
        siftDown(positions[group], group);
    }

    /** Moves a group to its new place, which cannot be further ahead. */
    void moveBack(int group) {
        siftDown(positions[group], group);
    }

    private void siftUp(int position, int group) {
        int at = position;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!precedes(group, heap[parent])) {
                break;
            }
            place(at, heap[parent]);
            at = parent;
        }
        place(at, group);
    }

    private void siftDown(int position, int group) {
        int at = position;
        int child;
        while ((child = 2 * at + 1) < size) {
            if (child + 1 < size && precedes(heap[child + 1], heap[child])) {
                child++;
            }
            if (!precedes(heap[child], group)) {
                break;
            }
            place(at, heap[child]);
            at = child;
        }
        place(at, group);
    }

    private void place(int at, int group) {
        heap[at] = group;
        positions[group] = at;
    }
}
