package drillbook.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.backup.BackupKind;
import drillbook.capture.EngineRun;
import drillbook.capture.Selection;
import drillbook.check.Check;
import drillbook.check.Verdict;
import drillbook.engine.Capability;
import drillbook.engine.Capture;
import drillbook.engine.CaptureToken;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineProfile;
import drillbook.engine.MemoryNotes;
import drillbook.engine.SeenRecords;
import drillbook.engine.VectorIndex;
import drillbook.record.ElementType;
import drillbook.record.RecordBatch;
import drillbook.restore.RestoreMode;
import drillbook.restore.RestorePlan;
import drillbook.restore.RestoreRequest;
import drillbook.translate.Translation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** One cell of the matrix: there, compared, and back, compared again. */
final class MatrixPair {
  private final MatrixSample sample;
  private final EngineRun from;
  private final EngineRun into;
  private final EngineProfile source;
  private final EngineProfile target;
  private final boolean same;

  MatrixPair(MatrixSample sample, EngineRun into) {
    this.sample = sample;
    this.from = sample.run();
    this.into = into;
    this.source = from.engine().profile();
    this.target = into.engine().profile();
    this.same = source.name().equals(target.name());
  }

  /** Restores there and back and returns the points that did not come through. */
  Set<FidelityPoint> lost() throws Exception {
    TestingRestore there = restored(from, into);
    Set<FidelityPoint> lost = EnumSet.noneOf(FidelityPoint.class);
    for (int i = 0; i < there.plan().collections().size(); i++) {
      RestorePlan.Destination destination = there.plan().collections().get(i);
      CollectionName restored = there.destination(i);
      if (destination.from().equals(sample.empty().path())) {
        assertThat(into.engine().control().count(restored, tenant(restored))).isZero();
      } else {
        compare(restored, lost);
      }
    }
    if (there.plan().losses().stream()
        .anyMatch(loss -> loss.contains("is left out (it is empty"))) {
      lost.add(FidelityPoint.EMPTY_COLLECTION);
    }
    // What a person accepted must be what is missing, and nothing is missing unsaid.
    assertThat(lost.isEmpty() || same || !there.plan().losses().isEmpty() || changesOnly(lost))
        .as("lost without a word: " + lost)
        .isTrue();
    into.backup(BackupKind.FULL);
    back();
    return lost;
  }

  private String tenant(CollectionName name) throws Exception {
    return into.engine().control().schema(name).tenants().getFirst();
  }

  /** Points whose loss is a change of form, declared as such and not to be accepted. */
  private static boolean changesOnly(Set<FidelityPoint> lost) {
    return EnumSet.of(
            FidelityPoint.ID_TYPE,
            FidelityPoint.NAMED_VECTORS,
            FidelityPoint.TENANTS,
            FidelityPoint.PARTITIONS,
            FidelityPoint.INDEX_PARAMETERS,
            FidelityPoint.SCHEMA)
        .containsAll(lost);
  }

  private static TestingRestore restored(EngineRun from, EngineRun into) throws Exception {
    RestoreRequest request =
        new RestoreRequest(
            from.target().name(),
            null,
            RestoreMode.NEW,
            into.target().name(),
            null,
            null,
            null,
            true,
            false);
    TestingRestore restore = TestingRestore.restored(from, into, request);
    for (int i = 0; i < restore.plan().collections().size(); i++) {
      into.adopt(restore.destination(i));
    }
    List<Check> checks = restore.checks();
    assertThat(TestingRestore.findings(checks)).isEmpty();
    assertThat(Verdict.of(checks)).isEqualTo(Verdict.PASSED);
    return restore;
  }

  private void compare(CollectionName name, Set<FidelityPoint> lost) throws Exception {
    CollectionSchema rich = sample.rich();
    CollectionSchema restored = into.engine().control().schema(name);
    List<String> tenants = new ArrayList<>();
    for (String tenant : rich.tenants()) {
      // Without tenants each of them became a collection, named after it.
      if (target.has(Capability.TENANTS)
          || rich.tenants().size() == 1
          || name.name().toLowerCase(Locale.ROOT).contains(tenant)) {
        tenants.add(tenant);
      }
    }
    Translation translation =
        Translation.plan(Selection.withTenants(rich, tenants), source, target, name);
    for (String tenant : tenants) {
      SeenRecords expected = translated(translation, tenant);
      SeenRecords found = read(into.engine(), restored, translation.tenant(tenant));
      found.requireSame(expected);
    }
    structure(restored, translation, lost);
    indexes(restored, translation, lost);
    if (!restored.idType().equals(rich.idType())) {
      lost.add(FidelityPoint.ID_TYPE);
    }
    if (rich.tenants().size() > 1 && !restored.tenants().equals(rich.tenants())) {
      boolean tenant = source.name().equals("weaviate") || source.name().equals("pgvector");
      lost.add(tenant ? FidelityPoint.TENANTS : FidelityPoint.PARTITIONS);
    }
    boolean quantized =
        rich.attributes().keySet().stream().anyMatch(key -> key.endsWith("-quantization"))
            || rich.indexes().stream()
                .anyMatch(index -> index.parameters().containsKey("rq.enabled"));
    if (!same) {
      lost.add(FidelityPoint.SCHEMA);
      if (quantized) {
        lost.add(FidelityPoint.QUANTIZATION);
      }
    } else if (!restored.sortedAttributes().equals(rich.sortedAttributes())) {
      lost.add(FidelityPoint.SCHEMA);
    }
    if (restored.aliases().size() < rich.aliases().size()) {
      lost.add(FidelityPoint.ALIASES);
    }
  }

