package dev.braid.persistence;

import java.nio.file.Path;

/** A journal that never had an input journal, made of one that has. */
public final class Unbound {
    private Unbound() {}

    /** The journal forgets its input journal. */
    public static void make(Path dir) {
        ManifestFile.update(dir, FileDisk.INSTANCE, manifest -> manifest.with(InputBinding.NONE));
    }
}
