package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The form in which results are kept: {@code {"bench":…,"verdicts":[…],…,"host":{…},"results":[{"case":…,…}],
 * "ratios":[{"name":…,…}]}}.
 *
 * @param verdicts        {@code [{"case":…,"verdict":"held","found":…}]}, or "missed" or "not judged".
 * @param othersBusyCores on average while it was measured: what other processes took, and the host of a virtual machine; or less
 *                        than 0 where that cannot be read.
 */
record ResultFile(
        String bench,
        List<Verdict> verdicts,
        @JsonUnwrapped Course course,
        Host host,
        double othersBusyCores,
        List<? extends Record> results,
        List<Ratio> ratios) {
    /**
     * How it went.
     *
     * @param smokeTest whether it was a quick run, whose figures say little.
     * @param complete  whether all steps were done: it was not broken off, and nothing failed.
     * @param steps     {@code {"done":…,"of":…,"failed":[{"step":…,"cause":…}]}}.
     */
    record Course(boolean smokeTest, boolean complete, BenchSteps.Account steps, String startedAt) {}

    private static final ObjectWriter WRITER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writer();

    static ResultFile of(
            String bench,
            boolean smokeTest,
            BenchSteps.Account steps,
            Instant startedAt,
            Host host,
            double othersBusyCores,
            Findings findings) {
        return new ResultFile(
                bench,
                findings.verdicts(),
                new Course(smokeTest, steps.isComplete(), steps, startedAt.toString()),
                host,
                othersBusyCores,
                findings.results(),
                findings.ratios());
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, WRITER.writeValueAsString(this) + "\n");
    }
}
