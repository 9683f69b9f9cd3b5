package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which data file of a segment is read. There should be one; where there are more, as after a copy that went into the wrong
 * folder, that is reported, with the names of all: one that is as the manifest says is the right one, and otherwise the one
 * with the most good frames is as much as can be had. Frames of different files are never mixed.
 */
final class DataFileSelector {
    private DataFileSelector() {}

    private record Candidate(Path file, boolean isSealed, long frames, ChainHash.Value hash) {
        static Candidate read(Path file, Segment segment, int journal, SealedSegment sealed) {
            int[] damages = {0};
            ProblemListener count = problem -> damages[0] += problem.kind().isDamage() ? 1 : 0;
            long frames = 0;
            try (SegmentReader reader = new SegmentReader(segment, journal, sealed, null, count)
                    .reading(file)
                    .thorough()) {
                while (reader.next()) {
                    frames++;
                }
                return new Candidate(file, sealed != null && damages[0] == 0, frames, reader.hash());
            }
        }

        boolean isBetterThan(Candidate other) {
            return isSealed != other.isSealed ? isSealed : frames > other.frames;
        }

        String describe(Candidate best) {
            String what;
            if (this != best && hash != null && hash.equals(best.hash)) {
                what = "with the same frames";
            } else if (isSealed) {
                what = "as the manifest says";
            } else {
                what = "with " + frames + (frames == 1 ? " good frame" : " good frames");
            }
            return file.getFileName() + ", " + what + (this == best ? ", is read" : ", is passed over");
        }
    }

    /**
     * Chooses.
     *
     * @param sealed what the manifest says of the segment, or {@code null}.
     * @return {@code null} if there is none.
     */
    static Path of(Segment segment, int journal, SealedSegment sealed, ProblemListener listener) {
        List<Path> files = segment.dataFiles();
        if (files.size() < 2) {
            return files.isEmpty() ? null : files.get(0);
        }
        List<Candidate> candidates = files.stream()
                .map(file -> Candidate.read(file, segment, journal, sealed))
                .toList();
        Candidate best = candidates.get(0);
        for (Candidate candidate : candidates) {
            best = candidate.isBetterThan(best) ? candidate : best;
        }
        listener.onProblem(
                JournalProblem.inSegment(ProblemKind.DUPLICATE, segment, describe(candidates, best, sealed)));
        return best.file();
    }

    private static String describe(List<Candidate> candidates, Candidate best, SealedSegment sealed) {
        List<String> each = new ArrayList<>();
        each.add(best.describe(best));
        for (Candidate candidate : candidates) {
            if (candidate != best) {
                each.add(candidate.describe(best));
            }
        }
        String doubt =
                sealed == null ? ", and no seal tells which is the right one" : ", none of them as the manifest says";
        return "it has " + candidates.size() + " data files" + (best.isSealed() ? "" : doubt) + ": "
                + String.join("; ", each);
    }
}
