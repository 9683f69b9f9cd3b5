package dev.braid.bench;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The walls between the rooms: which module and package may use what, and how large constructors and methods may be. This module
 * is the one that sees them all.
 */
class ArchitectureTest {
    private static final String ENGINE = "dev.braid.engine";
    private static final String PERSISTENCE = "dev.braid.persistence";
    private static final String COMMAND = "dev.braid.command";
    private static final String WHOLE_COMMAND = "dev.braid.command..";

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final int MAX_PARAMETERS = 7;
    private static final int MAX_LINES = 40;

    // What was above the limits when they were set.

    /** One loop that keeps its position in registers: parted into methods it read more slowly in five of seven noisy pairs of runs. */
    private static final Map<String, Integer> LONG_IN_PERSISTENCE = Map.ofEntries(entry("FrameDecoder.deliver", 54));

    private static final Map<String, Integer> LARGE_IN_COMMAND = Map.ofEntries(entry("RunSettings", 12));
    private static final Map<String, Integer> LONG_IN_COMMAND = Map.ofEntries(entry("ReplayCommand.settings", 42));

    private static final Map<String, Integer> LARGE_IN_BENCH =
            Map.ofEntries(entry("FairnessBench.Result", 8), entry("FairnessCase", 8));

    private final JavaClasses braid = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.braid");

    @Test
    void shouldKeepTheEngineToTheDisruptorAgronaAndHdrHistogram() {
        classes()
                .that()
                .resideInAPackage(ENGINE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(ENGINE, "com.lmax.disruptor..", "org.agrona..", "org.HdrHistogram..", "java..")
                .check(braid);
    }

    @Test
    void shouldKeepPersistenceToTheEngineAndAgrona() {
        classes()
                .that()
                .resideInAPackage(PERSISTENCE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        PERSISTENCE,
                        ENGINE,
                        "com.lmax.disruptor", // For the handlers' own interface.
                        "org.agrona..",
                        "java..")
                .check(braid);
    }

    @Test
    void shouldUseChronicleInItsPeerOnly() {
        noClasses()
                .that()
                .haveNameNotMatching("dev\\.braid\\.bench\\.peer\\.Excerpt.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("net.openhft..")
                .check(braid);
    }

    @Test
    void shouldNotLetAnythingDependOnTheCommand() {
        noClasses()
                .that()
                .resideOutsideOfPackage(WHOLE_COMMAND)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(WHOLE_COMMAND)
                .check(braid);
    }

    @Test
    void shouldLetTheEntryPointAloneDependOnTheSubCommands() {
        noClasses()
                .that()
                .resideInAPackage(COMMAND)
                .and()
                .doNotHaveSimpleName("BraidCommand")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.braid.command.*")
                .check(braid);
    }

    @Test
    void shouldKeepTheSubCommandsApart() {
        for (String subCommand : new String[] {"input", "run", "replay", "journal", "stat"}) {
            noClasses()
                    .that()
                    .resideInAPackage(COMMAND + "." + subCommand)
                    .and()
                    .doNotHaveSimpleName("ReplayCommand") // Shows the totals of a run, which run alone can read.
                    .should()
                    .dependOnClassesThat(resideInAPackage("dev.braid.command.*")
                            .and(resideOutsideOfPackage(COMMAND + "." + subCommand))
                            .and(resideOutsideOfPackage(subCommand.equals("run") ? COMMAND + ".input" : "")))
                    .check(braid);
        }
    }

    @Test
    void shouldLetNothingPointBackToTheBenchmarks() {
        noClasses()
                .that()
                .resideInAnyPackage(ENGINE, PERSISTENCE, WHOLE_COMMAND)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.braid.bench..")
                .check(braid);
    }

    @Test
    void shouldKeepConstructorsToSevenParametersAndMethodsToFortyLines() throws IOException {
        assertSizes("engine", Map.of(), Map.of());
        assertSizes("persistence", Map.of(), LONG_IN_PERSISTENCE);
        assertSizes("persistence/command", LARGE_IN_COMMAND, LONG_IN_COMMAND);
        assertSizes("bench", LARGE_IN_BENCH, Map.of());
    }

    /** What is above the limits has to be listed with its size: so lists can only become shorter. */
    private static void assertSizes(String module, Map<String, Integer> large, Map<String, Integer> tall)
            throws IOException {
        SourceSizes sizes = SourceSizes.of(ROOT.resolve(module).resolve("src/main/java"));
        assertEquals(
                new TreeMap<>(large),
                sizes.constructorsAbove(MAX_PARAMETERS),
                module + ": constructors and records of more than " + MAX_PARAMETERS + " parameters");
        assertEquals(
                new TreeMap<>(tall),
                sizes.methodsAbove(MAX_LINES),
                module + ": methods of more than " + MAX_LINES + " lines");
    }
}
