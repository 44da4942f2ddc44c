package drillbook.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnerTest {
  @TempDir Path folder;

  @Test
  void a_folder_has_none_until_it_is_made_and_then_the_same_for_ever() throws Exception {
    assertThat(Owner.of(folder)).isEqualTo(Owner.NOBODY);
    Owner made = Owner.make(folder);
    assertThat(made.word()).hasSize(12);
    assertThat(Owner.make(folder)).isEqualTo(made);
    assertThat(Owner.of(folder)).isEqualTo(made);
    assertThat(Owner.make(folder.resolve("another"))).isNotEqualTo(made);
  }

  @Test
  void it_goes_with_a_copy_of_the_folder() throws Exception {
    Owner made = Owner.make(folder);
    Path copy = Files.createDirectory(folder.resolve("copy"));
    Files.copy(folder.resolve(Owner.FILE), copy.resolve(Owner.FILE));
    assertThat(Owner.make(copy)).isEqualTo(made);
  }

  @Test
  void those_who_make_it_at_once_agree() throws Exception {
    Set<Owner> made = new HashSet<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Owner> make = () -> Owner.make(folder);
      for (Future<Owner> end : pool.invokeAll(List.of(make, make, make, make))) {
        made.add(end.get());
      }
    }
    assertThat(made).hasSize(1);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve(Owner.FILE));
    }
  }

  @Test
  void what_is_no_word_is_refused() throws Exception {
    Files.writeString(folder.resolve(Owner.FILE), "two words");
    DrillbookException refused =
        catchThrowableOfType(DrillbookException.class, () -> Owner.make(folder));
    assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(refused).hasMessageContaining("'two words'");
  }
}
