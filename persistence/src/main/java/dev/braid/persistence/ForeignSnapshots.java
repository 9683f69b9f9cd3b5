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
    /** Before the journal is looked at, so that none is ahead of it which came meanwhile. */
    private final List<Path> files;

    /** One of them. */
    record Foreign(Path file, String why) {
        String name() {
            return file.getFileName().toString();
        }

        /** The name, and the reason. */
        String reason() {
            return name() + ": " + why;
        }
    }

    /** Notes which snapshots there are. */
    ForeignSnapshots(Path dir) {
        this.files = SnapshotFile.newestFirst(dir);
    }

    /** Those that are not of a journal, the newest first. */
    List<Foreign> find(Timeline timeline) {
        List<Foreign> found = new ArrayList<>();
        for (Path file : files) {
            try {
                SnapshotFile.Header header = SnapshotFile.header(file);
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

    /** Why a snapshot is not of a journal; {@code null} if it is, or does not say enough of itself. */
    static String whyNot(SnapshotFile.Header header, Timeline timeline) {
        if (header.journal() != timeline.journal()) {
            return "it is of another journal";
        }
        return header.place() == null ? null : timeline.whyNot(header.place());
    }
}
