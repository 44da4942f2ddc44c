package drillbook.demo.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.demo.DemoCommand;
import drillbook.temporal.WorkerParts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole quarter, once. */
final class DemoCalendarIT {
  private static final Duration AT_MOST = Duration.ofMinutes(4);

  @TempDir static Path folder;

  @Test
  void a_quarter_of_a_year_passes_and_what_was_planted_is_noticed() throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Clock clock = Clock.systemUTC();
    long begun = System.nanoTime();

    int code =
        new CommandLine(
                new DemoCommand(
                    new WorkerParts(clock), clock, new PrintWriter(out), new PrintWriter(err)))
            .execute("--calendar", "--json", "--keep", folder.toString());

    assertThat(code).as("%s", err).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(AT_MOST);
    List<String> story = err.toString().lines().toList();
    assertThat(story.getLast()).isEqualTo("2254 runs and 13 missed, 109 notices, 1 ticket");
    assertThat(err.toString())
        .contains("are simulated", "has no schedules: the demo's own clock begins the runs")
        .contains("12 hourly runs could not be started in time")
        .contains("(+60 %)", "operations#1 opened: Recovery of products takes 4")
        .contains("operations#1 closed: Drill ")
        .contains("report: " + folder);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("cadences").findValues("due"))
        .extracting(JsonNode::asInt)
        .containsExactly(2160, 90, 13, 3, 1);
    assertThat(json.get("cadences").findValues("failed"))
        .extracting(JsonNode::asInt)
        .containsExactly(0, 1, 1, 0, 0);
    assertThat(json.get("tickets").get(0).get("closed").asText()).startsWith("2027-03-14T");
    assertThat(json.get("looks").asInt()).as("but for the night").isEqualTo(2148);
    assertThat(folder.resolve("quarter.html")).content().contains("Recovery of products takes");
    assertThat(new ObjectMapper().readTree(Files.readString(folder.resolve("quarter.json"))))
        .isEqualTo(json);
    assertThat(folder.resolve("quarter.txt")).isNotEmptyFile();
  }
}
