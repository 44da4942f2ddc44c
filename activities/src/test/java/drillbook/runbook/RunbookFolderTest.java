package drillbook.runbook;

import static drillbook.runbook.TestingRunbooks.SMALL;
import static drillbook.runbook.TestingRunbooks.accepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.document.Complaint;
import drillbook.document.Document.Reading;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunbookFolderTest {
  @TempDir Path home;

  @Test
  void a_runbook_is_found_by_its_name() throws Exception {
    RunbookFolder folder = folder();
    Files.writeString(folder.file("docs"), SMALL);
    Files.writeString(folder.file("broken"), "runbook: broken\n");
    Files.writeString(home.resolve("runbooks/.docs.yaml"), "an editor's own");
    Files.writeString(home.resolve("runbooks/README.md"), "words");
    assertThat(folder.names()).containsExactly("broken", "docs");
    assertThat(folder.named("docs")).isEqualTo(accepted(SMALL));
    assertThat(catchThrowableOfType(DrillbookException.class, () -> folder.named("broken")))
        .hasMessageContaining("broken.yaml:1:1: cadences: is missing")
        .hasMessageContaining("broken.yaml:1:1: target: is missing");
  }

  @Test
  void one_that_is_not_there_is_told_with_those_that_are() throws Exception {
    RunbookFolder none = new RunbookFolder(home.resolve("nowhere"));
    assertThat(none.names()).isEmpty();
    assertThat(none.passedOver()).isEmpty();
    assertThat(catchThrowableOfType(DrillbookException.class, () -> none.named("docs")))
        .hasMessageContaining("there is no runbook 'docs' in ")
        .hasMessageEndingWith(", which holds none");
    RunbookFolder folder = folder();
    Files.writeString(folder.file("docs"), SMALL);
    DrillbookException failure =
        catchThrowableOfType(DrillbookException.class, () -> folder.named("../docs"));
    assertThat(failure).hasMessageEndingWith(": known are [docs]");
    assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
  }

  @Test
  void a_file_is_named_after_its_runbook() throws Exception {
    RunbookFolder folder = folder();
    Files.writeString(folder.file("notes"), SMALL + "colour: red\n");
    List<Complaint> complaints =
        switch (folder.check("notes")) {
          case Reading.Accepted<Runbook> accepted -> List.of();
          case Reading.Refused<Runbook> refused -> refused.complaints();
        };
    assertThat(complaints).hasSize(2);
    assertThat(complaints.getFirst().toString())
        .endsWith(
            "notes.yaml:1:10: runbook: is not the name of its file, expected 'notes', or another"
                + " file");
    assertThat(complaints.getLast().toString()).contains("notes.yaml:5:1: colour: unknown key");
    assertThat(catchThrowableOfType(DrillbookException.class, () -> folder.named("notes")))
        .hasMessageContaining("is not the name of its file");
  }

  @Test
  void a_file_of_another_ending_is_not_passed_over_in_silence() throws Exception {
    RunbookFolder folder = folder();
    Files.writeString(home.resolve("runbooks/docs.yml"), SMALL);
    assertThat(folder.names()).isEmpty();
    assertThat(folder.passedOver())
        .singleElement()
        .extracting(Complaint::toString)
        .asString()
        .endsWith("docs.yml:1:1: document: is passed over for its name, expected docs.yaml");
  }

  @Test
  void a_folder_that_is_a_file_is_told() throws Exception {
    Path file = Files.writeString(home.resolve("file"), "");
    assertThat(
            catchThrowableOfType(DrillbookException.class, () -> new RunbookFolder(file).names()))
        .hasMessageStartingWith("the folder of runbooks cannot be read: ");
    assertThat(List.of(FailureKind.CONFIGURATION))
        .contains(
            catchThrowableOfType(
                    DrillbookException.class, () -> new RunbookFolder(file).passedOver())
                .kind());
  }

  private RunbookFolder folder() throws Exception {
    return new RunbookFolder(Files.createDirectories(home.resolve("runbooks")));
  }
}
