package drillbook.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.notice.NoticeRoute;
import drillbook.runbook.Occasion.Notify;
import drillbook.target.TargetFolder;
import drillbook.ticket.TicketRoute;
import drillbook.verify.SizeRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunbookExamplesTest {
  private static final Path PLACE = Path.of("..", "runbooks");
  private static final RunbookFolder FOLDER = new RunbookFolder(PLACE);

  @Test
  void every_example_is_a_runbook_named_after_its_file() throws Exception {
    assertThat(FOLDER.names()).containsExactly("chroma", "fifty-million", "pgvector");
    for (String name : FOLDER.names()) {
      Runbook runbook = FOLDER.named(name);
      assertThat(runbook.name()).isEqualTo(name);
      assertThat(runbook.objectives().rpo()).as(name).isPositive();
      assertThat(runbook.objectives().rto()).as(name).isPositive();
      assertThat(runbook.notices()).as(name).isNotEmpty();
    }
    assertThat(FOLDER.passedOver()).isEmpty();
  }

  @Test
  void the_one_in_the_readme_is_a_runbook() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    int from = readme.indexOf("```yaml\n") + 8;
    Runbook runbook =
        TestingRunbooks.accepted(readme.substring(from, readme.indexOf("```\n", from)));
    assertThat(runbook.occasions()).hasSize(3);
  }

  @Test
  void every_example_tells_editors_its_schema() throws Exception {
    for (String name : FOLDER.names()) {
      assertThat(Files.readString(FOLDER.file(name)))
          .startsWith("# yaml-language-server: $schema=runbook.schema.json\n");
    }
    assertThat(PLACE.resolve("runbook.schema.json")).exists();
  }

  @Test
  void the_small_examples_are_about_the_example_targets() throws Exception {
    for (String name : List.of("chroma", "pgvector")) {
      assertThat(Files.readString(new TargetFolder(PLACE.resolve("targets")).file(name)))
          .containsPattern("(?m)^target: " + FOLDER.named(name).target() + "( |$)");
    }
  }

  @Test
  void the_chroma_example_is_as_usual() throws Exception {
    assertThat(FOLDER.named("chroma").occasions())
        .containsExactly(
            Occasion.usual(Cadence.HOURLY),
            Occasion.usual(Cadence.DAILY),
            Occasion.usual(Cadence.WEEKLY));
  }

  @Test
  void the_large_example_promises_what_it_says_in_words() throws Exception {
    Runbook runbook = FOLDER.named("fifty-million");
    assertThat(runbook.zone()).isEqualTo("UTC");
    assertThat(runbook.occasion(Cadence.HOURLY))
        .contains(
            new Occasion(
                Cadence.HOURLY, "5 * * * *", List.of(Step.Backup.INCREMENTAL), Notify.PROBLEMS));
    assertThat(runbook.occasion(Cadence.DAILY))
        .contains(
            new Occasion(
                Cadence.DAILY,
                "0 2 * * *",
                List.of(Step.Backup.FULL, new Step.Verify(), new Step.Prune()),
                Notify.ALWAYS));
    List<Step> weekly = runbook.occasion(Cadence.WEEKLY).orElseThrow().steps();
    assertThat(weekly.getFirst())
        .isEqualTo(
            new Step.Drill("staging", Step.RecoveryPoint.RANDOM, Duration.ofDays(7), 0.2, 5 * 60));
    assertThat(weekly.getLast())
        .isInstanceOfSatisfying(
            Step.Human.class,
            human -> {
              assertThat(human.owner()).isEqualTo("on-call");
              assertThat(human.within()).isEqualTo(Duration.ofDays(2));
            });
    assertThat(runbook.sizeDelta()).isEqualTo(new SizeRule(0.1, 0.5, 64 << 20));
    assertThat(runbook.retention())
        .isEqualTo(new Retention(Duration.ofDays(30), 0, 60, 26, 24, 7, Duration.ofDays(30)));
    assertThat(runbook.notices())
        .containsExactly(new NoticeRoute.Slack("#rag-backups", "env:SLACK_TOKEN"));
    assertThat(runbook.tickets())
        .containsExactly(
            new TicketRoute.GitHub(
                "https://api.github.com",
                "example/rag-operations",
                "file:/run/secrets/github-token"));
  }
}
