package drillbook.engine.pinecone;

import drillbook.engine.pinecone.TestingNamespace.Kept;
import java.util.List;
import java.util.Map;

/**
 * Prints records as protobuf's JSON does: whole numbers have no fraction, so that 1.0 reads 1 and a
 * negative zero -0, and empty fields are left out.
 */
final class TestingPrint {
  private TestingPrint() {}

  static void record(StringBuilder out, Kept kept) {
    out.append("{\"id\":").append(TestingPlane.json(kept.id()));
    values(out, kept);
    metadata(out, kept);
    out.append('}');
  }

  static void match(
      StringBuilder out, Kept kept, float score, boolean withValues, boolean withMetadata) {
    out.append("{\"id\":").append(TestingPlane.json(kept.id()));
    out.append(",\"score\":").append(number(score));
    if (withValues) {
      values(out, kept);
    }
    if (withMetadata) {
      metadata(out, kept);
    }
    out.append('}');
  }

  private static void values(StringBuilder out, Kept kept) {
    if (kept.values().length > 0) {
      out.append(",\"values\":");
      floats(out, kept.values());
    }
    if (kept.indices().length > 0) {
      out.append(",\"sparseValues\":{\"indices\":[");
      for (int i = 0; i < kept.indices().length; i++) {
        out.append(i == 0 ? "" : ",").append(kept.indices()[i]);
      }
      out.append("],\"values\":");
      floats(out, kept.weights());
      out.append('}');
    }
  }

  private static void floats(StringBuilder out, float[] values) {
    out.append('[');
    for (int i = 0; i < values.length; i++) {
      out.append(i == 0 ? "" : ",").append(number(values[i]));
    }
    out.append(']');
  }

  private static void metadata(StringBuilder out, Kept kept) {
    if (kept.metadata().isEmpty()) {
      return;
    }
    out.append(",\"metadata\":{");
    boolean first = true;
    for (Map.Entry<String, Object> entry : kept.metadata().entrySet()) {
      out.append(first ? "" : ",").append(TestingPlane.json(entry.getKey())).append(':');
      first = false;
      switch (entry.getValue()) {
        case Double number -> out.append(whole(number.toString()));
        case List<?> list -> out.append(TestingPlane.json(list));
        default -> out.append(TestingPlane.json(entry.getValue()));
      }
    }
    out.append('}');
  }

  private static String number(float value) {
    return whole(Float.toString(value));
  }

  private static String whole(String digits) {
    return digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits;
  }
}
