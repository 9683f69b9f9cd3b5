package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Path;

/** Forces, and says of a failure that it was of a force: after one, nothing is certain that was written before. */
final class Fsync {
    private Fsync() {}

    /** A force has failed. It must not be tried again, because the operating system may call the next one a success. */
    static final class ForceException extends IOException {
        private static final long serialVersionUID = 1;

        private ForceException(Path path, IOException cause) {
            super("cannot force " + path + ": " + cause, cause);
        }
    }

    static void force(Disk.File file, Path path) throws ForceException {
        try {
            file.force();
        } catch (IOException e) {
            throw new ForceException(path, e);
        }
    }

    static void forceFolder(Disk disk, Path folder) throws ForceException {
        try {
            disk.forceFolder(folder);
        } catch (IOException e) {
            throw new ForceException(folder, e);
        }
    }

    /** Tells whether a failure comes from a force. */
    static boolean isCauseOf(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof ForceException) {
                return true;
            }
        }
        return false;
    }
}
