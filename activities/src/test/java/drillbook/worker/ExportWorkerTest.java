package drillbook.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.EngineAddress;
import drillbook.export.ExportRequest;
import drillbook.export.ExportRun;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.intake.ImportRequest;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.store.StoreAddress;
import drillbook.target.Target;
import drillbook.target.Targets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the activities of exports and imports make of places that there cannot be. */
class ExportWorkerTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path folder;

  @Test
  void a_mistyped_place_is_the_callers_to_mend() throws Exception {
    for (String place : List.of("s3://bucket/Exports", "gs://x", "s3://KEY:hunter2@bucket")) {
      ExportRequest export = new ExportRequest("docs", null, false, null, null, place, null, null);
      ExportWorker exports = new ExportWorker(surroundings());
      assertRefused(() -> exports.plan(new ExportRun(export, "export-docs-x", NOON)));
      ImportWorker imports = new ImportWorker(surroundings());
      assertRefused(() -> imports.plan(new ImportRequest("docs", place, null, null, false)));
    }
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .satisfies(thrown -> {
          assertThat(WorkflowFailures.kind(thrown)).isEqualTo(FailureKind.CONFIGURATION);
          assertThat(WorkflowFailures.hint(thrown)).contains("s3://bucket/prefix");
          assertThat(WorkflowFailures.message(thrown)).doesNotContain("hunter2");
        });
  }

  private Surroundings surroundings() throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder.resolve("keys"));
    return new Surroundings(
        new AnyTarget(StoreAddress.folder(folder.resolve("store"))),
        key,
        TrustedKeys.ofKeys(List.of(key.publicKey())),
        folder,
        InstantSource.fixed(NOON));
  }

  private record AnyTarget(StoreAddress store) implements Targets {
    @Override
    public Target named(String name) {
      EngineAddress engine = EngineAddress.of("chroma", "http://127.0.0.1:1");
      return new Target(name, engine, List.of(), List.of(), store);
    }

    @Override
    public List<String> names() {
      return List.of("docs");
    }
  }
}
