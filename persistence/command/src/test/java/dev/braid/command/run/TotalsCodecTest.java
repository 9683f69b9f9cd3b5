package dev.braid.command.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.braid.command.input.KeyedRecord;
import java.math.BigDecimal;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

class TotalsCodecTest {
    @Test
    void shouldDecodeWhatItEncoded() {
        TotalsCodec codec = new TotalsCodec(List.of("key", "count", "\"odd\"\n"));
        KeyedRecord written = new KeyedRecord(3);
        written.begin(1);
        written.key("a \"b\" \u00e9\ud83d\ude00");
        written.count = 17;
        written.sums[0] = new BigDecimal("51.0000");
        written.sums[1] = new BigDecimal("1e3");
        written.sums[2] = new BigDecimal("-0.5");
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();

        int length = codec.encode(written, buffer, 5);

        assertEquals(
                "{\"key\":\"a \\\"b\\\" \u00e9\ud83d\ude00\",\"count\":17,"
                        + "\"sums\":{\"key\":\"51.0000\",\"count\":\"1000\",\"\\\"odd\\\"\\n\":\"-0.5\"}}",
                buffer.getStringWithoutLengthUtf8(5, length));
        KeyedRecord read = new KeyedRecord(3);
        codec.decode(read, buffer, 5, length);
        assertEquals(written.key(), read.key());
        assertEquals(17, read.count);
        assertArrayEquals(
                new BigDecimal[] {new BigDecimal("51.0000"), new BigDecimal("1000"), new BigDecimal("-0.5")},
                read.sums);
    }
}
