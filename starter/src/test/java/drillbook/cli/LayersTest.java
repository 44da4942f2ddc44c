package drillbook.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What people start: the command line is thin, and Spring stays in its corner. */
final class LayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("drillbook");

  @Test
  void spring_is_used_by_the_worker_only() {
    noClasses()
        .that()
        .resideOutsideOfPackage("drillbook.boot..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.springframework..")
        .check(CLASSES);
  }

  @Test
  void picocli_is_used_by_the_command_line_only() {
    noClasses()
        .that()
        .resideOutsideOfPackages("drillbook.cli..", "drillbook.demo..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(CLASSES);
  }

  @Test
  void commands_speak_to_temporal_through_their_own_words() {
    noClasses()
        .that()
        .resideInAnyPackage("drillbook.cli..", "drillbook.console..", "drillbook.setting..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.temporal..")
        .check(CLASSES);
  }

  @Test
  void settings_and_temporal_know_nothing_of_commands() {
    noClasses()
        .that()
        .resideInAnyPackage("drillbook.setting..", "drillbook.temporal..", "drillbook.boot..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("drillbook.cli..")
        .check(CLASSES);
  }
}
