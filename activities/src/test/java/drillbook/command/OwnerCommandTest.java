package drillbook.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class OwnerCommandTest {
  @TempDir Path folder;

  @Test
  void the_question_goes_in_and_the_last_line_comes_out() throws Exception {
    Path heard = folder.resolve("heard.json");
    String answer = run("cat > " + heard + "; echo working; echo ' done '; echo");
    assertThat(answer).isEqualTo("done");
    assertThat(Files.readString(heard)).isEqualTo("{\"action\":\"provision\"}\n");
  }

  @Test
  void words_are_arguments_and_never_a_shells() throws Exception {
    String answer =
        new OwnerCommand("it", List.of("echo", "a b; $(id)"), Duration.ofSeconds(20)).run(Map.of());
    assertThat(answer).isEqualTo("a b; $(id)");
  }

  @Test
  void a_failure_quotes_one_line_without_passwords() {
    DrillbookException failure =
        refused("echo one >&2; echo 'no route to postgresql://u:hunter2@db/x' >&2; exit 3");
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(failure).hasMessage("it failed: exit code 3: no route to postgresql://***@db/x");
  }

  @Test
  void what_prints_without_end_is_let_print_and_cut() throws Exception {
    assertThat(run("i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done"))
        .hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void what_does_not_listen_may_still_answer() throws Exception {
    assertThat(run("exec 0<&-; echo done")).isEqualTo("done");
  }

  @Test
  void a_program_that_is_not_there_is_a_matter_of_configuration() {
    DrillbookException failure =
        catchThrowableOfType(
            DrillbookException.class,
            () ->
                new OwnerCommand(
                        "it", List.of(folder.resolve("none").toString()), Duration.ofSeconds(5))
                    .run(Map.of()));
    assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(failure).hasMessageContaining("it could not be started");
  }

  @Test
  void what_takes_too_long_is_stopped_with_all_that_it_started() throws Exception {
    Path pid = folder.resolve("pid");
    OwnerCommand slow =
        new OwnerCommand(
            "it",
            List.of("sh", "-c", "sleep 300 & echo $! > " + pid + "; wait"),
            Duration.ofSeconds(2));
    assertThatThrownBy(() -> slow.run(Map.of())).hasMessage("it failed: no end after 2 s");
    assertGone(pid);
  }

  @Test
  void an_interrupt_stops_it() throws Exception {
    Path pid = folder.resolve("pid");
    CountDownLatch ended = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                run("echo $$ > " + pid + "; exec sleep 300");
              } catch (DrillbookException | InterruptedException e) {
                thrown.set(e);
              }
              ended.countDown();
            });
    while (!Files.exists(pid) || Files.size(pid) == 0) {
      Thread.sleep(10);
    }
    thread.interrupt();
    ended.await();
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertGone(pid);
  }

  private static void assertGone(Path pid) throws Exception {
    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
        .ifPresent(process -> process.onExit().join());
  }

  private DrillbookException refused(String script) {
    return catchThrowableOfType(DrillbookException.class, () -> run(script));
  }

  private static String run(String script) throws DrillbookException, InterruptedException {
    return new OwnerCommand("it", List.of("sh", "-c", script), Duration.ofSeconds(30))
        .run(Map.of("action", "provision"));
  }
}
