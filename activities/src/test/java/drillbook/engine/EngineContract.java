package drillbook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.secret.SecretReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * * The promises of {@link Engine}, {@link Control}, {@link Records}, {@link RecordWriter} and
 * {@link Capture}, a test each. An engine passes by a subclass per server version that answers the
 * questions of {@link EngineFixture}; differences are declared in its {@link EngineProfile}, and
 * both sides of a declaration are asserted: nothing is skipped.
 */
public abstract class EngineContract extends ChangesContract {

  @Test
  void opening_an_adapter_does_no_io() throws Exception {
    try (TestingListener listener = TestingListener.hangingUp();
        Engine engine = openAt(listener.port(), SecretReference.NONE)) {
      engine.profile();
      engine.control();
      if (engine.profile().has(Capability.RECORDS)) {
        engine.records();
      }
      assertThat(listener.connections()).as("connections").isZero();
    }
    try (Engine engine = openUnreachable()) {
      assertThat(engine.profile()).isEqualTo(engineProfile());
    }
  }

  @Test
  void an_engine_that_is_down_is_unavailable_in_its_own_words() throws Exception {
    int port = TestingListener.deadPort();
    try (Engine engine = openAt(port, SecretReference.NONE)) {
      assertThat(requireFailure(FailureKind.UNAVAILABLE, () -> engine.control().probe()))
          .hasMessageContaining(String.valueOf(port));
      requireFailure(FailureKind.UNAVAILABLE, () -> engine.control().collections());
    }
  }

  @Test
  void no_failure_tells_the_secret(@TempDir Path folder) throws Exception {
    String secret = "hunter2-Zq81";
    SecretReference reference = secretFile(folder, secret);
    try (TestingListener listener = TestingListener.hangingUp();
        Engine down = openAt(TestingListener.deadPort(), reference);
        Engine broken = openAt(listener.port(), reference)) {
      for (Engine engine : List.of(down, broken)) {
        DrillbookException failure =
            requireFailure(FailureKind.UNAVAILABLE, () -> engine.control().probe());
        assertThat(failure.hint()).doesNotContain(secret);
        assertThat(Throwables.getStackTrace(failure)).doesNotContain(secret);
      }
    }
  }

  @Test
  void a_failed_request_is_reported_at_once() throws Exception {
    try (TestingListener listener = TestingListener.hangingUp();
        Engine engine = openAt(listener.port(), SecretReference.NONE)) {
      requireFailure(FailureKind.UNAVAILABLE, () -> engine.control().probe());
      assertThat(listener.connections()).as("requests").isEqualTo(1);
    }
  }

  @Test
  void an_interrupt_ends_a_call_that_waits_for_the_engine() throws Exception {
    try (TestingListener listener = TestingListener.silent()) {
      FutureTask<Probe> probe =
          new FutureTask<>(() -> {
            try (Engine engine = openAt(listener.port(), SecretReference.NONE)) {
              return engine.control().probe();
            }
          });
      Thread caller = Thread.ofPlatform().daemon().start(probe);
      assertThat(listener.isReached()).as("the engine was asked").isTrue();
      caller.interrupt();
      requireInterrupted(probe);
    }
  }

  @Test
  void an_interrupt_ends_a_long_read() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "interrupt");
    write(engine, schema, tenant(schema), SampleRecords.bulky(schema.layout(), 0, BULK));
    MemoryNotes notes = new MemoryNotes();
    try (Capture capture = engine.records().begin(List.of(schema), notes)) {
      FutureTask<Integer> read =
          new FutureTask<>(() -> {
            AtomicInteger batches = new AtomicInteger();
            for (CaptureToken.Range range : capture.token().ranges()) {
              engine
                  .records()
                  .read(
                      capture.token(),
                      range,
                      "",
                      notes,
                      (batch, cursor) -> {
                        if (batches.getAndIncrement() == 0) {
                          Thread.currentThread().interrupt();
                        }
                      });
            }
            return batches.get();
          });
      Thread.ofPlatform().daemon().start(read);
      requireInterrupted(read);
    }
  }

  @Test
  void records_are_declared_or_refused() throws Exception {
    Engine engine = engine();
    if (engine.profile().has(Capability.RECORDS)) {
      assertThat(engine.records()).isNotNull();
    } else {
      requireFailure(FailureKind.UNSUPPORTED, engine::records);
    }
  }

  @Test
  void several_threads_may_use_one_adapter() throws Exception {
    Engine engine = engine();
    CollectionSchema schema = create(engine, "threads");
    String tenant = tenant(schema);
    List<Callable<SeenRecords>> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int from = 100 * i;
      writers.add(
          () -> wrote(engine, schema, tenant, SampleRecords.bare(schema.layout(), from, 100)));
    }
    SeenRecords written = new SeenRecords();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<SeenRecords> writer : threads.invokeAll(writers)) {
        written.add(writer.get());
      }
      List<Callable<SeenRecords>> readers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        readers.add(() -> capture(engine, schema.name(), tenant));
      }
      for (Future<SeenRecords> reader : threads.invokeAll(readers)) {
        reader.get().requireSame(written);
      }
    }
  }

  @Test
  void closing_again_does_nothing() throws Exception {
    Engine engine = engine();
    engine.control().probe();
    engine.close();
    engine.close();
  }

  private void requireInterrupted(FutureTask<?> call) throws Exception {
    try {
      call.get(interruptSeconds(), TimeUnit.SECONDS);
      fail("the call went on as if nobody had interrupted it");
    } catch (TimeoutException e) {
      fail("the call did not end within " + interruptSeconds() + " s of the interrupt", e);
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(InterruptedException.class);
    }
  }
}
