package drillbook.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.ArtifactStore.ArtifactWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStoreTest extends ArtifactStoreContract {
  @TempDir Path temporary;

  @Override
  protected ArtifactStore emptyStore() {
    return new LocalStore(temporary.resolve("store"));
  }

  @Test
  void a_new_store_touches_no_disk() throws Exception {
    Path folder = temporary.resolve("not/yet/there");
    try (LocalStore store = new LocalStore(folder)) {
      assertThat(store.location()).isEqualTo("file:" + folder);
      assertThat(store.list("", "", 10)).isEmpty();
      assertThat(store.delete("a")).isFalse();
      assertThat(temporary.resolve("not")).doesNotExist();
      store.putNew("a", new byte[1]);
      assertThat(folder.resolve("a")).exists();
    }
  }

  @Test
  void what_a_crash_left_and_what_is_not_ours_is_never_listed() throws Exception {
    try (LocalStore store = new LocalStore(temporary)) {
      store.putNew("t/a", new byte[1]);
      Files.writeString(temporary.resolve(".unfinished/7d0c"), "half");
      Files.createDirectories(temporary.resolve("lost+found"));
      Files.writeString(temporary.resolve("lost+found/a"), "x");
      Files.writeString(temporary.resolve("README"), "x");
      Files.createSymbolicLink(temporary.resolve("t/b"), temporary.resolve("README"));
      assertThat(store.list("", "", 10)).containsExactly(new ArtifactStore.Listed("t/a", 1));
    }
  }

  @Test
  void what_a_crash_left_a_day_ago_is_deleted_and_what_is_being_written_stays() throws Exception {
    Path unfinished = Files.createDirectories(temporary.resolve(".unfinished"));
    Path old = Files.writeString(unfinished.resolve("old"), "half");
    Path young = Files.writeString(unfinished.resolve("young"), "half");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    Files.setLastModifiedTime(young, FileTime.from(Instant.now().minus(Duration.ofHours(23))));
    try (LocalStore store = new LocalStore(temporary)) {
      assertThat(store.list("", "", 10)).isEmpty();
      assertThat(old).as("reading deletes nothing").exists();
      store.putNew("a", new byte[1]);
      assertThat(old).doesNotExist();
      assertThat(young).exists();
    }
  }

  @Test
  void nothing_unfinished_stays_after_commit_and_after_close() throws Exception {
    try (LocalStore store = new LocalStore(temporary)) {
      store.putNew("put", new byte[1]);
      store.write("abandoned").close();
      try (ArtifactWriter writer = store.write("written")) {
        writer.write(1);
        writer.commit();
      }
      assertThat(kind(() -> store.putNew("put", new byte[2]))).isEqualTo(FailureKind.CONFLICT);
    }
    assertThat(temporary.resolve(".unfinished")).isEmptyDirectory();
  }

  @Test
  void a_key_below_an_artifact_is_a_conflict() throws Exception {
    try (LocalStore store = new LocalStore(temporary)) {
      store.putNew("a", new byte[1]);
      store.putNew("b/c", new byte[1]);
      assertThat(kind(() -> store.putNew("a/b", new byte[1]))).isEqualTo(FailureKind.CONFLICT);
      assertThat(kind(() -> store.putNew("b", new byte[1]))).isEqualTo(FailureKind.CONFLICT);
    }
  }

  @Test
  void an_artifact_that_shrinks_under_a_reader_fails_the_reader() throws Exception {
    try (LocalStore store = new LocalStore(temporary)) {
      store.putNew("a", new byte[100]);
      try (InputStream in = store.read("a", 0, -1)) {
        Files.write(temporary.resolve("a"), new byte[10]);
        IOException broken = catchThrowableOfType(IOException.class, in::readAllBytes);
        assertThat(broken).hasMessage("artifact a ended after 10 of 100 bytes");
      }
    }
  }

  @Test
  void a_full_disk_is_told_and_leaves_nothing() throws Exception {
    try (TestingDisk disk = TestingDisk.mounted(temporary.resolve("disk"), "1m");
        LocalStore store = new LocalStore(disk.folder().resolve("store"))) {
      store.putNew("small", new byte[1000]);
      DrillbookException full =
          catchThrowableOfType(
              DrillbookException.class, () -> store.putNew("large", new byte[2_000_000]));
      assertThat(full.kind()).isEqualTo(FailureKind.EXHAUSTED);
      assertThat(full).hasMessageContaining("large").hasMessageContaining("No space left");
      assertThat(full.hint()).contains("Make room");

      try (ArtifactWriter writer = store.write("streamed")) {
        IOException thrown =
            catchThrowableOfType(IOException.class, () -> writer.write(new byte[2_000_000]));
        assertThat(ArtifactStore.failureOf("streamed", thrown).kind())
            .isEqualTo(FailureKind.EXHAUSTED);
        assertThat(kind(writer::commit)).isEqualTo(FailureKind.EXHAUSTED);
      }
      assertThat(store.list("", "", 10)).containsExactly(new ArtifactStore.Listed("small", 1000));
      store.putNew("fits-again", new byte[500_000]);
    }
  }

  @Test
  void a_disk_mounted_read_only_is_a_matter_of_configuration() throws Exception {
    try (TestingDisk disk = TestingDisk.mounted(temporary.resolve("disk"), "1m");
        LocalStore store = new LocalStore(disk.folder())) {
      store.putNew("before", new byte[1]);
      disk.makeReadOnly();
      assertThat(kind(() -> store.putNew("after", new byte[1])))
          .isEqualTo(FailureKind.CONFIGURATION);
      assertThat(kind(() -> store.delete("before"))).isEqualTo(FailureKind.CONFIGURATION);
    }
  }

  @Test
  void a_folder_without_permission_is_denied() throws Exception {
    assumeFalse("root".equals(System.getProperty("user.name")), "root may write everywhere");
    Path folder = Files.createDirectory(temporary.resolve("closed"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
    try (LocalStore store = new LocalStore(folder)) {
      assertThat(kind(() -> store.putNew("a", new byte[1]))).isEqualTo(FailureKind.DENIED);
    }
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static FailureKind kind(Attempt attempt) {
    DrillbookException thrown = catchThrowableOfType(DrillbookException.class, attempt::run);
    assertThat(thrown).isNotNull();
    return thrown.kind();
  }
}
