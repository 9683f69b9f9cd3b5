package dev.braid.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the project as it is built, for scripts that run as processes: they find nothing to build there. */
final class BuiltProject {
    private static final List<String> MODULES = List.of("engine", "persistence", "persistence/command");

    private BuiltProject() {}

    static void copyTo(Path copy) throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent().getParent();
        copy(root.resolve("scripts"), copy.resolve("scripts"));
        copy(root.resolve("pom.xml"), copy.resolve("pom.xml"));
        for (String module : MODULES) {
            copy(root.resolve(module + "/target/classes"), copy.resolve(module + "/target/classes"));
            copy(root.resolve(module + "/pom.xml"), copy.resolve(module + "/pom.xml"));
            Files.createDirectories(copy.resolve(module + "/src/main"));
        }
        String target = MODULES.get(2) + "/target/";
        copy(root.resolve(target + "lib"), copy.resolve(target + "lib"));
        Files.createFile(copy.resolve(target + "built-by-scripts"));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        List<Path> files;
        try (Stream<Path> walk = Files.walk(from)) {
            files = walk.toList();
        }
        for (Path file : files) {
            Files.copy(file, to.resolve(from.relativize(file).toString()));
        }
    }
}
