package dev.braid.command;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Puts every verb to a journal that was mutated, and holds what it says against the truth. A fault is a difference that
 * is not named, a verb that hangs, prints a bare stack trace or takes memory without bounds, a start that does not agree with
 * its plan or loses what was there, and whatever happens outside of the journal.
 */
final class FuzzTrial {
    private static final long ALLOCATION_LIMIT = 256L << 20;
    private static final String UNKNOWN_GROUP = "\"group\":null,";
    private static final String LOST = "\"outcome\":\"LOST\"";

    private final FuzzTemplate template;
    private final Path journal;
    private final Path copy;
    private final Path salvaged;
    private final ExecutorService verbs;
    private final int limitS;

    /** Whether a journal that ends earlier than it did is as good: what says otherwise was taken back, too. */
    private final boolean mayEndEarlier;

    private final List<String> faults = new ArrayList<>();

    FuzzTrial(FuzzTemplate template, Path journal, boolean mayEndEarlier, ExecutorService verbs, int limitS) {
        this.template = template;
        this.journal = journal;
        this.copy = journal.resolveSibling("copy");
        this.salvaged = journal.resolveSibling("salvaged");
        this.mayEndEarlier = mayEndEarlier;
        this.verbs = verbs;
        this.limitS = limitS;
    }

    /** Returns what is wrong, nothing if all is right. */
    List<String> run() throws Exception {
        String dir = journal.toString();
        Map<String, String> before = fingerprint();
        verb("journal", "describe", dir);
        Braid verify = verb("journal", "verify", dir);
        Replayed inSequence = checkReplay("in sequence order", verb("replay", dir, "--format", "json"));
        Replayed inJournal =
                checkReplay("in journal order", verb("replay", dir, "--format", "json", "--order", "journal"));
        checkPart("with --skip-damage", verb("replay", dir, "--format", "json", "--skip-damage"));
        if (verify.status() == 0 && !isPermitted(inSequence.results())) {
            fault("verify is good, but " + difference(inSequence.results()));
        }
        if (verify.status() == 0 && (inSequence.status() != 0 || inJournal.status() != 0)) {
            fault("verify is good, but a replay is not");
        }
        verb("journal", "dump", dir);
        checkStateAt();
        Braid compared = verb("journal", "compare", dir, template.journal().toString());
        if (compared.status() == 0 && !inSequence.results().equals(template.truth())) {
            fault("compare finds no difference, but " + difference(inSequence.results()));
        }
        verb("journal", "retain", dir, "--below", "70", "--dry-run");
        checkSalvage();
        checkUntouched(before);
        checkRetention();
        checkStart();
        return faults;
    }

    /** Reading changes nothing, but that there are leases and a lock to take. */
    private void checkUntouched(Map<String, String> before) throws IOException {
        Map<String, String> after = fingerprint();
        for (Map.Entry<String, String> each : before.entrySet()) {
            if (!each.getValue().equals(after.remove(each.getKey()))) {
                fault("what only reads has changed " + each.getKey());
            }
        }
        after.keySet().removeIf(name -> name.endsWith(".lock") || name.contains("readers"));
        if (!after.isEmpty()) {
            fault("what only reads has made " + after.keySet());
        }
    }

