package drillbook.engine.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.SampleRecords;
import drillbook.engine.SeenRecords;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import io.milvus.grpc.CreateCollectionRequest;
import io.milvus.grpc.DescribeCollectionResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Columns on the wire, for the types that neither server here holds: 16-bit floats, which Milvus
 * has since 2.4. What is written is read from the same messages.
 */
class MilvusColumnsTest {
  @Test
  void sixteen_bit_floats_and_bits_go_over_the_wire_as_they_are() throws Exception {
    requireRoundTrip(
        new RecordLayout(
            List.of(
                new VectorField("half", ElementType.F16, 5, false),
                new VectorField("brain", ElementType.BF16, 3, false),
                new VectorField("bits", ElementType.BIT, 12, false),
                new VectorField("", ElementType.F32, 4, false)),
            List.of(new SparseField("words", ElementType.F32, 1000))),
        40);
  }

  @Test
  void a_record_without_vectors_comes_back_without_them() throws Exception {
    RecordLayout layout =
        new RecordLayout(
            List.of(
                new VectorField("v", ElementType.F32, 4, false),
                new VectorField("b", ElementType.BIT, 9, false)),
            List.of(new SparseField("s", ElementType.F32, 0)));
    RecordBatch batch = new RecordBatch(layout);
    batch.ids().add(RecordId.of("none"));
    batch.endRecord();
    requireRoundTrip(layout, batch);
  }

  @Test
  void weights_that_milvus_refuses_are_carried() {
    byte[] pairs = pairs(3, 0.5f, 7, -1.5f, 9, Float.NaN, 11, -0.0f);
    assertThat(MilvusParts.taken(pairs)).isEqualTo(pairs(3, 0.5f));
    byte[] refused = pairs(7, -1.5f);
    assertThat(MilvusParts.taken(refused)).isEqualTo(pairs(0, Float.MIN_NORMAL));
    byte[] fine = pairs(3, 0.5f, 4, 0f);
    assertThat(MilvusParts.taken(fine)).isSameAs(fine);
  }

  @Test
  void parts_are_cut_and_joined_whatever_their_length() {
    String reserved = "{\"drillbook\":1,\"payload\":\"" + "ab+/".repeat(50_000) + "\"}";
    byte[] sparse = new byte[200_000];
    List<String> parts =
        MilvusParts.of(
            reserved,
            List.of(
                new MilvusParts.Carried("words", sparse),
                new MilvusParts.Carried("empty", new byte[0])),
            List.of("a", "b"));
    assertThat(parts)
        .allSatisfy(part -> assertThat(part.length()).isBetween(1, MilvusSchema.PART_BYTES));
    assertThat(MilvusParts.reserved(parts)).isEqualTo(reserved);
    assertThat(MilvusParts.sparse(parts, "words")).contains(sparse);
    assertThat(MilvusParts.sparse(parts, "empty").orElseThrow()).isEmpty();
    assertThat(MilvusParts.sparse(parts, "word")).isEmpty();
    assertThat(MilvusParts.absent(parts)).containsExactlyInAnyOrder("a", "b");
  }

  private static void requireRoundTrip(RecordLayout layout, int records) throws Exception {
    requireRoundTrip(layout, SampleRecords.records(layout, 0, records, i -> RecordId.of("r" + i)));
  }

  private static void requireRoundTrip(RecordLayout layout, RecordBatch batch) throws Exception {
    MilvusShape shape = shape(layout);
    assertThat(shape.layout()).isEqualTo(layout);
    MilvusRows rows = new MilvusRows(shape);
    SeenRecords written = new SeenRecords();
    RecordBatch bare = new RecordBatch(layout);
    for (int record = 0; record < batch.size(); record++) {
      List<MilvusParts.Carried> sparse = new ArrayList<>();
      List<String> absent = new ArrayList<>();
      for (int i = 0; i < layout.sparse().size(); i++) {
        String field = shape.sparse().get(i).field().getName();
        var column = batch.sparse().get(i);
        if (column.isPresent(record)) {
          sparse.add(
              new MilvusParts.Carried(
                  field,
                  MilvusParts.pairs(column.positions().get(record), column.values().get(record))));
        } else {
          absent.add(field);
        }
      }
      for (int i = 0; i < layout.vectors().size(); i++) {
        if (!batch.vectors().get(i).isPresent(record)) {
          absent.add(shape.dense().get(i).field().getName());
        }
      }
      rows.addPayload(ByteString.copyFromUtf8("{}"), MilvusParts.of("", sparse, absent));
      rows.addVectors(batch, record);
      rows.end(MilvusKeys.of(shape, batch.ids().get(record)), 1);
      copyBare(batch, record, bare);
    }
    written.add(bare);
    MilvusReader reader = new MilvusReader(shape, rows.columns());
    RecordBatch read = new RecordBatch(layout);
    for (int row = 0; row < reader.rows(); row++) {
      reader.append(row, read);
    }
    SeenRecords seen = new SeenRecords();
    seen.add(read);
    seen.requireSameIds(written);
    written.requireSameIds(seen);
    requireSameVectors(bare, read);
  }

  private static void copyBare(RecordBatch from, int record, RecordBatch to) {
    to.ids().add(from.ids().get(record));
    for (int i = 0; i < from.vectors().size(); i++) {
      var column = from.vectors().get(i);
      if (column.isPresent(record)) {
        to.vectors().get(i).add(column.bits().get(record), 0, column.dimension(record), 1);
      }
    }
    for (int i = 0; i < from.sparse().size(); i++) {
      var column = from.sparse().get(i);
      if (column.isPresent(record)) {
        to.sparse().get(i).add(column.positions().get(record), column.values().get(record));
      }
    }
    to.endRecord();
  }

  private static void requireSameVectors(RecordBatch expected, RecordBatch read) {
    for (int row = 0; row < expected.size(); row++) {
      for (int i = 0; i < expected.vectors().size(); i++) {
        assertThat(read.vectors().get(i).isPresent(row))
            .isEqualTo(expected.vectors().get(i).isPresent(row));
        assertThat(read.vectors().get(i).bits().get(row))
            .isEqualTo(expected.vectors().get(i).bits().get(row));
      }
      for (int i = 0; i < expected.sparse().size(); i++) {
        assertThat(read.sparse().get(i).isPresent(row))
            .isEqualTo(expected.sparse().get(i).isPresent(row));
        assertThat(read.sparse().get(i).values().get(row))
            .isEqualTo(expected.sparse().get(i).values().get(row));
      }
    }
  }

  private static MilvusShape shape(RecordLayout layout) throws Exception {
    CollectionName name = new CollectionName(List.of("default"), "columns");
    CreateCollectionRequest request =
        MilvusSchema.request(
            new CollectionSchema(name, layout, "text", List.of(), List.of(""), List.of(), Map.of()),
            false);
    return MilvusShape.of(
        name,
        DescribeCollectionResponse.newBuilder()
            .setSchema(io.milvus.grpc.CollectionSchema.parseFrom(request.getSchema()))
            .addAllProperties(request.getPropertiesList())
            .build());
  }

  private static byte[] pairs(Object... values) {
    ByteBuffer pairs = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i += 2) {
      pairs.putInt((Integer) values[i]).putFloat((Float) values[i + 1]);
    }
    return pairs.array();
  }
}
