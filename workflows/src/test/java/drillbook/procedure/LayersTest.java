package drillbook.procedure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Workflow code touches nothing but Temporal, and gives the same answer when it is replayed. The
 * guard of the service in memory is no workflow code: it sits in the client's way to that service.
 */
final class LayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/drillbook/inmemory/"))
          .importPackages("drillbook");

  @Test
  void nothing_reads_or_writes_files_or_sockets() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "io.grpc..")
        .check(CLASSES);
  }

  @Test
  void nothing_asks_a_clock() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Clock.class, InstantSource.class)
        .check(CLASSES);
  }

  @Test
  void nothing_is_random_or_starts_threads() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Random.class, Thread.class)
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..", "java.security..")
        .check(CLASSES);
  }

  @Test
  void nothing_knows_the_service_in_memory() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("drillbook.inmemory..")
        .check(CLASSES);
  }

  @Test
  void only_procedures_and_what_they_call_know_temporal() {
    noClasses()
        .that()
        .resideInAnyPackage("drillbook.check..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.temporal..")
        .check(CLASSES);
  }

  @Test
  void nothing_knows_the_layers_above() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "drillbook.engine..",
            "drillbook.store..",
            "drillbook.worker..",
            "drillbook.http..",
            "drillbook.secret..",
            "drillbook.cli..",
            "drillbook.boot..",
            "org.springframework..")
        .check(CLASSES);
  }
}
