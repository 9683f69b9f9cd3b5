package dev.braid.command.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "1.50|1.50",
                " 1.50|1.50",
                "1.50\t |1.50",
                "-7|-7",
                "+7|7",
                ".5|0.5",
                "1e3|1E+3",
                "-0.00|0.00",
                "12345678901234567890.123456789|12345678901234567890.123456789"
            })
    void shouldReadNumbersWithBlanksAround(String text, BigDecimal expected) {
        assertEquals(expected, new Decimals(false).parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "1,50|1.50",
                "-1,50|-1.50",
                ",5|0.5",
                "1.234,50|1234.50",
                "1.234.567|1234567",
                "1.234.567,8|1234567.8",
                "1 234,5|1234.5",
                "1\u00A0234|1234",
                "1'234,5|1234.5",
                "12|12",
                "1234,5|1234.5"
            })
    void shouldReadNumbersWithADecimalComma(String text, BigDecimal expected) {
        assertEquals(expected, new Decimals(true).parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "false|\"\"|is empty",
                "false|\"  \"|is empty",
                "false|many|is not a number: 'many'",
                "false|1,50|'1,50'; see --decimal-comma",
                "false|1,234.50|is not a number",
                "false|1 234|is not a number",
                "false|1e999999999|exponents go up to 1000",
                "false|1e-99999999999|exponents go up to 1000",
                "false|0x10|is not a number",
                "false|NaN|is not a number",
                "true|1.234|can be read in two ways",
                "true|1.5|is not a number: '1.5'",
                "true|1.50,5|is not a number",
                "true|1,2,3|is not a number",
                "true|1.2345,6|is not a number",
                "true|1,234.50|is not a number"
            })
    void shouldTellWhyATextIsNoNumber(boolean hasDecimalComma, String text, String part) {
        Decimals decimals = new Decimals(hasDecimalComma);
        assertNull(decimals.parse(text));
        assertTrue(decimals.problem(text).contains(part), decimals.problem(text));
    }

    @ParameterizedTest
    @CsvSource({"1000,true", "1001,false"})
    void shouldBoundDigits(int digits, boolean isGood) {
        Decimals decimals = new Decimals(false);
        String text = "7".repeat(digits);
        assertEquals(isGood ? new BigDecimal(text) : null, decimals.parse(text));
        assertTrue(isGood || decimals.problem(text).contains("has 1001 characters"), decimals.problem(text));
    }
}
