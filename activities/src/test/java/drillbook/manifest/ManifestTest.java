package drillbook.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.VectorIndex;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.Segment;
import drillbook.format.SegmentContext;
import drillbook.index.RunReceipt;
import drillbook.manifest.Manifest.Part;
import drillbook.manifest.SegmentList.PartSegments;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import drillbook.store.ArtifactStore.Stored;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void a_manifest_comes_back_through_its_envelope() throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder);
    byte[] envelope = ManifestCodec.seal(manifest(1), key);
    TrustedKeys keys = TrustedKeys.of(List.of(folder.resolve("signing.pub.pem")));
    assertThat(ManifestCodec.open(envelope, keys)).isEqualTo(manifest(1));
    assertThat(keys.keyIds()).containsExactly(key.keyId());
  }

  @Test
  void every_changed_byte_of_an_envelope_is_found() throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder);
    TrustedKeys keys = TrustedKeys.ofKeys(List.of(key.publicKey()));
    byte[] good = ManifestCodec.seal(manifest(1), key);
    for (int i = 0; i < good.length; i++) {
      for (int bit = i % 4; bit < 8; bit += 4) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) (1 << bit);
        assertCorrupt(() -> ManifestCodec.open(bad, keys));
      }
      byte[] shorter = java.util.Arrays.copyOf(good, i);
      assertCorrupt(() -> ManifestCodec.open(shorter, keys));
      byte[] longer =
          new StringBuilder(text(good)).insert(i, ' ').toString().getBytes(StandardCharsets.UTF_8);
      assertCorrupt(() -> ManifestCodec.open(longer, keys));
    }
  }

  @Test
  void unsigned_unknown_and_doubly_signed_envelopes_are_refused() throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder.resolve("a"));
    SigningKey other = SigningKey.loadOrCreate(folder.resolve("b"));
    TrustedKeys keys = TrustedKeys.ofKeys(List.of(key.publicKey()));
    byte[] good = ManifestCodec.seal(manifest(1), key);
    String signature = text(good).replaceFirst(".*\"signatures\":\\[(.*)\\]}", "$1");
    assertCorrupt(() -> ManifestCodec.open(ManifestCodec.seal(manifest(1), other), keys));
    assertCorrupt(() -> ManifestCodec.open(utf8(text(good).replace(signature, "")), keys));
    assertCorrupt(() ->
        ManifestCodec.open(utf8(text(good).replace(signature, signature + "," + signature)), keys));
    assertCorrupt(() -> Envelope.open("application/other", good, keys));
    assertCorrupt(() -> ManifestCodec.open(good, TrustedKeys.ofKeys(List.of())));
    // The same payload under another name for the signer.
    assertCorrupt(() -> ManifestCodec.open(utf8(text(good).replace(key.keyId(), "x")), keys));
  }

  @Test
  void a_signed_manifest_that_is_not_canonical_is_refused() throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder);
    TrustedKeys keys = TrustedKeys.ofKeys(List.of(key.publicKey()));
    String json = text(ManifestCodec.encode(manifest(1)));
    List<String> others =
        List.of(
            json.replace("{\"asOf\"", "{ \"asOf\""),
            json.replace("\"changed\":5", "\"changed\":5.0"),
            json.replace("\"changed\":5", "\"changed\":\"5\""),
            json.replace("\"engine\":\"chroma\"", "\"engine\":\"\\u0063hroma\""),
            json.replace("\"changed\":5,", ""),
            json.replace("\"changed\":5", "\"changed\":5,\"extra\":1"),
            json.replace("\"changed\":5", "\"changed\":5,\"changed\":5"),
            json.replace("\"changed\":5", "\"changed\":null"),
            json.replace("\"kind\":\"full\"", "\"kind\":\"half\""),
            json.replace(":00Z\"", ":00.000Z\""),
            "null",
            json + "\n");
    for (String other : others) {
      assertThat(other).isNotEqualTo(json);
      byte[] envelope = Envelope.seal(ManifestCodec.PAYLOAD_TYPE, utf8(other), key);
      assertCorrupt(() -> ManifestCodec.open(envelope, keys));
    }
  }

  @Test
  void a_manifest_that_is_too_long_is_neither_written_nor_read() throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder);
    TrustedKeys keys = TrustedKeys.ofKeys(List.of(key.publicKey()));
    assertThatThrownBy(() -> ManifestCodec.seal(manifest(4_500), key))
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED));
    assertCorrupt(() -> ManifestCodec.open(new byte[(1 << 20) + 1], keys));
    assertCorrupt(() -> ManifestCodec.decode(new byte[(1 << 20) + 1]));
    assertThat(ManifestCodec.open(ManifestCodec.seal(manifest(2_500), key), keys).parts())
        .hasSize(2_500);
  }

  @Test
  void the_key_is_made_once_and_kept_to_its_owner() throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder);
    assertThat(SigningKey.loadOrCreate(folder).keyId()).isEqualTo(key.keyId()).hasSize(64);
    Path file = folder.resolve("signing.pem");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file)).startsWith("-----BEGIN PRIVATE KEY-----");
    assertThat(key.toString()).contains(key.keyId()).doesNotContain("PRIVATE");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
    Files.delete(folder.resolve("signing.pub.pem"));
    SigningKey.loadOrCreate(folder);
    assertThat(TrustedKeys.of(List.of(folder.resolve("signing.pub.pem"))).keyIds())
        .containsExactly(key.keyId());
  }

  @Test
  void a_key_that_others_can_read_or_that_is_none_is_refused() throws Exception {
    SigningKey.loadOrCreate(folder);
    Path file = folder.resolve("signing.pem");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertConfiguration(() -> SigningKey.loadOrCreate(folder));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\n");
    assertConfiguration(() -> SigningKey.loadOrCreate(folder));
    assertConfiguration(() -> TrustedKeys.of(List.of(file)));
    assertConfiguration(() -> TrustedKeys.of(List.of(folder.resolve("none.pem"))));
  }

  @Test
  void many_threads_that_start_at_once_share_one_key() throws Exception {
    List<String> ids = Collections.synchronizedList(new java.util.ArrayList<>());
    List<Thread> threads =
        Stream.generate(() ->
                Thread.ofPlatform()
                    .start(() -> {
                      try {
                        ids.add(SigningKey.loadOrCreate(folder).keyId());
                      } catch (DrillbookException e) {
                        ids.add(e.getMessage());
                      }
                    }))
            .limit(8)
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(ids).hasSize(8).containsOnly(ids.getFirst());
    assertThat(ids.getFirst()).hasSize(64);
  }

  @Test
  void catalog_and_segment_list_come_back() throws Exception {
    Catalog catalog = catalog();
    assertThat(Catalog.decode(catalog.encode(), "catalog")).isEqualTo(catalog);
    SegmentList list = segmentList();
    assertThat(SegmentList.decode(list.encode(), "list")).isEqualTo(list);
    assertThat(text(list.encode()))
        .startsWith("{\"backupId\":\"b1\",\"parts\":[{\"collection\":0,");
    assertCorrupt(() -> Catalog.decode(list.encode(), "catalog"));
    assertCorrupt(() -> SegmentList.decode(new byte[] {1}, "list"));
    assertCorrupt(
        () -> SegmentList.decode(utf8(text(list.encode()).replace("{\"c", "{ \"c")), "list"));
  }

  @Test
  void a_manifest_that_contradicts_itself_cannot_be_made() {
    Manifest good = manifest(0);
    assertThatThrownBy(() ->
            new Manifest(
                1,
                "b",
                "docs",
                "inc",
                "",
                good.startedAt(),
                good.asOf(),
                good.finishedAt(),
                "",
                good.deletesSeenAt(),
                "",
                "",
                List.of(),
                List.of(),
                good.catalog(),
                List.of(),
                List.of(),
                0,
                0,
                0,
                0,
                0,
                0,
                ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parent");
  }

  private static Manifest manifest(int parts) {
    Instant time = Instant.parse("2026-11-01T00:00:00Z");
    Part part = new Part(0, 0, 5, "0".repeat(64), "f".repeat(64), 100);
    return new Manifest(
        1,
        "20261101t000000z_full_abcdef",
        "docs",
        "full",
        "",
        time,
        time,
        time.plusMillis(1500),
        "fuzzy",
        time,
        "chroma",
        "1.5.9",
        Collections.nCopies(parts, part),
        List.of(new Stored("docs/backups/x/segments.json", 10, "0".repeat(64))),
        new Stored("docs/backups/x/catalog.json", 10, "0".repeat(64)),
        List.of(),
        List.of(),
        5,
        100,
        90,
        5,
        5,
        0,
        "drillbook 0.1.0");
  }

  private static Catalog catalog() {
    CollectionSchema schema =
        new CollectionSchema(
            new CollectionName(List.of("default_tenant", "db"), "Gr\u00fc\u00dfe \ud83d\ude00"),
            new RecordLayout(
                List.of(new VectorField("", ElementType.F32, 3, false)),
                List.of(new SparseField("s", ElementType.F32, 0))),
            "text",
            List.of(
                new VectorIndex(
                    "", "hnsw", VectorIndex.Metric.COSINE, Map.of("m", "16", "ef", "200"))),
            List.of(""),
            List.of("alias"),
            Map.of("z", "{}", "a", "1"));
    return new Catalog(List.of(new Catalog.Entry(0, schema, List.of(""))));
  }

  private static SegmentList segmentList() {
    Segment segment =
        new Segment(1, "k", 10, "aa", 3, 9, "k.run", 88, "bb", new SegmentContext("docs", "b1"));
    return new SegmentList(
        "b1",
        List.of(
            new PartSegments(
                0, 0, List.of(segment), List.of(new RunReceipt("k.run", 88, "bb", 1)))));
  }

  private static void assertCorrupt(ThrowingCallable call) {
    assertKind(call, FailureKind.CORRUPT);
  }

  private static void assertConfiguration(ThrowingCallable call) {
    assertKind(call, FailureKind.CONFIGURATION);
  }

  private static void assertKind(ThrowingCallable call, FailureKind kind) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
