package dev.braid.command.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.braid.engine.TestSeed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private static int firstInvalidOfLibrary(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = decoder.decode(in, CharBuffer.allocate(bytes.length + 1), true);
        int zero = 0;
        while (zero < in.position() && bytes[zero] != 0) {
            zero++;
        }
        return zero < in.position() ? zero : result.isError() ? in.position() : -1;
    }

    @Test
    void shouldAgreeWithTheLibraryOnRandomBytesExceptZero() {
        Random random = seed.random();
        int[] leads = {'a', 0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF, 0xA0, 0x9F, 0x90};
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[random.nextInt(9)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : leads[random.nextInt(leads.length)]);
            }
            assertEquals(
                    firstInvalidOfLibrary(bytes),
                    Utf8.firstInvalid(bytes, 0, bytes.length),
                    () -> Arrays.toString(bytes));
        }
    }

    private static byte[] utf8(byte[] bytes, Charset charset, int chunk) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, chunk));
            }
        };
        try (Utf8Stream stream = new Utf8Stream(in, charset)) {
            return stream.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "GB18030"})
    void shouldTranslateTextWhateverTheChunks(String name) throws IOException {
        Charset charset = Charset.forName(name);
        Random random = seed.random();
        for (int round = 0; round < 30; round++) {
            String text = random.ints(random.nextInt(50_000), 1, 0x10FFFF)
                    .map(c -> c >= 0xD800 && c <= 0xDFFF ? 'x' : random.nextBoolean() ? c : c % 128)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            String where = "round " + round;
            byte[] bytes = text.getBytes(charset);
            // Not every character is in every charset.
            byte[] expected = new String(bytes, charset).getBytes(StandardCharsets.UTF_8);
            assertArrayEquals(expected, utf8(bytes, charset, 1 + random.nextInt(100_000)), where);
        }
    }

    @Test
    void shouldMarkWhatCannotBeDecoded() throws IOException {
        for (int chunk : new int[] {1, 2, 3, 100}) {
            assertArrayEquals(
                    new byte[] {'a', (byte) 0xFF, 'b'},
                    utf8(new byte[] {'a', (byte) 0x81, 'b'}, Charset.forName("windows-1252"), chunk));
            byte[] half = {0, 'a', (byte) 0xD8, 0, 0, 'b', (byte) 0xDC, 0, 7};
            byte[] found = utf8(half, StandardCharsets.UTF_16BE, chunk);
            assertEquals('a', found[0]);
            assertEquals((byte) 0xFF, found[1]);
            assertEquals((byte) 0xFF, found[found.length - 1]);
        }
    }
}
