package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The snapshots in a journal's folder that are not of its {@link Timeline}: those of another journal, ahead of this one, or of
 * results that it lost before others came. They would become good again as it grows, were it not known which frame they go up to;
 * so they are set aside before anything is written. What cannot be told of, since it is damaged or of version 1, is none of them.
 */
final class ForeignSnapshots {
    /** Listed before the journal is read, so that no snapshot in it can be ahead of what is read. */
    private final List<Path> files;

    /** A snapshot that is not of this journal, and the reason. */
    record Foreign(Path file, String why) {
        String name() {
            return file.getFileName().toString();
        }

        /** Returns the name and the reason in one message. */
        String reason() {
            return name() + ": " + why;
        }
    }

    /** Lists the snapshots that exist. */
    ForeignSnapshots(Path dir) {
        this.files = SnapshotFile.newestFirst(dir);
    }

    /** Returns the snapshots that are not of a journal, the newest first. */
    List<Foreign> find(Timeline timeline) {
        List<Foreign> found = new ArrayList<>();
        for (Path file : files) {
            try {
                SnapshotHeader header = SnapshotFile.header(file);
                String why = whyNot(header, timeline);
                if (why != null) {
                    found.add(new Foreign(file, why));
                }
            } catch (IOException e) {
                // Whoever wants to use it says what is wrong.
            }
        }
        return List.copyOf(found);
    }

    /** Returns why a snapshot is not of a journal; {@code null} if it is, or cannot be told. */
    static String whyNot(SnapshotHeader header, Timeline timeline) {
        if (header.journal() != timeline.journal()) {
            return "it is of another journal";
        }
        return header.place() == null ? null : timeline.whyNot(header.place());
    }
}
