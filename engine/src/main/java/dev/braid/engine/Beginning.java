package dev.braid.engine;

/** Nothing is done from a sequence on. */
record Beginning(long firstSequence) implements ResumePoint {
    @Override
    public long doneThrough() {
        return firstSequence - 1;
    }

    @Override
    public boolean isDone(long sequence) {
        return false;
    }
}
