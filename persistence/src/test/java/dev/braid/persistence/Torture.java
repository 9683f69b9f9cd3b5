package dev.braid.persistence;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.IoUtil;
import org.opentest4j.TestAbortedException;

/** The long form: every fault in turn, round after round, or the fuzzer. Run by {@code scripts/torture.sh}. */
public final class Torture {
    /** Mutates journals at random, and has all verbs of the command look at them, which are beyond this module. */
    @FunctionalInterface
    public interface Fuzzer {
        /** Returns how many rounds found a fault. */
        int run(Path folder, int limitS, int rounds, long seed) throws Exception;
    }

    private static final int FUZZ_LIMIT_S = 60;
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));
    private static final Path IN_MEMORY = Path.of("/dev/shm");
    private static final String USAGE = """
            Usage: torture.sh [--rounds N] [--seed S] [--fault NAME]... [--work DIR]
                   torture.sh --fuzz N [--seed S] [--work DIR]
            Lets journals suffer, and checks each time that nothing acknowledged was lost, doubled or changed.
              --rounds N    how many faults to try, all kinds in turn; by default 100
              --seed S      of the first round, and those after it count on from there; by default another each time
              --fault NAME  only this kind; may be given more than once
              --fuzz N      instead of faults: N rounds of one to four random mutations of a journal's files, each looked at by
                            all verbs
              --work DIR    where journals are made and deleted; by default the folder for temporary files, and for the fuzzer
                            /dev/shm where there is one, for it finds nothing that a disk does
            Exit status: 0 all survived, 1 something was not, 2 wrong usage.""";

    private static final List<String> OPTIONS = List.of("--rounds", "--fuzz", "--seed", "--fault", "--work");

    private static final class Tally {
        private int tried;
        private int survived;
        private int skipped;
        private String why = "";
    }

    private final Map<Fault, Tally> tallies = new EnumMap<>(Fault.class);
    private final Path work;

    private Torture(Path work) {
        this.work = work;
    }

    /** Does what the arguments say, and ends the process. */
    public static void run(String[] args, Fuzzer fuzzer) throws Exception {
        int rounds = 100;
        int fuzz = 0;
        long seed = System.nanoTime() & Integer.MAX_VALUE;
        Path work = null;
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < args.length; i += 2) {
            if (args[i].equals("--help") || args[i].equals("-h")) {
                System.out.println(USAGE);
                return;
            }
            if (!OPTIONS.contains(args[i])) {
                refuse("unknown option " + args[i]);
            }
            if (i + 1 == args.length) {
                refuse(args[i] + " needs a value");
            }
            try {
                switch (args[i]) {
                    case "--rounds" -> rounds = Integer.parseInt(args[i + 1]);
                    case "--fuzz" -> fuzz = Integer.parseInt(args[i + 1]);
                    case "--seed" -> seed = Long.parseLong(args[i + 1]);
                    case "--fault" -> faults.add(Fault.valueOf(args[i + 1]));
                    default -> work = Path.of(args[i + 1]);
                }
            } catch (IllegalArgumentException e) {
                refuse(args[i] + " " + args[i + 1] + ": not one of " + Arrays.toString(Fault.values())
                        + ", or no number");
            }
        }
        if (rounds < 1) {
            refuse("--rounds must be at least 1: " + rounds);
        }
        if (work == null) {
            work = fuzz > 0 && Files.isWritable(IN_MEMORY) ? IN_MEMORY : TEMPORARY;
        }
        Files.createDirectories(work);
        if (fuzz > 0) {
            Path folder = Files.createTempDirectory(work, "braid-fuzz-");
            int failed = fuzzer.run(folder, FUZZ_LIMIT_S, fuzz, seed);
            IoUtil.delete(folder.toFile(), true);
            System.exit(failed == 0 ? 0 : 1);
        }
        boolean isSurvived = new Torture(work).run(rounds, seed, faults.isEmpty() ? List.of(Fault.values()) : faults);
        System.exit(isSurvived ? 0 : 1);
    }

    private static void refuse(String why) {
        System.err.println("torture.sh: " + why + "\n" + USAGE);
        System.exit(2);
    }

    private boolean run(int rounds, long seed, List<Fault> faults) throws Exception {
        System.out.println("torture: " + rounds + " rounds, seed " + seed + ", on " + work);
        for (int round = 0; round < rounds; round++) {
            Fault fault = faults.get(round % faults.size());
            System.out.print((round + 1) + " of " + rounds + ", seed " + (seed + round) + ": " + fault + ", "
                    + fault.description());
            System.out.flush();
            System.out.println(": " + attempt(fault, seed + round));
        }
        return summarize();
    }

    private String attempt(Fault fault, long seed) throws Exception {
        Tally tally = tallies.computeIfAbsent(fault, key -> new Tally());
        Path folder = Files.createTempDirectory(work, "braid-torture-");
        tally.tried++;
        try {
            fault.survive(folder.resolve("journal"), new Random(seed));
            tally.survived++;
            IoUtil.delete(folder.toFile(), true);
            return "survived";
        } catch (TestAbortedException e) {
            tally.tried--;
            tally.skipped++;
            tally.why = e.getMessage();
            IoUtil.delete(folder.toFile(), true);
            return "skipped, " + e.getMessage();
        } catch (Exception | AssertionError e) {
            e.printStackTrace();
            return "NOT SURVIVED, " + e + "; what is left is in " + folder;
        }
    }

    private boolean summarize() {
        int tried = 0;
        int survived = 0;
        System.out.println();
        for (Map.Entry<Fault, Tally> each : tallies.entrySet()) {
            Tally tally = each.getValue();
            tried += tally.tried;
            survived += tally.survived;
            System.out.printf(
                    "%-18s %4d tried, %4d survived%s%n",
                    each.getKey(),
                    tally.tried,
                    tally.survived,
                    tally.skipped == 0 ? "" : ", " + tally.skipped + " skipped: " + tally.why);
        }
        System.out.println("torture: " + tried + " faults of the kinds " + tallies.keySet() + " tried, " + survived
                + " survived" + (tried == survived ? "" : ", " + (tried - survived) + " NOT"));
        return tried == survived;
    }
}
