package drillbook.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.record.ElementType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementsTest {
  @ParameterizedTest
  @CsvSource({
    "I8, -128, 80",
    "U8, 255, ff",
    "BIT, 1, 80",
    "F16, -2048, 00e8",
    "F16, 65504, ff7b",
    "BF16, 256, 8043",
    "F32, 16777216, 0000804b",
    "F32, -9223372036854775808, 000000df",
    "F64, 9007199254740992, 0000000000004043"
  })
  void an_integer_that_the_type_holds_is_taken(ElementType type, long value, String bits) {
    Elements elements = new Elements(type);
    elements.addInteger(value);
    assertThat(elements.toByteArray()).asHexString().isEqualToIgnoringCase(bits);
  }

  @ParameterizedTest
  @CsvSource({
    "I8, 128",
    "I8, 4294967296",
    "U8, -1",
    "BIT, 2",
    "F16, 2049",
    "F16, 65536",
    "BF16, 257",
    "F32, 16777217",
    "F32, 9223372036854775807",
    "F64, 9007199254740993",
    "F64, 9223372036854775807"
  })
  void an_integer_that_would_be_changed_is_refused(ElementType type, long value) {
    assertThatThrownBy(() -> new Elements(type).addInteger(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(value));
  }
}
