package drillbook.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.Engines;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.localserver.LocalChroma;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
import drillbook.store.ArtifactStore;
import drillbook.store.LocalStore;
import drillbook.store.StoreAddress;
import drillbook.target.Provisioner;
import drillbook.target.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances on this machine: real servers that come up for a run and go down with it. */
final class LocalInstanceIT {
  @TempDir Path folder;

  @Test
  void a_chroma_comes_up_and_goes_down() throws Exception {
    RealServers.installed("chroma", LocalChroma.PACKAGE);
    assertComesAndGoes("chroma");
  }

  @Test
  void a_postgres_comes_up_and_goes_down() throws Exception {
    // Where root starts it, PostgreSQL runs as somebody else, who has to get there.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    RealServers.installed("pgvector", LocalPostgres.Version.PG18.source());
    assertComesAndGoes("pgvector");
  }

  private void assertComesAndGoes(String engine) throws Exception {
    Target region =
        new Target(
            "docs-eu",
            EngineAddress.of(engine, "provisioned:local"),
            List.of(),
            List.of(),
            StoreAddress.folder(folder.resolve("store")),
            new Provisioner.Local(),
            Map.of());
    RegionRun run = new RegionRun("docs", "docs-eu", "20261201t040000_1a2b3c", 0);
    Instances instances = new Instances(folder.resolve("scratch"));
    try (ArtifactStore store = new LocalStore(folder.resolve("store"))) {
      String mark = instances.provision(run, region, store, step -> {});
      EngineAddress up = Instances.find(region, store, "docs", mark).address();
      assertThat(probe(up)).isNotEmpty();
      instances.tearDown(run, region, store);
      assertThat(catchThrowableOfType(DrillbookException.class, () -> probe(up)).kind())
          .isIn(FailureKind.UNAVAILABLE, FailureKind.CONFIGURATION);
    }
  }

  private static String probe(EngineAddress address) throws Exception {
    try (Engine engine = Engines.open(address, InstantSource.system())) {
      return engine.control().probe().version();
    }
  }
}
