package drillbook.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.Capture;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.engine.IndexTerms;
import drillbook.engine.MemoryEngine;
import drillbook.engine.MemoryNotes;
import drillbook.engine.MemoryServer;
import drillbook.engine.NameTerms;
import drillbook.engine.OwnTerms;
import drillbook.engine.RecordWriter;
import drillbook.engine.SparseTerms;
import drillbook.engine.TenantTerms;
import drillbook.engine.VectorTerms;
import drillbook.engine.VectorTerms.Trait;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorColumn;
import drillbook.record.VectorField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TranslatedRecordsTest {
  private static final EngineProfile SINGLES = profile(Set.of(ElementType.F32));

  @Test
  void every_half_is_widened_to_the_same_value() throws Exception {
    byte[] halves = new byte[65_536 * 2];
    ByteBuffer bits = ByteBuffer.wrap(halves).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 65_536; i++) {
      bits.putShort((short) i);
    }
    float[] widened = widened(ElementType.F16, halves, 65_536);
    for (int i = 0; i < 65_536; i++) {
      // Bits, since -0 equals 0 and NaN equals nothing.
      assertThat(Float.floatToRawIntBits(widened[i]))
          .isEqualTo(Float.floatToRawIntBits(Float.float16ToFloat((short) i)));
    }
    assertThat(widened[0x8000]).isEqualTo(-0.0f);
    assertThat(widened[0x0001]).isEqualTo(0x1p-24f);
    assertThat(widened[0x3c00]).isEqualTo(1.0f);
    assertThat(widened[0x7c00]).isInfinite();
  }

  @Test
  void bfloats_and_bytes_are_widened_to_the_same_values() throws Exception {
    byte[] bfloats = {0x00, (byte) 0x80, (byte) 0x80, 0x3f, 0x40, (byte) 0xc0};
    assertThat(widened(ElementType.BF16, bfloats, 3)).containsExactly(-0.0f, 1.0f, -3.0f);
    byte[] bytes = {0, 127, (byte) 128, (byte) 255};
    assertThat(widened(ElementType.I8, bytes, 4)).containsExactly(0, 127, -128, -1);
    assertThat(widened(ElementType.U8, bytes, 4)).containsExactly(0, 127, 128, 255);
  }

  @Test
  void doubles_are_rounded_to_the_nearest_single() throws Exception {
    byte[] doubles =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putDouble(0.1)
            .putDouble(-0.0)
            .array();
    assertThat(widened(ElementType.F64, doubles, 2)).containsExactly(0.1f, -0.0f);
  }

  @Test
  void singles_are_widened_to_doubles() throws Exception {
    byte[] singles = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0.1f).array();
    RecordBatch into = translated(profile(Set.of(ElementType.F64)), ElementType.F32, singles, 1);
    assertThat(into.vectors().getFirst().bits().view(0).getDouble()).isEqualTo((double) 0.1f);
  }

  @Test
  void all_else_of_a_record_stays_and_what_is_absent_stays_absent() throws Exception {
    RecordLayout layout =
        new RecordLayout(
            List.of(
                new VectorField("dropped", ElementType.BIT, 8, false),
                new VectorField("kept", ElementType.F32, 1, false)),
            List.of(new SparseField("words", ElementType.F32, 0)));
    Translation plan = plan(layout, SINGLES);
    RecordBatch from = new RecordBatch(layout);
    from.ids().add(RecordId.of("full"));
    from.vectors().get(0).add(new byte[] {1}, 0, 8, 1);
    from.vectors().get(1).add(new float[] {-0.0f}, 0, 1);
    from.payloads().add(new byte[] {(byte) 0xa0});
    from.documents().add(new byte[0]);
    from.uris().add("u".getBytes(StandardCharsets.UTF_8));
    from.endRecord();
    from.ids().add(RecordId.of("bare"));
    from.endRecord();
    RecordBatch into = new RecordBatch(plan.schema().layout());
    plan.apply(from, into);
    plan.apply(from, into);
    assertThat(into.size()).as("records are appended").isEqualTo(4);
    assertThat(into.ids().get(0)).isEqualTo(RecordId.of("full"));
    assertThat(into.vectors().getFirst().bits().get(0))
        .isEqualTo(from.vectors().get(1).bits().get(0));
    assertThat(into.payloads().get(0)).isEqualTo(from.payloads().get(0));
    assertThat(into.documents().isPresent(0)).isTrue();
    assertThat(into.uris().get(0)).isEqualTo(from.uris().get(0));
    assertThat(into.vectors().getFirst().isPresent(1)).isFalse();
    assertThat(into.payloads().isPresent(1)).isFalse();
    assertThat(into.documents().isPresent(1)).isFalse();
    assertThat(into.uris().isPresent(1)).isFalse();
  }

  @Test
  void records_of_another_layout_are_refused() throws Exception {
    RecordLayout layout = layout(ElementType.F16, 3);
    Translation plan = plan(layout, SINGLES);
    RecordBatch source = new RecordBatch(layout);
    RecordBatch target = new RecordBatch(plan.schema().layout());
    assertThatThrownBy(() -> plan.apply(target, target))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> plan.apply(source, source))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_collection_moves_between_engines_and_is_compared_by_its_translation() throws Exception {
    MemoryEngine modest = MemoryEngine.modest(new MemoryServer());
    RecordLayout layout =
        new RecordLayout(
            List.of(
                new VectorField("body", ElementType.I8, 4, false),
                new VectorField("image", ElementType.F32, 2, false)),
            List.of());
    RecordBatch records = new RecordBatch(layout);
    for (int i = 0; i < 20; i++) {
      records.ids().add(RecordId.of("r" + i));
      records.vectors().get(0).add(new byte[] {(byte) i, -1, 0, 127}, 0, 4, 1);
      records.endRecord();
    }
    Translation plan =
        Translation.plan(
            schema(layout),
            MemoryEngine.rich(new MemoryServer()).profile(),
            modest.profile(),
            new CollectionName(List.of(), "docs"));
    RecordBatch expected = new RecordBatch(plan.schema().layout());
    plan.apply(records, expected);

    modest.control().create(plan.schema());
    CollectionSchema live = modest.control().schema(plan.schema().name());
    try (RecordWriter writer = modest.records().writer(live, plan.tenant(""))) {
      writer.write(expected);
    }
    RecordBatch read = new RecordBatch(live.layout());
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = modest.records().begin(List.of(live), notes)) {
      for (var range : capture.token().ranges()) {
        modest
            .records()
            .read(
                capture.token(),
                range,
                "",
                notes,
                (batch, cursor) -> {
                  for (int i = 0; i < batch.size(); i++) {
                    read.append(batch, i);
                  }
                });
      }
    }
    assertThat(read.size()).isEqualTo(20);
    VectorColumn vectors = read.vectors().getFirst();
    for (int i = 0; i < 20; i++) {
      float[] vector = new float[4];
      vectors.get(i, vector);
      assertThat(vector).containsExactly(i, -1, 0, 127);
    }
  }

  private static float[] widened(ElementType type, byte[] bits, int dimension) throws Exception {
    float[] values = new float[dimension];
    translated(SINGLES, type, bits, dimension).vectors().getFirst().get(0, values);
    return values;
  }

  private static RecordBatch translated(
      EngineProfile target, ElementType type, byte[] bits, int dimension) throws Exception {
    RecordLayout layout = layout(type, dimension);
    RecordBatch from = new RecordBatch(layout);
    from.ids().add(RecordId.of(1));
    from.vectors().getFirst().add(bits, 0, dimension, 1);
    from.endRecord();
    Translation plan = plan(layout, target);
    RecordBatch into = new RecordBatch(plan.schema().layout());
    plan.apply(from, into);
    return into;
  }

  private static Translation plan(RecordLayout layout, EngineProfile target) throws Exception {
    return Translation.plan(
        schema(layout),
        MemoryEngine.rich(new MemoryServer()).profile(),
        target,
        new CollectionName(List.of(), "docs"));
  }

  private static CollectionSchema schema(RecordLayout layout) {
    return new CollectionSchema(
        new CollectionName(List.of(), "docs"),
        layout,
        "text",
        List.of(),
        List.of(""),
        List.of(),
        Map.of());
  }

  private static RecordLayout layout(ElementType type, int dimension) {
    return RecordLayout.dense(new VectorField("", type, dimension, false));
  }

  private static EngineProfile profile(Set<ElementType> types) {
    return new EngineProfile(
        "target",
        Set.of(),
        List.of(),
        List.of(),
        new NameTerms(".+", 255, '_', "drill-"),
        TenantTerms.NONE,
        new VectorTerms(types, 1 << 20, Set.of(Trait.OPEN_DIMENSION), SparseTerms.NONE, ""),
        new IndexTerms(Set.of(), Map.of(), Set.of(), Map.of()),
        Set.of("text"),
        OwnTerms.NONE);
  }
}
