package dev.braid.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.agrona.IoUtil;

/**
 * Ensures that the next writes go to memory that was in use until just now.
 * <p>
 * The host of a virtual machine may reclaim memory that is free for a second or two, and returns it at 12 us for a page of 4 KiB
 * (measured on Linux 6.18, which reports free memory to its host). A journal is written to new pages all the time, so its benchmark
 * would measure the host. Freed pages are kept by the processor that freed them, so each one gets some.
 */
final class RecycledPages {
    private static final int MAX_PROCESSORS = 4;

    private RecycledPages() {}

    /**
     * Uses memory, and frees it.
     *
     * @param folder where files are made and deleted again.
     * @param bytes  for each processor, if there are not more than a few.
     */
    static void provide(Path folder, int bytes) {
        int processors = Math.min(MAX_PROCESSORS, Runtime.getRuntime().availableProcessors());
        CompletableFuture.allOf(IntStream.range(0, processors)
                        .mapToObj(i -> CompletableFuture.runAsync(
                                () -> use(folder.resolve("pages-" + i), bytes), task -> new Thread(task).start()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private static void use(Path file, int bytes) {
        IoUtil.unmap(IoUtil.mapNewFile(file.toFile(), bytes));
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
