package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmark runs, and what it times does the work. */
class PipelineBenchmarkTest {
    private final PipelineBenchmark benchmark = new PipelineBenchmark();

    @ParameterizedTest
    @ValueSource(ints = {8, 4096})
    void shouldRunBraid(int subStreams) {
        PipelineBenchmark.BraidPipeline pipeline = new PipelineBenchmark.BraidPipeline();
        pipeline.subStreams = subStreams;
        pipeline.start();
        try {
            assertTrue(benchmark.braid(pipeline) > 0);
            long handled = pipeline.engine.groups().stream()
                    .mapToLong(group -> group.processed())
                    .sum();
            assertTrue(handled == pipeline.engine.lowWatermark() + 1, "handled " + handled);
        } finally {
            pipeline.stop();
        }
    }

    @Test
    void shouldRunThePeers() {
        PipelineBenchmark.DiamondPipeline diamond = new PipelineBenchmark.DiamondPipeline();
        diamond.start();
        assertTrue(benchmark.disruptorDiamond8(diamond) > 0);
        diamond.stop();
        PipelineBenchmark.OneHandlerPipeline one = new PipelineBenchmark.OneHandlerPipeline();
        one.start();
        assertTrue(benchmark.disruptorOneHandler(one) > 0);
        one.stop();
    }
}
