package dev.braid.bench;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The walls between the rooms: which module and package may use what. This module is the one that sees them all. */
class ArchitectureTest {
    private static final String ENGINE = "dev.braid.engine";
    private static final String PERSISTENCE = "dev.braid.persistence";
    private static final String COMMAND = "dev.braid.command";
    private static final String WHOLE_COMMAND = "dev.braid.command..";

    private final JavaClasses braid = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
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
        for (String subCommand : new String[] {"run", "replay", "journal", "stat"}) {
            noClasses()
                    .that()
                    .resideInAPackage(COMMAND + "." + subCommand)
                    .and()
                    .doNotHaveSimpleName("ReplayCommand") // Shows the totals of a run, which run alone can read.
                    .should()
                    .dependOnClassesThat(resideInAPackage("dev.braid.command.*")
                            .and(resideOutsideOfPackage(COMMAND + "." + subCommand)))
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
}