    /** What is where, and whether it is the very same. */
    private Map<String, String> fingerprint() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(journal)) {
            for (Path path : walk.toList()) {
                PosixFileAttributes attributes =
                        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                String content = attributes.isRegularFile() && Files.isReadable(path)
                        ? attributes.lastModifiedTime() + " " + checksum(Files.readAllBytes(path))
                        : "";
                all.put(
                        journal.relativize(path).toString(),
                        attributes.fileKey() + " " + attributes.permissions() + " " + content);
            }
        }
        return all;
    }

    private static long checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    private void fault(String what) {
        faults.add(what);
    }

    private Braid verb(String... args) throws Exception {
        String command = String.join(" ", args);
        long[] allocated = {0};
        Thread[] thread = {null};
        Future<Braid> future = verbs.submit(() -> {
            thread[0] = Thread.currentThread();
            long before = allocatedBytes();
            Braid braid = Braid.run(args);
            allocated[0] = allocatedBytes() - before;
            return braid;
        });
        Braid braid;
        try {
            braid = future.get(limitS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            String at = thread[0] == null
                    ? ""
                    : Stream.of(thread[0].getStackTrace())
                            .limit(25)
                            .map(Object::toString)
                            .collect(Collectors.joining("\n    "));
            throw new AssertionError(command + " did not end within " + limitS + " s:\n    " + at);
        } catch (ExecutionException e) {
            throw new AssertionError(command + " threw " + e.getCause(), e.getCause());
        }
        if (allocated[0] > ALLOCATION_LIMIT) {
            fault(command + " allocated " + allocated[0] + " bytes");
        }
        checkWords(command, braid);
        return braid;
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private void checkWords(String command, Braid braid) {
        String said = braid.err();
        if (said.contains("\tat ") || said.contains("Exception") || said.contains("java.")) {
            fault(command + " printed " + said);
        }
        if (braid.status() < 0 || braid.status() > 2) {
            fault(command + " ended with status " + braid.status());
        } else if (braid.status() != 0 && said.isBlank() && braid.text().isBlank()) {
            fault(command + " ended with status " + braid.status() + " without a word");
        }
    }

    private Replayed checkReplay(String how, Braid replay) {
        Replayed replayed = checkPart(how, replay);
        if (replay.status() == 0 && !isPermitted(replayed.results())) {
            fault("replay " + how + " ended with status 0, but " + difference(replayed.results()));
        }
        return replayed;
    }

    /** Whatever is read is as it was written. */
    private Replayed checkPart(String how, Braid replay) {
        Replayed replayed = Replayed.of(replay);
        if (replayed.fault() != null) {
            fault("replay " + how + " printed " + replayed.fault());
        }
        replayed.results().forEach((sequence, line) -> {
            if (!isSameButForALostHead(line, template.truth().get(sequence))) {
                fault("replay " + how + " gave " + line + " for "
                        + template.truth().get(sequence));
            }
        });
        return replayed;
    }

    private boolean isPermitted(TreeMap<Long, String> results) {
        if (results.equals(template.truth())) {
            return true;
        }
        return mayEndEarlier
                && (results.isEmpty()
                        || results.equals(new TreeMap<>(template.truth().headMap(results.lastKey(), true))));
    }

    private String difference(TreeMap<Long, String> results) {
        return results.size() + " results are there, " + template.truth().size() + " are right";
    }

    /** A state is that of the truth, or none. */
    private void checkStateAt() throws Exception {
        long last = template.truth().lastKey();
        Braid damaged = verb("replay", journal.toString(), "--state-at", "" + last);
        if (damaged.status() == 0 && !mayEndEarlier && !damaged.text().equals(template.state())) {
            fault("--state-at gave\n" + damaged.text() + "for\n" + template.state());
        }
    }

    private void checkSalvage() throws Exception {
        Mutation.delete(salvaged);
        Braid salvage = verb("journal", "salvage", journal.toString(), salvaged.toString());
        if (!Files.isDirectory(salvaged)) {
            if (salvage.status() == 0) {
                fault("salvage ended with status 0 without a journal");
            }
            return;
        }
        Braid verify = verb("journal", "verify", salvaged.toString());
        if (verify.status() != 0 && !(verify.text() + verify.err()).contains("input")) { // That is not a part of it.
            fault("what was salvaged is not good: " + verify.text() + verify.err());
        }
        Replayed replayed = Replayed.of(verb("replay", salvaged.toString(), "--format", "json"));
        if (replayed.status() != 0) {
            fault("what was salvaged cannot be replayed");
        }
        for (Map.Entry<Long, String> each : replayed.results().entrySet()) {
            String line = each.getValue();
            if (!line.contains(LOST)
                    && !isSameButForNames(line, template.truth().get(each.getKey()))) {
                fault("salvage gave " + line + " for " + template.truth().get(each.getKey()));
            }
        }
        verb("replay", salvaged.toString(), "--state-at", "" + template.truth().lastKey());
    }

    /** Where the head of a segment is lost, so are its groups' names: none is guessed. */
    private static boolean isSameButForALostHead(String line, String truth) {
        return line.equals(truth) || line.contains(UNKNOWN_GROUP) && isSameButForNames(line, truth);
    }

    /** Where the head of a segment is lost, its groups' names may be. */
    private static boolean isSameButForNames(String line, String truth) {
        return truth != null && withoutGroup(line).equals(withoutGroup(truth));
    }

    private static String withoutGroup(String line) {
        return line.replaceFirst("\"group\":(null|\"[^\"]*\"),", "");
    }

    private void checkRetention() throws Exception {
        copyJournal();
        Braid retain = verb("journal", "retain", copy.toString(), "--below", "50");
        Replayed after = Replayed.of(verb("replay", copy.toString(), "--format", "json"));
        if (retain.status() == 0 && after.status() == 0 && !mayEndEarlier) {
            for (long sequence = 50; sequence <= template.truth().lastKey(); sequence++) {
                if (!template.truth().get(sequence).equals(after.results().get(sequence))) {
                    fault("after retain --below 50, sequence " + sequence + " is "
                            + after.results().get(sequence));
                    return;
                }
            }
        }
    }

    /** Without a copy, of which a start would wait for the writer of what it was copied from. */
    private void checkStart() throws Exception {
        Mutation.delete(copy);
        Files.move(journal, copy);
        TreeMap<Long, String> before = whatIsGood(copy);
        Braid plan = verb("journal", "recovery-plan", copy.toString());
        Braid start = start();
        if ((plan.status() == 0) != (start.status() == 0)) {
            fault("the plan ends with status " + plan.status() + ", and a start with " + start.status() + ": "
                    + plan.text() + plan.err() + start.err());
        }
        if (start.status() != 0) {
            TreeMap<Long, String> after = whatIsGood(copy);
            if (!after.entrySet().containsAll(before.entrySet())) {
                fault("a start that was refused left " + after.size() + " of " + before.size()
                        + " results that were good");
            }
            return;
        }
        Braid verify = verb("journal", "verify", copy.toString());
        if (start.err().contains("cannot be compared") && verify.status() != 0) {
            return; // Results of an earlier run are damaged, and were named.
        }
        Replayed replayed = Replayed.of(verb("replay", copy.toString(), "--format", "json"));
        if (replayed.status() != 0 || replayed.results().size() != template.total()) {
            fault("after a start, " + replayed.results().size() + " results are there, status " + replayed.status());
        }
        template.truth().forEach((sequence, line) -> {
            if (!line.equals(replayed.results().get(sequence))) {
                fault("after a start, " + replayed.results().get(sequence) + " for " + line);
            }
        });
        if (verify.status() != 0) {
            fault("after a start the journal is not good: " + verify.text() + verify.err());
        }
    }

    private Braid start() throws Exception {
        List<String> args =
                new ArrayList<>(List.of("run", "--resume", "--format", "json", "--journal", copy.toString()));
        args.addAll(List.of("--input", template.input().toString()));
        args.addAll(template.options());
        return verb(args.toArray(String[]::new));
    }

    private void copyJournal() throws IOException {
        Mutation.delete(copy);
        FuzzTemplate.copy(journal, copy);
    }

    private TreeMap<Long, String> whatIsGood(Path dir) throws Exception {
        return Replayed.of(verb("replay", dir.toString(), "--format", "json", "--skip-damage"))
                .results();
    }
}
