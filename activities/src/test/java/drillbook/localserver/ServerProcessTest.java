package drillbook.localserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerProcessTest {
  @TempDir Path folder;

  @Test
  void a_server_that_lost_a_port_of_its_own_choice_is_started_again() throws Exception {
    ServerProcess server =
        ServerProcess.start(launch("listen tcp 127.0.0.1:38145: bind: address already in use"));
    assertThat(server.isAlive()).isTrue();
    server.close();
    assertThat(Files.readString(folder.resolve("starts"))).isEqualTo("x\nx\n");
  }

  @Test
  void a_server_that_ends_for_another_reason_is_not() throws Exception {
    DrillbookException ended =
        catchThrowableOfType(
            DrillbookException.class, () -> ServerProcess.start(launch("no such option")));
    assertThat(ended).hasMessageContaining("no such option");
    assertThat(Files.readString(folder.resolve("starts"))).isEqualTo("x\n");
  }

  /** A server that ends the first time it is started, saying why. */
  private ServerProcess.Launch launch(String words) {
    String script =
        "echo x >> starts; if [ $(wc -l < starts) = 1 ]; then echo '"
            + words
            + "'; exit 2; fi; touch ready; exec sleep 60";
    return new ServerProcess.Launch(
        "Testing",
        1,
        ports -> List.of("sh", "-c", script),
        Map.of(),
        folder,
        "testing.log",
        "TERM",
        ports -> Files.exists(folder.resolve("ready")));
  }
}
