package drillbook.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.archive.Archive;
import drillbook.check.Verdict;
import drillbook.failure.DrillbookException;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TestingBackup;
import drillbook.manifest.TrustedKeys;
import drillbook.secret.SecretReference;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import drillbook.store.LocalStore;
import drillbook.store.StoreAddress;
import drillbook.verification.BackupVerification;
import drillbook.verify.SizeRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplicationTest {
  @TempDir Path folder;

  private SigningKey key;
  private ArtifactStore from;
  private ArtifactStore to;

  @BeforeEach
  void two_stores() throws Exception {
    key = SigningKey.loadOrCreate(folder.resolve("keys"));
    from = new LocalStore(folder.resolve("from"));
    to = new LocalStore(folder.resolve("to"));
    new TestingBackup(from, key).write();
  }

  @Test
  void a_replica_is_whole_without_the_source() throws Exception {
    from.putNew("docs/journal/00000000000000000001.json", new byte[] {1});
    Replication.Copied copied = replicate();
    assertThat(copied.copiedBytes()).isEqualTo(copied.bytes()).isPositive();
    var verified =
        new BackupVerification(archive(to), folder.resolve("scratch"), step -> {})
            .verify(TestingBackup.INCREMENTAL, SizeRule.DEFAULT);
    assertThat(verified.verdict()).as("%s", verified.checks()).isEqualTo(Verdict.PASSED);
    assertThat(archive(to).ids()).as("its parent is no backup here").hasSize(1);
    assertThat(keys(to)).contains("docs/journal/00000000000000000001.json");
  }

  @Test
  void what_is_there_is_not_copied_again() throws Exception {
    replicate();
    assertThat(replicate().copiedBytes()).isZero();
  }

  @Test
  void a_replication_that_breaks_leaves_no_backup_and_goes_on_later() throws Exception {
    String last =
        archive(from).open(TestingBackup.INCREMENTAL).artifacts().keySet().stream()
            .filter(artifact -> !artifact.endsWith(".json"))
            .reduce((before, behind) -> behind)
            .orElseThrow();
    Path artifact = folder.resolve("from").resolve(last);
    byte[] bytes = Files.readAllBytes(artifact);
    bytes[bytes.length / 2] ^= 1;
    Files.write(artifact, bytes);
    assertThatThrownBy(this::replicate)
        .isInstanceOf(DrillbookException.class)
        .hasMessageContaining(last);
    assertThat(archive(to).ids()).isEmpty();
    assertThat(keys(to)).doesNotContain(last);

    bytes[bytes.length / 2] ^= 1;
    Files.write(artifact, bytes);
    Replication.Copied copied = replicate();
    assertThat(copied.copiedBytes()).isPositive().isLessThan(copied.bytes());
    assertThat(archive(to).ids()).containsExactly(TestingBackup.INCREMENTAL);
  }

  @Test
  void a_damaged_replica_is_not_taken_for_one() throws Exception {
    replicate();
    String first = archive(from).open(TestingBackup.INCREMENTAL).artifacts().firstKey();
    Path artifact = folder.resolve("to").resolve(first);
    Files.write(artifact, new byte[] {1});
    assertThatThrownBy(this::replicate)
        .hasMessageContaining("has 1 bytes instead of")
        .hasMessageContaining(first);
  }

  @Test
  void a_region_with_the_sources_own_store_is_none() throws Exception {
    assertThatThrownBy(() -> Replication.requireElsewhere(bucket("http://a"), bucket("http://a")))
        .isInstanceOf(DrillbookException.class)
        .hasMessageContaining("the region's store is the source's own");
    Replication.requireElsewhere(bucket("http://a"), bucket("http://b"));
  }

  private static StoreAddress bucket(String endpoint) {
    return new StoreAddress(
        "s3://backups", Map.of("endpoint", endpoint), SecretReference.NONE, SecretReference.NONE);
  }

  private Replication.Copied replicate() throws Exception {
    return new Replication(archive(from), to, step -> {}).run(TestingBackup.INCREMENTAL);
  }

  private Archive archive(ArtifactStore store) {
    return new Archive(store, TestingBackup.TARGET, TrustedKeys.ofKeys(List.of(key.publicKey())));
  }

  private static List<String> keys(ArtifactStore store) throws Exception {
    List<String> keys = new ArrayList<>();
    for (Listed listed : store.list("docs/", "", 1000)) {
      keys.add(listed.key());
    }
    return keys;
  }
}
