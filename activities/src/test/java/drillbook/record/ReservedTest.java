package drillbook.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReservedTest {
  private static final Reserved.Held TEXT_ONLY = (key, value) -> value instanceof String;
  private static final Reserved.Held NOTHING = (key, value) -> false;

  @Test
  void every_value_type_comes_back_whether_held_or_carried() throws IOException {
    Map<String, @Nullable Object> payload = everything();
    for (Reserved.Held held : List.of(TEXT_ONLY, NOTHING)) {
      Map<String, @Nullable Object> stored =
          Reserved.pack(Reserved.Content.ofPayload(payload), held);
      Map<String, @Nullable Object> back = Reserved.unpack(stored).payload().orElseThrow();
      assertThat(Payload.encode(back)).isEqualTo(Payload.encode(payload));
    }
  }

  @Test
  void what_the_engine_holds_is_stored_in_the_open() {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    payload.put("color", "red");
    payload.put("size", 7L);
    Map<String, @Nullable Object> stored =
        Reserved.pack(Reserved.Content.ofPayload(payload), TEXT_ONLY);
    assertThat(stored)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("color", "red", "_drillbook", "{\"drillbook\":1,\"payload\":\"oWRzaXplBw==\"}"));
  }

  @Test
  void nothing_is_reserved_where_the_engine_holds_all() {
    Map<String, @Nullable Object> stored =
        Reserved.pack(Reserved.Content.ofPayload(Map.of("color", "red")), TEXT_ONLY);
    assertThat(stored).containsOnlyKeys("color");
  }

  @Test
  void the_same_record_gives_the_same_text_whatever_the_order_of_its_entries() {
    Map<String, @Nullable Object> forward = new LinkedHashMap<>();
    forward.put("a", 1L);
    forward.put("b", 2L);
    Map<String, @Nullable Object> backward = new LinkedHashMap<>();
    backward.put("b", 2L);
    backward.put("a", 1L);
    assertThat(Reserved.pack(Reserved.Content.ofPayload(forward), NOTHING))
        .isEqualTo(Reserved.pack(Reserved.Content.ofPayload(backward), NOTHING));
  }

  @Test
  void no_payload_is_not_an_empty_one() throws IOException {
    Map<String, @Nullable Object> none = Reserved.pack(content(Optional.empty()), TEXT_ONLY);
    assertThat(none).isEmpty();
    assertThat(Reserved.unpack(none).payload()).isEmpty();

    Map<String, @Nullable Object> empty =
        Reserved.pack(Reserved.Content.ofPayload(Map.of()), TEXT_ONLY);
    assertThat(empty).containsOnlyKeys(Reserved.KEY);
    assertThat(Reserved.unpack(empty).payload()).hasValue(Map.of());
  }

  @Test
  void a_carried_id_does_not_make_a_payload() throws IOException {
    byte[] id = RecordId.of(7);
    Reserved.Content back = Reserved.unpack(Reserved.pack(content(Optional.of(id)), TEXT_ONLY));
    assertThat(back.id()).hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(id));
    assertThat(back.payload()).isEmpty();
    assertThat(back.document()).isEmpty();
    assertThat(back.uri()).isEmpty();
  }

  @Test
  void document_and_uri_are_carried_the_empty_document_too() throws IOException {
    byte[] uri = "s3://bücket/ключ".getBytes(StandardCharsets.UTF_8);
    Reserved.Content content =
        new Reserved.Content(
            Optional.empty(), Optional.empty(), Optional.of(new byte[0]), Optional.of(uri));
    Reserved.Content back = Reserved.unpack(Reserved.pack(content, TEXT_ONLY));
    assertThat(back.document()).hasValueSatisfying(bytes -> assertThat(bytes).isEmpty());
    assertThat(back.uri()).hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(uri));
  }

  @Test
  void a_users_own_value_under_the_key_is_never_taken_for_ours() throws IOException {
    String looksLikeOurs = "{\"drillbook\":1,\"payload\":\"oWRzaXplBw==\"}";
    Map<String, @Nullable Object> payload = Map.of(Reserved.KEY, looksLikeOurs);
    Map<String, @Nullable Object> stored =
        Reserved.pack(Reserved.Content.ofPayload(payload), TEXT_ONLY);
    assertThat(Reserved.unpack(stored).payload()).hasValue(payload);
  }

  @Test
  void a_strangers_value_under_the_key_stays_payload() throws IOException {
    Map<String, @Nullable Object> stored = Map.of(Reserved.KEY, "mine", "n", 1L);
    assertThat(Reserved.unpack(stored).payload()).hasValue(stored);
  }

  @Test
  void an_entry_that_somebody_wrote_since_counts_more_than_the_carried_one() throws IOException {
    Map<String, @Nullable Object> stored =
        Reserved.pack(Reserved.Content.ofPayload(Map.of("size", 7L)), TEXT_ONLY);
    stored.put("size", "large");
    assertThat(Reserved.unpack(stored).payload()).hasValue(Map.of("size", "large"));
  }

  @Test
  void damage_and_newer_forms_are_errors_not_payload() {
    for (String text :
        List.of(
            "{\"drillbook\":2,\"id\":\"BQ==\"}",
            "{\"drillbook\":1,\"id\":\"BQ==\"",
            "{\"drillbook\":1,\"id\":\"B\"}",
            "{\"drillbook\":1,\"payload\":\"BQ==\"}")) {
      assertThatThrownBy(() -> Reserved.unpack(Map.of(Reserved.KEY, text)))
          .as(text)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_payload_of_many_megabytes_is_carried() throws IOException {
    byte[] big = new byte[8 << 20];
    Arrays.fill(big, (byte) 0x5a);
    Map<String, @Nullable Object> stored =
        Reserved.pack(Reserved.Content.ofPayload(Map.of("big", big)), NOTHING);
    assertThat(Reserved.unpack(stored).payload().orElseThrow().get("big")).isEqualTo(big);
  }

  private static Reserved.Content content(Optional<byte[]> id) {
    return new Reserved.Content(id, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Map<String, @Nullable Object> everything() {
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    payload.put("text", "naïve \"quoted\" \u0000 😀");
    payload.put("integer", Long.MIN_VALUE);
    payload.put("big", BigInteger.ONE.shiftLeft(200).negate());
    payload.put("unsigned", BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));
    payload.put("below", BigInteger.ONE.shiftLeft(64).negate());
    payload.put("big-decimal", new BigDecimal(BigInteger.ONE.shiftLeft(90).negate(), -3));
    payload.put("float", 1.0);
    payload.put("negative-zero", -0.0);
    payload.put("nan", Double.NaN);
    payload.put("infinite", Double.NEGATIVE_INFINITY);
    payload.put("truth", true);
    payload.put("nothing", null);
    payload.put("bytes", new byte[] {0, -1, 127});
    payload.put("decimal", new BigDecimal("1.2300"));
    payload.put("time", OffsetDateTime.parse("2026-11-01T10:00:00.123456789+02:00"));
    payload.put("date", LocalDate.parse("2026-11-01"));
    payload.put("uuid", UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"));
    payload.put("list", Arrays.asList("a", 1L, null, List.of()));
    payload.put("map", Map.of("inner", Map.of("deep", 1L)));
    payload.put("", "the empty key");
    payload.put(Reserved.KEY, 5L);
    return payload;
  }
}
