package drillbook.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who may know whom, among what touches the world. */
final class LayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("drillbook");

  @Test
  void engines_do_not_know_each_other() {
    slices()
        .matching("drillbook.engine.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void only_the_worker_knows_temporal() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "drillbook.engine..",
            "drillbook.store..",
            "drillbook.format..",
            "drillbook.record..",
            "drillbook.frame..",
            "drillbook.index..",
            "drillbook.manifest..",
            "drillbook.archive..",
            "drillbook.capture..",
            "drillbook.recovery..",
            "drillbook.secret..",
            "drillbook.target..",
            "drillbook.document..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.temporal..")
        .check(CLASSES);
  }

  @Test
  void the_neutral_layers_know_no_vendor() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "drillbook.engine",
            "drillbook.format..",
            "drillbook.record..",
            "drillbook.frame..",
            "drillbook.index..",
            "drillbook.archive..",
            "drillbook.capture..",
            "drillbook.recovery..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("okhttp3..", "org.postgresql..", "software.amazon..")
        .check(CLASSES);
  }

  @Test
  void what_keeps_and_restores_records_knows_neither_messages_nor_tickets() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "drillbook.engine..",
            "drillbook.store..",
            "drillbook.format..",
            "drillbook.record..",
            "drillbook.frame..",
            "drillbook.index..",
            "drillbook.manifest..",
            "drillbook.archive..",
            "drillbook.capture..",
            "drillbook.recovery..",
            "drillbook.translate..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("drillbook.notice..", "drillbook.ticket..", "drillbook.http..")
        .check(CLASSES);
  }

  @Test
  void messages_and_tickets_know_no_engine_no_store_and_not_each_other() {
    noClasses()
        .that()
        .resideInAnyPackage("drillbook.notice..", "drillbook.ticket..", "drillbook.http..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "drillbook.engine..",
            "drillbook.store..",
            "drillbook.archive..",
            "drillbook.target..",
            "drillbook.worker..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("drillbook.notice..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("drillbook.ticket..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("drillbook.ticket..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("drillbook.notice..")
        .check(CLASSES);
  }

  @Test
  void chat_and_mail_libraries_are_used_for_notices_only() {
    noClasses()
        .that()
        .resideOutsideOfPackage("drillbook.notice..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "com.slack..", "jakarta.mail..", "org.eclipse.angus..", "com.google.gson..")
        .check(CLASSES);
  }

  @Test
  void libraries_of_columns_are_used_for_files_only() {
    noClasses()
        .that()
        .resideOutsideOfPackage("drillbook.file..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.parquet..",
            "org.apache.hadoop..",
            "org.apache.arrow..",
            "com.google.flatbuffers..",
            "org.xerial..")
        .check(CLASSES);
  }

  @Test
  void implementations_of_messages_and_tickets_leave_temporal_to_the_worker() {
    noClasses()
        .that()
        .resideInAnyPackage("drillbook.notice..", "drillbook.ticket..", "drillbook.http..")
        .and()
        .areNotInterfaces()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.temporal..")
        .check(CLASSES);
  }

  @Test
  void time_is_given_never_asked_for() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Clock.class)
        .check(CLASSES);
  }

  @Test
  void nobody_knows_what_people_start() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "drillbook.cli..",
            "drillbook.boot..",
            "drillbook.console..",
            "drillbook.setting..",
            "drillbook.temporal..",
            "drillbook.demo..",
            "org.springframework..",
            "picocli..")
        .check(CLASSES);
  }
}
