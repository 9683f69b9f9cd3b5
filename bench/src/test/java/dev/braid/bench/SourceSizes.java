package dev.braid.bench;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** How many parameters constructors have, and how many lines methods, from their braces on: read from the sources. */
final class SourceSizes {
    private static final String CONSTRUCTOR = "<init>";

    private final Map<String, Integer> parameters = new TreeMap<>();
    private final Map<String, Integer> lines = new TreeMap<>();

    private SourceSizes() {}

    /** Reads all Java sources under a folder. */
    static SourceSizes of(Path folder) throws IOException {
        SourceSizes sizes = new SourceSizes();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (Stream<Path> walk = Files.walk(folder);
                StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<Path> files =
                    walk.filter(path -> path.toString().endsWith(".java")).toList();
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                unit.accept(sizes.new Scanner(unit, positions), "");
            }
        }
        return sizes;
    }

    /** Constructors with more parameters than these, and records with more components: {@code Outer.Inner} by their number. */
    Map<String, Integer> constructorsAbove(int limit) {
        return above(parameters, limit);
    }

    /** Methods of more lines than these: {@code Outer.Inner.method} by their lines. */
    Map<String, Integer> methodsAbove(int limit) {
        return above(lines, limit);
    }

    private static Map<String, Integer> above(Map<String, Integer> sizes, int limit) {
        Map<String, Integer> above = new TreeMap<>(sizes);
        above.values().removeIf(size -> size <= limit);
        return above;
    }

    private final class Scanner extends TreeScanner<Void, String> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;

        Scanner(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public Void visitClass(ClassTree type, String outer) {
            String name = outer.isEmpty() ? type.getSimpleName().toString() : outer + "." + type.getSimpleName();
            if (type.getKind() == Tree.Kind.RECORD) {
                parameters.merge(name, components(type), Math::max);
            }
            return super.visitClass(type, name);
        }

        private int components(ClassTree type) {
            int components = 0;
            for (Tree member : type.getMembers()) {
                if (member instanceof VariableTree field
                        && !field.getModifiers().getFlags().contains(Modifier.STATIC)) {
                    components++;
                }
            }
            return components;
        }

        @Override
        public Void visitMethod(MethodTree method, String type) {
            if (method.getName().contentEquals(CONSTRUCTOR)) {
                parameters.merge(type, method.getParameters().size(), Math::max);
            }
            if (method.getBody() != null) {
                lines.merge(type + "." + method.getName(), lines(method.getBody()), Math::max);
            }
            return super.visitMethod(method, type);
        }

        private int lines(Tree body) {
            long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, body));
            long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, body));
            return (int) (last - first + 1);
        }
    }
}
