package dev.braid.engine;

/** Brings counters up to date that the engine's threads do not write themselves, because it would cost them time. */
interface StatsRefresh {
    /** For counters that somebody else brings up to date, or nobody any more. */
    StatsRefresh NONE = new StatsRefresh() {
        @Override
        public void refresh() {}

        @Override
        public void refreshLatencies(int group) {}
    };

    /** Those of the engine. */
    void refresh();

    /** The distributions of a group's times. */
    void refreshLatencies(int group);
}
