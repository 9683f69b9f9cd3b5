package dev.braid.engine;

/** Refreshes counters that the engine's threads do not write themselves, because it would cost them time. */
interface StatsRefresh {
    /** Does nothing: for counters that something else refreshes, or nothing any more. */
    StatsRefresh NONE = new StatsRefresh() {
        @Override
        public void refresh() {}

        @Override
        public void refreshShares() {}

        @Override
        public void refreshLatencies(int group) {}
    };

    /** Refreshes the counters of the engine. */
    void refresh();

    /** Refreshes the shares due to groups. */
    void refreshShares();

    /** Refreshes the distributions of a group's times. */
    void refreshLatencies(int group);
}
