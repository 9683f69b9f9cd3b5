package dev.braid.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.braid.bench.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.agrona.IoUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs one benchmark after the other, each in a process of its own. */
@Command(
        name = "all",
        sortOptions = false,
        description = {"Runs all benchmarks and makes a report.", ""},
        footer = {"", "Exit status: 0 all done, 1 something failed or was missed" + Bench.OTHER_STATUS})
final class AllCommand implements Callable<Integer> {
    @Option(names = "--quick", description = "Smoke tests of under a minute each.")
    private boolean quick;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Where the results, a page, its images and tables are written.")
    private Path report;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes all results to a file, as a list.")
    private Path json;

    @Option(names = "--only", paramLabel = "NAME", description = "Only this benchmark. May be given more than once.")
    private List<String> only = List.of();

    @Option(names = "--work", paramLabel = "DIR", description = "Where journals are written and deleted.")
    private Path work;

    @Option(names = "--tiny", hidden = true, description = "So short that it says nothing: for tests.")
    private boolean tiny;

    @Mixin
    private HelpOption help;

    @Spec
    private CommandSpec spec;

    private volatile boolean stopped;

    @Override
    public Integer call() throws Exception {
        List<String> benches = benches();
        if (json != null) {
            Bench.makeFolder(spec, "--json", json.toAbsolutePath().getParent());
        }
        if (report != null) {
            Bench.makeFolder(spec, "--report", report);
        }
        return Ending.finishing(this::stop, () -> run(benches));
    }

    /** Has the running benchmark write its results so far, and begins no other one. */
    private void stop() {
        stopped = true;
        ProcessHandle.current().children().forEach(ProcessHandle::destroy);
    }

    private int run(List<String> benches) throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Path folder = report != null ? report : Files.createTempDirectory("braid-bench-");
        int worst = 0;
        int begun = 0;
        for (String bench : benches) {
            Files.deleteIfExists(
                    Report.results(folder, bench)); // An old result would pass for that of a run that failed.
            if (stopped) {
                continue;
            }
            if (begun++ > 0) {
                spec.commandLine().getOut().println();
            }
            err.println("all: " + begun + " of " + benches.size() + ": " + bench);
            err.flush();
            int status = run(bench, Report.results(folder, bench));
            if (status != 0) {
                err.println("all: " + bench + " ended with status " + status);
                worst = 1;
            }
        }
        if (json != null) {
            writeAll(benches, folder);
        }
        if (report == null) {
            IoUtil.delete(folder.toFile(), false);
        } else if (!stopped || hasResults(benches)) {
            Report.write(report);
            err.println("The report is " + report.resolve(Report.PAGE));
        }
        return worst;
    }

    private boolean hasResults(List<String> benches) {
        return benches.stream().anyMatch(bench -> Files.exists(Report.results(report, bench)));
    }

    private void writeAll(List<String> benches, Path folder) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ArrayNode all = mapper.createArrayNode();
        for (String bench : benches) {
            Path results = Report.results(folder, bench);
            if (Files.exists(results)) { // A run that failed has none.
                all.add(mapper.readTree(results.toFile()));
            }
        }
        mapper.writeValue(json.toFile(), all);
    }

    private List<String> benches() {
        List<String> all = spec.parent().subcommands().entrySet().stream()
                .filter(entry -> entry.getValue().getCommand() instanceof Bench)
                .map(Map.Entry::getKey)
                .toList();
        for (String name : only) {
            if (!all.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "--only '" + name + "': there is no such benchmark, but " + all);
            }
        }
        return only.isEmpty() ? all : only;
    }

    private int run(String bench, Path results) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(bench, "--json", results.toString()));
        if (quick) {
            arguments.add("--quick");
        }
        if (tiny) {
            arguments.add("--tiny");
        }
        if (work != null) {
            arguments.addAll(List.of("--work", work.toString()));
        }
        List<String> command = Fork.command(null, List.of(), BenchCommand.class, arguments);
        Process process = new ProcessBuilder(command).start();
        Thread messages =
                new Thread(() -> pass(process.errorReader(), spec.commandLine().getErr()));
        messages.start();
        try {
            pass(process.inputReader(), spec.commandLine().getOut());
            messages.join();
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Shows what a process says, as it says it, to its end. */
    private static void pass(Reader from, PrintWriter to) {
        char[] text = new char[1024];
        try (from) {
            for (int length = from.read(text); length >= 0; length = from.read(text)) {
                to.write(text, 0, length);
                to.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
