package drillbook.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.record.RecordId;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What ids are that others wrote, and what becomes of them in a collection that is there. */
class ForeignIdsTest {
  private static final UUID UUID_ID = UUID.fromString("00000000-0000-0001-0000-0000000000ab");

  @Test
  void kinds_are_those_of_schemas() {
    assertThat(ForeignIds.kind(RecordId.of("7"))).isEqualTo("text");
    assertThat(ForeignIds.kind(RecordId.of(-7))).isEqualTo("integer");
    assertThat(ForeignIds.kind(RecordId.of(UUID_ID))).isEqualTo("uuid");
    assertThat(ForeignIds.kind(RecordId.ofParts(List.of(new byte[3])))).isEqualTo("bytes");
    assertThat(ForeignIds.kind(RecordId.ofParts(List.of(7L, "a")))).isEqualTo("integer,text");
    assertThat(ForeignIds.type(Set.of())).isEqualTo("text");
    assertThat(ForeignIds.type(Set.of("integer", "uuid"))).isEqualTo("integer|uuid");
    assertThatThrownBy(() -> ForeignIds.type(Set.of("integer", "text")))
        .hasMessageContaining("[integer, text]");
  }

  @Test
  void texts_are_read_as_what_a_collection_has() {
    assertRead("7", "integer", 7L);
    assertRead("-7", "integer", -7L);
    assertRead("18446744073709551615", "integer|uuid", new BigInteger("18446744073709551615"));
    assertRead(UUID_ID.toString(), "integer|uuid", UUID_ID);
    assertRead(UUID_ID.toString().toUpperCase(Locale.ROOT), "uuid", UUID_ID);
    assertRead("{\"$bytes\":\"AQI=\"}", "bytes", new byte[] {1, 2});
    assertThat(ForeignIds.as(RecordId.of("[7,\"a\"]"), "integer,text"))
        .isEqualTo(RecordId.ofParts(List.of(7L, "a")));
  }

  @Test
  void what_is_no_text_stays_or_becomes_one() {
    assertThat(ForeignIds.as(RecordId.of(7), "integer|uuid")).isEqualTo(RecordId.of(7));
    assertThat(ForeignIds.as(RecordId.of(7), "text")).isEqualTo(RecordId.of("7"));
    assertThat(ForeignIds.as(RecordId.of(UUID_ID), "text"))
        .isEqualTo(RecordId.of(UUID_ID.toString()));
  }

  @Test
  void what_cannot_be_read_is_refused() {
    for (String text : List.of("", "a", "7.0", "007", "-0", "+7", "36893488147419103232")) {
      assertNone(RecordId.of(text), "integer");
    }
    assertNone(RecordId.of("-7"), "integer|uuid");
    assertNone(RecordId.of(-7), "integer|uuid");
    assertNone(RecordId.of("1-1-1-1-1"), "uuid");
    assertNone(RecordId.of(7), "uuid");
    assertNone(RecordId.of("ab"), "bytes");
    assertNone(RecordId.of("{\"$map\":{}}"), "uuid");
    assertNone(RecordId.of("{"), "uuid");
    assertNone(RecordId.ofParts(List.of(7L, "a")), "integer");
    assertNone(RecordId.of("a"), "integer,text");
    assertNone(RecordId.ofParts(List.of(new byte[3])), "text");
  }

  private static void assertRead(String text, String type, Object expected) {
    assertThat(ForeignIds.as(RecordId.of(text), type))
        .isEqualTo(RecordId.ofParts(List.of(expected)));
  }

  private static void assertNone(byte[] id, String type) {
    assertThatThrownBy(() -> ForeignIds.as(id, type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no id of type " + type);
  }
}
