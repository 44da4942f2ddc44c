package drillbook.engine.qdrant;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes of a payload on its way to another peer, as protobuf. */
final class ForwardedPayload {
  private ForwardedPayload() {}

  static Map<String, @Nullable Object> of(Map<String, @Nullable Object> payload) {
    Map<String, @Nullable Object> forwarded = new LinkedHashMap<>();
    payload.forEach((key, value) -> forwarded.put(key, of(value)));
    return forwarded;
  }

  private static @Nullable Object of(@Nullable Object value) {
    return switch (value) {
      // There is no integer without sign.
      case BigInteger number -> number.doubleValue();
      case List<?> list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.forEach(item -> items.add(of(item)));
        yield items;
      }
      case Map<?, ?> map -> of(Fields.object(map));
      case null, default -> value;
    };
  }
}
