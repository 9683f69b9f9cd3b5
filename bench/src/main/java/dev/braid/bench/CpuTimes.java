package dev.braid.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How long the processors were busy since the machine was started, in ticks of all of them.
 *
 * @param busy with anything, and taken by the host of a virtual machine.
 * @param all  busy and not.
 * @param own  of it what this process had, and those that it started and that have ended.
 */
record CpuTimes(double busy, double all, double own, long processors) {
    private static final Path OF_MACHINE = Path.of("/proc/stat");
    private static final Path OF_PROCESS = Path.of("/proc/self/stat");
    private static final int IDLE = 4;
    private static final int WAITING_FOR_DISK = 5;
    private static final int STOLEN = 8;
    /** After the name of the process: those of itself and of its children, of the user and of the system. */
    private static final int FIRST_OF_PROCESS = 12;

    private static final int LAST_OF_PROCESS = 15;

    /** Empty where it cannot be read: not on Linux. */
    static Optional<CpuTimes> now() {
        try {
            List<String> lines = Files.readAllLines(OF_MACHINE);
            String[] ticks = lines.get(0).split("\\s+");
            double all = 0;
            for (int i = 1; i <= STOLEN; i++) {
                all += Long.parseLong(ticks[i]);
            }
            double busy = all - Long.parseLong(ticks[IDLE]) - Long.parseLong(ticks[WAITING_FOR_DISK]);
            // Of the machine: a process may be given fewer.
            long processors =
                    lines.stream().filter(line -> line.matches("cpu\\d.*")).count();
            return Optional.of(new CpuTimes(busy, all, ofProcess(), processors));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static double ofProcess() throws IOException {
        String stat = Files.readString(OF_PROCESS, StandardCharsets.ISO_8859_1);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).split(" ");
        double own = 0;
        for (int i = FIRST_OF_PROCESS; i <= LAST_OF_PROCESS; i++) {
            own += Long.parseLong(fields[i]);
        }
        return own;
    }

    /** On average. */
    double busyCoresSince(CpuTimes earlier) {
        return (busy - earlier.busy) / (all - earlier.all) * processors;
    }

    /** As {@link #busyCoresSince}, without what this process did itself. */
    double othersBusyCoresSince(CpuTimes earlier) {
        return Math.max(0, busy - earlier.busy - (own - earlier.own)) / (all - earlier.all) * processors;
    }
}
