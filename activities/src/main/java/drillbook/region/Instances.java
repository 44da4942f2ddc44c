package drillbook.region;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import drillbook.archive.Artifacts;
import drillbook.archive.Keys;
import drillbook.command.OwnerCommand;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.store.ArtifactStore;
import drillbook.target.Provisioner;
import drillbook.target.Target;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Instances that come up for a run and go down with it. Each is announced in the region's store
 * before it is asked for, and recorded there when it is up, so that any worker finds it, and one
 * whose answer got lost is taken down all the same. Safe for several threads.
 */
public final class Instances {
  private static final Duration PATIENCE = Duration.ofMinutes(55);
  private static final int MOST_BYTES = 64 << 10;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final LocalInstances local;

  /**
   * Brings nothing up yet.
   *
   * @param scratch a folder for instances on this machine
   */
  public Instances(Path scratch) {
    this.local = new LocalInstances(scratch);
  }

  /** What a provisioner is asked. */
  private enum Action {
    PROVISION("provision"),
    TEAR_DOWN("tear-down");

    private final String word;

    Action(String word) {
      this.word = word;
    }
  }

  /** What a provisioner answers; only the url is needed. */
  private record Answer(
      @Nullable String url, @Nullable String credential, @Nullable Map<String, String> options) {}

  /**
   * Brings an instance up, or finds that this run did so already.
   *
   * @param region whose instance
   * @param store the region's store
   * @return the mark under which {@link #find} finds it; an empty string where the region has an
   *     instance of its own
   */
  public String provision(
      RegionRun run, Target region, ArtifactStore store, Consumer<String> progress)
      throws DrillbookException, InterruptedException {
    if (region.provisioner() instanceof Provisioner.Existing) {
      return "";
    }
    if (read(store, run.target(), run.mark()).isEmpty()) {
      store.putNew(
          Keys.instanceAsked(run.target(), run.mark()),
          region.provisioner().word().getBytes(StandardCharsets.US_ASCII));
      InstanceRecord up =
          switch (region.provisioner()) {
            case Provisioner.Command command ->
                answer(region, ask(run, region, command, Action.PROVISION));
            case Provisioner.Local() ->
                local.start(run.mark(), region.address().engine(), progress);
            case Provisioner.Existing() -> throw new IllegalStateException("is there already");
          };
      store.putNew(Keys.instanceUp(run.target(), run.mark()), CanonicalJson.encode(up));
    }
    return run.mark();
  }

  /** Takes down what a run brought up, and forgets it; nothing where it asked for nothing. */
  public void tearDown(RegionRun run, Target region, ArtifactStore store)
      throws DrillbookException, InterruptedException {
    String asked = Keys.instanceAsked(run.target(), run.mark());
    if (store.list(Keys.instances(run.target(), run.mark()), "", 1).isEmpty()) {
      return;
    }
    switch (region.provisioner()) {
      case Provisioner.Command command -> ask(run, region, command, Action.TEAR_DOWN);
      case Provisioner.Local() -> local.stop(run.mark());
      case Provisioner.Existing() ->
          throw new DrillbookException(
              FailureKind.CONFIGURATION,
              "'"
                  + region.name()
                  + "' has no provisioner any more, and run "
                  + run.mark()
                  + " brought an instance up",
              "Give the target's file its provisioner back, or take the instance down by hand.");
    }
    store.delete(Keys.instanceUp(run.target(), run.mark()));
    store.delete(asked);
  }

  /**
   * Returns a target at the instance that a run brought up for it.
   *
   * @param source whose drill it is
   * @param mark under which the instance is recorded; an empty string for the target's own
   * @throws DrillbookException CONFIGURATION when the target has no instance of its own, NOT_FOUND
   *     when the one of the mark is gone
   */
  public static Target find(Target region, ArtifactStore store, String source, String mark)
      throws DrillbookException, InterruptedException {
    if (mark.isEmpty()) {
      if (!(region.provisioner() instanceof Provisioner.Existing)) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION,
            "'" + region.name() + "' has no instance of its own: its provisioner brings one up",
            "Use it for a region drill or a disaster drill, which do that.");
      }
      return region;
    }
    InstanceRecord up =
        read(store, source, mark)
            .orElseThrow(() ->
                new DrillbookException(
                    FailureKind.NOT_FOUND,
                    "the instance of run " + mark + " in " + region.name() + " is gone",
                    "It was taken down meanwhile; start the drill again."));
    return region.at(up.address(region.address().engine()));
  }

  private static Optional<InstanceRecord> read(ArtifactStore store, String source, String mark)
      throws DrillbookException, InterruptedException {
    String key = Keys.instanceUp(source, mark);
    try {
      return Optional.of(
          CanonicalJson.decode(Artifacts.read(store, key, MOST_BYTES), InstanceRecord.class, key));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String ask(
      RegionRun run, Target region, Provisioner.Command command, Action action)
      throws DrillbookException, InterruptedException {
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("action", action.word);
    question.put("run", run.mark());
    question.put("target", run.target());
    question.put("region", region.name());
    question.put("engine", region.address().engine());
    return new OwnerCommand("the provisioner of '" + region.name() + "'", command.words(), PATIENCE)
        .run(question);
  }

  private static InstanceRecord answer(Target region, String line) throws DrillbookException {
    String expected =
        "Its last line has to be one JSON object: {\"url\": \"http://...\", \"credential\":"
            + " \"env:NAME\", \"options\": {}}.";
    try {
      Answer answer = JSON.readValue(line, Answer.class);
      if (answer == null || answer.url() == null) {
        throw refused(region, "it names no url", expected);
      }
      return new InstanceRecord(
          answer.url(),
          Objects.requireNonNullElse(answer.credential(), ""),
          Objects.requireNonNullElse(answer.options(), Map.of()));
    } catch (ValueInstantiationException e) {
      throw refused(region, String.valueOf(e.getCause()), expected);
    } catch (JsonProcessingException e) {
      // Not as a cause: a parser quotes the line, which may carry a secret.
      throw refused(region, "it is no such JSON", expected);
    } catch (IllegalArgumentException e) {
      throw refused(region, String.valueOf(e.getMessage()), expected);
    }
  }

  private static DrillbookException refused(Target region, String why, String hint) {
    return new DrillbookException(
        FailureKind.CONFIGURATION,
        "what the provisioner of '" + region.name() + "' answered cannot be used: " + why,
        hint);
  }
}
