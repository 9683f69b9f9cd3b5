package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Under which conditions something was measured: what a reader needs to judge a figure.
 *
 * @param fileSystem      of the folder in which journals were written.
 * @param busyCoresBefore for a moment, just before; or less than 0 where that cannot be read. An average of the last minute
 *                        would tell of the benchmark before this one.
 */
record Host(
        @JsonUnwrapped Machine machine, String fileSystem, double busyCoresBefore, String jdk, List<String> jvmFlags) {
    /**
     * The machine.
     *
     * @param governor how the processor's frequency is chosen, or {@value #UNKNOWN} if that cannot be read.
     */
    record Machine(String cpu, int cores, boolean virtualMachine, long memoryBytes, String kernel, String governor) {}

    private static final String UNKNOWN = "unknown";
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path GOVERNOR = Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    private static final long SAMPLE_MS = 300;

    /** The conditions of this process. */
    static Host describe(Path work) throws IOException, InterruptedException {
        return describe(work, null, List.of());
    }

    /**
     * The conditions of processes that this one starts.
     *
     * @param work      folder that exists.
     * @param jvm       their java command, or {@code null} if it is that of this process.
     * @param moreFlags that they get besides those of this process.
     */
    static Host describe(Path work, String jvm, List<String> moreFlags) throws IOException, InterruptedException {
        List<String> flags =
                new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
        flags.addAll(moreFlags);
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        FileStore store = Files.getFileStore(work);
        Machine machine = new Machine(
                cpuInfo("model name", UNKNOWN + " " + System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                (" " + cpuInfo("flags", "") + " ").contains(" hypervisor "),
                system.getTotalMemorySize(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                readOrUnknown(GOVERNOR));
        return new Host(
                machine, store.type() + " on " + store.name(), busyCores(), jvm == null ? ownJdk() : jdkOf(jvm), flags);
    }

    private static String ownJdk() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version") + ", "
                + System.getProperty("java.vendor");
    }

    /** What a java command says of itself: the last line tells of the virtual machine. */
    private static String jdkOf(String jvm) throws IOException {
        Process process =
                new ProcessBuilder(jvm, "-version").redirectErrorStream(true).start();
        try (BufferedReader text = process.inputReader()) {
            return text.lines().reduce((first, second) -> second).orElse(UNKNOWN);
        }
    }

    private static double busyCores() throws InterruptedException {
        Optional<CpuTimes> before = CpuTimes.now();
        Thread.sleep(SAMPLE_MS);
        Optional<CpuTimes> after = CpuTimes.now();
        return before.isPresent() && after.isPresent() ? after.get().busyCoresSince(before.get()) : -1;
    }

    private static String cpuInfo(String key, String otherwise) {
        try (Stream<String> lines = Files.lines(CPU_INFO, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(key))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .orElse(otherwise);
        } catch (IOException e) {
            return otherwise; // Not Linux.
        }
    }

    private static String readOrUnknown(Path file) {
        try {
            return Files.readString(file).trim();
        } catch (IOException e) {
            return UNKNOWN; // Virtual machines have none.
        }
    }
}
