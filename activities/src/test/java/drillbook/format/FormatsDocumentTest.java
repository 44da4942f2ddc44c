package drillbook.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import drillbook.index.IndexCursor;
import drillbook.index.IndexRuns;
import drillbook.manifest.Envelope;
import drillbook.manifest.TrustedKeys;
import drillbook.profile.BackupProfile;
import drillbook.profile.PartMeter;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.store.MemoryArtifactStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The test vectors in the specification are what the code computes, and nobody changes either. */
class FormatsDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/formats.md");
  private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final HexFormat HEX = HexFormat.of();

  @TempDir private Path folder = Path.of("");

  @Test
  void record_hashes() throws Exception {
    List<JsonNode> vectors = vectors("record");
    assertThat(vectors).hasSize(4);
    for (JsonNode vector : vectors) {
      RecordBatch batch = record(vector);
      RecordHasher hasher = new RecordHasher(batch.layout());
      byte[] idHash = new byte[32];
      byte[] contentHash = new byte[32];
      hasher.hash(batch, 0, idHash, contentHash);
      String name = text(vector, "name");
      assertThat(HEX.formatHex(hasher.canonical(batch, 0)))
          .as(name)
          .isEqualTo(text(vector, "record"));
      assertThat(HEX.formatHex(idHash)).as(name).isEqualTo(text(vector, "idHash"));
      assertThat(HEX.formatHex(contentHash)).as(name).isEqualTo(text(vector, "contentHash"));
    }
  }

  @Test
  void profiles() throws Exception {
    List<JsonNode> vectors = vectors("profile");
    assertThat(vectors).hasSize(1);
    RecordLayout layout = RecordLayout.dense(new VectorField("", ElementType.F32, 2, false));
    RecordBatch batch = new RecordBatch(layout);
    for (JsonNode bits : vectors.getFirst().path("bits")) {
      batch.ids().add(new byte[] {0});
      batch.vectors().getFirst().add(HEX.parseHex(bits.asText()), 0, 2, 1);
      batch.endRecord();
    }
    PartMeter meter = new PartMeter(layout);
    meter.take(batch);
    BackupProfile profile =
        new BackupProfile(List.of(BackupProfile.part(0, 0, layout, meter.sums())));
    assertThat(new String(profile.encode(), StandardCharsets.UTF_8))
        .isEqualTo(text(vectors.getFirst(), "profile"));
  }

  @Test
  void digests() throws Exception {
    List<JsonNode> vectors = vectors("digests");
    assertThat(vectors).hasSize(2);
    for (JsonNode vector : vectors) {
      MultisetSum sum = MultisetSum.empty();
      MerkleRoot root = new MerkleRoot();
      for (JsonNode entry : vector.path("entries")) {
        byte[] contentHash = HEX.parseHex(entry.path(1).asText());
        sum.add(contentHash);
        root.add(HEX.parseHex(entry.path(0).asText()), contentHash);
      }
      assertThat(sum.hex()).isEqualTo(text(vector, "sum"));
      assertThat(root.hex()).isEqualTo(text(vector, "root"));
    }
  }

  @Test
  void a_segment() throws Exception {
    JsonNode vector = vectors("segment").getFirst();
    byte[] bytes = HEX.parseHex(text(vector, "bytes").replaceAll("\\s", ""));
    MemoryArtifactStore store = new MemoryArtifactStore();
    store.tamper("segment", bytes);
    Segment segment =
        new Segment(
            vector.path("number").asLong(),
            "segment",
            bytes.length,
            text(vector, "sha256"),
            vector.path("records").size(),
            vector.path("logicalBytes").asLong(),
            "run",
            0,
            "",
            new SegmentContext(text(vector, "target"), text(vector, "backupId")));
    RecordLayout layout = RecordLayout.dense(new VectorField("", ElementType.F32, 2, false));
    RecordHasher hasher = new RecordHasher(layout);
    List<String> hashes = new ArrayList<>();
    byte[] idHash = new byte[32];
    byte[] contentHash = new byte[32];
    SegmentReader.read(
        store,
        segment,
        layout,
        (batch, firstRow) -> {
          for (int i = 0; i < batch.size(); i++) {
            hasher.hash(batch, i, idHash, contentHash);
            hashes.add(HEX.formatHex(contentHash));
          }
        });
    List<String> expected = new ArrayList<>();
    vector.path("records").forEach(record -> expected.add(record.asText()));
    assertThat(hashes).isEqualTo(expected).isNotEmpty();
  }

  @Test
  void an_index_run() throws Exception {
    JsonNode vector = vectors("run").getFirst();
    byte[] bytes = HEX.parseHex(text(vector, "bytes").replaceAll("\\s", ""));
    MemoryArtifactStore store = new MemoryArtifactStore();
    store.tamper("run", bytes);
    List<String> entries = new ArrayList<>();
    try (IndexCursor run = IndexRuns.open(store, "run", bytes.length, text(vector, "sha256"))) {
      while (run.next()) {
        entries.add(
            run.tombstone()
                ? "deleted"
                : Address.segment(run.address()) + "/" + Address.row(run.address()));
      }
    }
    assertThat(entries).containsExactly(text(vector, "entries").split(" "));
  }

  @Test
  void an_envelope() throws Exception {
    JsonNode vector = vectors("envelope").getFirst();
    Path pem = Files.writeString(folder.resolve("key.pem"), text(vector, "publicKey"));
    TrustedKeys keys = TrustedKeys.of(List.of(pem));
    byte[] payload =
        Envelope.open(
            text(vector, "type"), text(vector, "envelope").getBytes(StandardCharsets.UTF_8), keys);
    assertThat(new String(payload, StandardCharsets.UTF_8)).isEqualTo(text(vector, "payload"));
    assertThat(keys.keyIds()).containsExactly(text(vector, "keyId"));
  }

  private static List<JsonNode> vectors(String kind) throws IOException {
    List<JsonNode> vectors = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(Files.readString(DOCUMENT));
    YAMLMapper yaml = new YAMLMapper();
    while (blocks.find()) {
      JsonNode vector = yaml.readTree(blocks.group(1));
      if (text(vector, "vector").equals(kind)) {
        vectors.add(vector);
      }
    }
    return vectors;
  }

  private static String text(JsonNode vector, String field) {
    return vector.path(field).asText();
  }

  static RecordBatch record(JsonNode vector) {
    List<VectorField> dense = new ArrayList<>();
    for (JsonNode value : vector.path("vectors")) {
      boolean multi = value.path(2).asInt() != 1;
      dense.add(
          new VectorField(
              value.path(0).asText(), ElementType.ofWord(value.path(1).asText()), 0, multi));
    }
    List<SparseField> sparse = new ArrayList<>();
    for (JsonNode value : vector.path("sparse")) {
      sparse.add(
          new SparseField(value.path(0).asText(), ElementType.ofWord(value.path(1).asText()), 0));
    }
    RecordBatch batch = new RecordBatch(new RecordLayout(dense, sparse));
    batch.ids().add(HEX.parseHex(text(vector, "id")));
    for (int i = 0; i < dense.size(); i++) {
      JsonNode value = vector.path("vectors").path(i);
      byte[] bits = HEX.parseHex(value.path(4).asText());
      int column = batch.layout().vector(value.path(0).asText());
      batch.vectors().get(column).add(bits, 0, value.path(3).asInt(), value.path(2).asInt());
    }
    for (int i = 0; i < sparse.size(); i++) {
      JsonNode value = vector.path("sparse").path(i);
      batch
          .sparse()
          .get(batch.layout().sparse(value.path(0).asText()))
          .add(HEX.parseHex(value.path(2).asText()), HEX.parseHex(value.path(3).asText()));
    }
    if (vector.has("payload")) {
      batch.payloads().add(HEX.parseHex(text(vector, "payload")));
    }
    if (vector.has("document")) {
      batch.documents().add(text(vector, "document").getBytes(StandardCharsets.UTF_8));
    }
    if (vector.has("uri")) {
      batch.uris().add(text(vector, "uri").getBytes(StandardCharsets.UTF_8));
    }
    batch.endRecord();
    return batch;
  }
}
