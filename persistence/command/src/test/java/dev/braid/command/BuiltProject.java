package dev.braid.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A copy of the project as it is built, for scripts that run as processes: they find nothing to build there. */
final class BuiltProject {
    private static final List<String> MODULES = List.of("engine", "persistence", "persistence/command");

    private BuiltProject() {}

    static void copyTo(Path copy) throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent().getParent();
        TestFolders.copy(root.resolve("scripts"), copy.resolve("scripts"));
        TestFolders.copy(root.resolve("pom.xml"), copy.resolve("pom.xml"));
        for (String module : MODULES) {
            TestFolders.copy(root.resolve(module + "/target/classes"), copy.resolve(module + "/target/classes"));
            TestFolders.copy(root.resolve(module + "/pom.xml"), copy.resolve(module + "/pom.xml"));
            Files.createDirectories(copy.resolve(module + "/src/main"));
        }
        String target = MODULES.get(2) + "/target/";
        TestFolders.copy(root.resolve(target + "lib"), copy.resolve(target + "lib"));
        Files.createFile(copy.resolve(target + "built-by-scripts"));
    }
}
