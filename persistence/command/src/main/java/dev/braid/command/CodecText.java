package dev.braid.command;

import dev.braid.persistence.JournalException;
import dev.braid.persistence.RecordCodec;
import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.StringJoiner;
import org.agrona.DirectBuffer;

/** Turns records into text with a user's codec: the result of the record's own toString, or else its fields. */
public final class CodecText {
    private final RecordCodec<Object> codec;
    private final Object record;

    private CodecText(RecordCodec<Object> codec, Object record) {
        this.codec = codec;
        this.record = record;
    }

    /**
     * Loads a codec.
     *
     * @param record    class of its records, {@code null} to take it from the codec's declaration.
     * @param classPath where to look for both, {@code null} for the command's own class path alone.
     * @throws UsageException if the codec cannot be loaded.
     */
    @SuppressWarnings("unchecked") // The codec only gets records of its own class.
    public static CodecText load(String codec, String record, String classPath) {
        ClassLoader loader = loader(classPath);
        Class<?> codecClass = load("--codec", codec, loader);
        if (!RecordCodec.class.isAssignableFrom(codecClass)) {
            throw new UsageException("--codec " + codec + ": is no " + RecordCodec.class.getName());
        }
        Class<?> recordClass = record != null ? load("--record", record, loader) : recordOf(codecClass);
        if (recordClass == null) {
            throw new UsageException("--codec " + codec + ": does not tell the class of its records: see --record");
        }
        return new CodecText(
                (RecordCodec<Object>) make("--codec", codecClass),
                make(record != null ? "--record" : "--codec " + codec + ": its record", recordClass));
    }

    private static ClassLoader loader(String classPath) {
        ClassLoader own = CodecText.class.getClassLoader();
        if (classPath == null) {
            return own;
        }
        String[] parts = classPath.split(File.pathSeparator);
        URL[] urls = new URL[parts.length];
        try {
            for (int i = 0; i < parts.length; i++) {
                File file = new File(parts[i]);
                if (!file.exists()) {
                    throw new UsageException("--class-path " + parts[i] + ": no such file");
                }
                urls[i] = file.toURI().toURL();
            }
        } catch (MalformedURLException e) {
            throw new UsageException("--class-path " + classPath + ": " + e.getMessage());
        }
        return new URLClassLoader(urls, own);
    }

    private static Class<?> load(String option, String name, ClassLoader loader) {
        try {
            return Class.forName(name, true, loader);
        } catch (ClassNotFoundException e) {
            throw new UsageException(option + " " + name + ": there is no such class; see --class-path");
        } catch (LinkageError e) {
            throw new UsageException(
                    option + " " + name + ": cannot be loaded: " + Texts.messageOf(e) + "; see --class-path");
        }
    }

    private static Class<?> recordOf(Class<?> codecClass) {
        for (Class<?> type = codecClass; type != null; type = type.getSuperclass()) {
            for (Type implemented : type.getGenericInterfaces()) {
                if (implemented instanceof ParameterizedType codec && codec.getRawType() == RecordCodec.class) {
                    Type argument = codec.getActualTypeArguments()[0];
                    return argument instanceof Class<?> found
                            ? found
                            : argument instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : null;
                }
            }
        }
        return null;
    }

    private static Object make(String option, Class<?> type) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException | RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new UsageException(option + " " + type.getName() + ": its constructor without parameters cannot be "
                    + "called: " + Texts.messageOf(cause));
        }
    }

    /**
     * Returns a record as text.
     *
     * @throws JournalException if the codec cannot read it.
     */
    public String text(long sequence, DirectBuffer buffer, int offset, int length) {
        try {
            codec.decode(record, buffer, offset, length);
            boolean hasText = record.getClass().getMethod("toString").getDeclaringClass() != Object.class;
            return hasText ? record.toString() : fields();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new JournalException(
                    codec.getClass().getName() + " cannot read the record of sequence " + sequence + ": "
                            + Texts.messageOf(e),
                    e);
        }
    }

    private String fields() throws IllegalAccessException {
        StringJoiner fields = new StringJoiner(", ");
        for (Field field : record.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                field.setAccessible(true);
                fields.add(field.getName() + "=" + field.get(record));
            }
        }
        return fields.toString();
    }
}
