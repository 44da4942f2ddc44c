package drillbook.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
  @TempDir Path folder;

  @Test
  void without_a_file_every_setting_has_its_default() throws Exception {
    Settings settings = Settings.read(new Home(folder), Path.of("/home/me"));
    assertThat(settings)
        .isEqualTo(
            new Settings(
                new TemporalAddress("", "default", "drillbook", TemporalAddress.Tls.OFF),
                Path.of("/home/me/.cache/drillbook/scratch")));
    assertThat(settings.temporal().inProcess()).isTrue();
  }

  @Test
  void every_setting_is_mapped() throws Exception {
    Files.writeString(
        folder.resolve("drillbook.yaml"),
        """
        temporal:
          address: temporal.example:7233
          namespace: backups
          task-queue: vectors
          tls:
            ca: /etc/ca.pem
            certificate: /etc/client.pem
            key: /etc/client.key
          ui: https://temporal.example
        scratch: /scratch
        """);
    assertThat(Settings.read(new Home(folder), Path.of("/home/me")))
        .isEqualTo(
            new Settings(
                new TemporalAddress(
                    "temporal.example:7233",
                    "backups",
                    "vectors",
                    new TemporalAddress.Tls(
                        true, "/etc/ca.pem", "/etc/client.pem", "/etc/client.key"),
                    "https://temporal.example"),
                Path.of("/scratch")));
  }

  @Test
  void nonsense_is_refused_where_it_stands() throws Exception {
    assertThat(refused("temporal:\n  adress: x:1\n"))
        .hasMessageContaining("line 2")
        .hasMessageContaining("key 'temporal.adress': unknown, expected one of [address,");
    assertThat(refused("temporal:\n  address: nowhere\n"))
        .hasMessageContaining("key 'temporal': a Temporal server is given as HOST:PORT");
    assertThat(refused("temporal:\n  ui: https://me:pw@temporal.example\n"))
        .hasMessageContaining("key 'temporal': the web UI is given as")
        .hasMessageNotContaining("pw");
    assertThat(refused("scratch: here\n")).hasMessageContaining("a folder must be absolute");
    assertThat(refused("temporal:\n  address: x:1\n  tls: {key: /k}\n"))
        .hasMessageContaining("certificate and key are given together");
  }

  @Test
  void the_home_is_named_by_the_environment_or_lies_in_the_users() {
    assertThat(Home.of(Map.of("DRILLBOOK_HOME", "/d"), Path.of("/home/me")).folder())
        .isEqualTo(Path.of("/d"));
    assertThat(Home.of(Map.of(), Path.of("/home/me")).folder())
        .isEqualTo(Path.of("/home/me/.config/drillbook"));
  }

  @Test
  void own_and_others_keys_are_trusted() throws Exception {
    Home home = new Home(folder.resolve("home"));
    String own = home.signingKey().keyId();
    assertThat(home.trustedKeys().keyIds()).containsExactly(own);
    Home other = new Home(folder.resolve("other"));
    String foreign = other.signingKey().keyId();
    Files.createDirectories(home.folder().resolve("trusted"));
    Files.copy(
        other.folder().resolve("keys/signing.pub.pem"), home.folder().resolve("trusted/other.pem"));
    assertThat(home.trustedKeys().keyIds()).containsExactlyInAnyOrder(own, foreign);
  }

  @Test
  void a_scratch_folder_goes_with_its_process_and_spares_those_of_living_ones() throws Exception {
    Path dead = Files.createDirectories(folder.resolve("process-999999999-x/deep"));
    Path alive = Files.createDirectories(folder.resolve("process-1-x"));
    Path own;
    try (ScratchFolder scratch = ScratchFolder.make(folder)) {
      own = scratch.folder();
      Files.writeString(own.resolve("index"), "x");
      assertThat(dead).doesNotExist();
      assertThat(alive).exists();
    }
    assertThat(own).doesNotExist();
  }

  private DrillbookException refused(String yaml) throws Exception {
    Files.writeString(folder.resolve("drillbook.yaml"), yaml);
    DrillbookException e =
        catchThrowableOfType(
            DrillbookException.class, () -> Settings.read(new Home(folder), folder));
    assertThat(e).isNotNull();
    return e;
  }
}