  private void structure(
      CollectionSchema restored, Translation translation, Set<FidelityPoint> lost) {
    for (var field : sample.rich().layout().vectors()) {
      Optional<String> name = translation.vector(field.name());
      if (!name.equals(Optional.of(field.name())) && source.vectors().many()) {
        lost.add(FidelityPoint.NAMED_VECTORS);
      }
      if (name.isEmpty() && field.multi()) {
        lost.add(FidelityPoint.MULTI_VECTORS);
      } else if (name.isEmpty() && field.elementType() == ElementType.F32) {
        lost.add(FidelityPoint.F32_BITS);
      }
      boolean dimension =
          name.isEmpty()
              || restored.layout().vectors().stream()
                  .anyMatch(other ->
                      other.name().equals(name.get()) && other.dimension() == field.dimension());
      if (!dimension) {
        lost.add(FidelityPoint.DIMENSION);
      }
    }
    if (restored.layout().sparse().size() < sample.rich().layout().sparse().size()) {
      lost.add(FidelityPoint.SPARSE);
    }
  }

  private void indexes(
      CollectionSchema restored, Translation translation, Set<FidelityPoint> lost) {
    for (VectorIndex index : sample.rich().indexes()) {
      Optional<String> name = translation.vector(index.vector());
      if (name.isEmpty()) {
        continue;
      }
      Optional<VectorIndex> found =
          restored.indexes().stream()
              .filter(other -> other.vector().equals(name.get()))
              .findFirst();
      if (found.isEmpty() || found.get().metric() != index.metric()) {
        lost.add(FidelityPoint.METRIC);
      }
      if (found.isEmpty() || !found.get().kind().equals(index.kind())) {
        lost.add(FidelityPoint.INDEX_TYPE);
      }
      boolean parameters =
          found.isPresent()
              && index.parameters().entrySet().stream()
                  .allMatch(entry ->
                      same
                          ? entry.getValue().equals(found.get().parameters().get(entry.getKey()))
                          : keeps(entry.getKey(), entry.getValue(), found.get()));
      if (!parameters) {
        lost.add(FidelityPoint.INDEX_PARAMETERS);
      }
    }
  }

  private boolean keeps(String parameter, String value, VectorIndex found) {
    String common = source.indexes().commonName(parameter);
    String theirs = target.indexes().parameters().getOrDefault(common, "");
    return value.equals(found.parameters().get(theirs));
  }

  private SeenRecords translated(Translation translation, String tenant) {
    RecordBatch there = new RecordBatch(translation.schema().layout());
    translation.apply(sample.records(tenant), there);
    SeenRecords seen = new SeenRecords();
    seen.add(there);
    return seen;
  }

  /** The way back: ids, payloads and documents are what they were, whatever lay between. */
  private void back() throws Exception {
    TestingRestore back = restored(/* from= */ into, /* into= */ from);
    SeenRecords original = new SeenRecords();
    SeenRecords returned = new SeenRecords();
    for (String tenant : sample.rich().tenants()) {
      SeenRecords written = new SeenRecords();
      written.add(sample.records(tenant));
      original.addWithoutVectors(tenant, written);
    }
    for (int i = 0; i < back.plan().collections().size(); i++) {
      CollectionSchema schema = from.engine().control().schema(back.destination(i));
      for (String tenant : schema.tenants()) {
        String meant =
            sample.rich().tenants().stream()
                .filter(one ->
                    one.equals(tenant)
                        || schema
                            .name()
                            .name()
                            .toLowerCase(Locale.ROOT)
                            .matches(".*[_-]" + one + "([_-].*)?"))
                .findFirst()
                .orElse("");
        returned.addWithoutVectors(meant, read(from.engine(), schema, tenant));
      }
      from.forget(schema.name());
    }
    returned.requireSame(original);
  }

  private static SeenRecords read(Engine engine, CollectionSchema schema, String tenant)
      throws Exception {
    SeenRecords seen = new SeenRecords();
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      for (CaptureToken.Range range : capture.token().ranges()) {
        if (range.tenant().equals(tenant)) {
          engine
              .records()
              .read(capture.token(), range, "", notes, (batch, cursor) -> seen.add(batch));
        }
      }
    }
    return seen;
  }
}
