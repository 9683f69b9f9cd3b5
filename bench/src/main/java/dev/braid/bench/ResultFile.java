package dev.braid.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The form in which results are kept: {@code {"bench":…,"host":{…},"results":[{"case":…,…}],"ratios":[{"name":…,…}]}}.
 *
 * @param smokeTest whether it was a quick run, whose figures say little.
 */
record ResultFile(
        String bench,
        boolean smokeTest,
        String startedAt,
        Host host,
        List<? extends Record> results,
        List<Ratio> ratios) {
    private static final ObjectWriter WRITER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writer();

    static ResultFile of(String bench, boolean smokeTest, Instant startedAt, Host host, Findings findings) {
        return new ResultFile(bench, smokeTest, startedAt.toString(), host, findings.results(), findings.ratios());
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, WRITER.writeValueAsString(this) + "\n");
    }
}
