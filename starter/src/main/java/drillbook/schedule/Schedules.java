package drillbook.schedule;

import com.google.protobuf.ByteString;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.schedule.SchedulePlan.Action;
import drillbook.schedule.SchedulePlan.Step;
import drillbook.temporal.NamespaceKeywords;
import drillbook.temporal.TemporalHost;
import drillbook.visibility.SearchKeys;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.schedule.v1.ScheduleListEntry;
import io.temporal.api.schedule.v1.ScheduleState;
import io.temporal.api.workflowservice.v1.CreateScheduleRequest;
import io.temporal.api.workflowservice.v1.DeleteScheduleRequest;
import io.temporal.api.workflowservice.v1.DescribeScheduleRequest;
import io.temporal.api.workflowservice.v1.DescribeScheduleResponse;
import io.temporal.api.workflowservice.v1.ListSchedulesRequest;
import io.temporal.api.workflowservice.v1.ListSchedulesResponse;
import io.temporal.api.workflowservice.v1.UpdateScheduleRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The schedules of a namespace. Reads, compares, writes, and reads again until all is as it ought
 * to be, so that of two who write at the same time the one that ends last has written everything.
 *
 * <p>Speaks to the service directly: the SDK's client never sends the token by which the server
 * refuses an update of what was changed meanwhile, for instance paused.
 */
public final class Schedules {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration KNOWN = Duration.ofSeconds(30);
  private static final int ROUNDS = 8;
  private static final int PAGE = 200;

  private final TemporalHost host;
  private final Owner owner;
  private final InstantSource clock;
  private final Consumer<String> progress;
  private final ScheduleWire wire;
  private final NamespaceKeywords attributes;

  /**
   * Prepares; asks nothing yet.
   *
   * @param progress told what is done, in plain words
   * @throws DrillbookException CONFIGURATION for the service inside this process, which has none
   */
  public Schedules(TemporalHost host, Owner owner, InstantSource clock, Consumer<String> progress)
      throws DrillbookException {
    if (host.address().inProcess()) {
      throw withoutServer();
    }
    this.host = host;
    this.owner = owner;
    this.clock = clock;
    this.progress = progress;
    this.wire = new ScheduleWire(host.client().getOptions().getDataConverter());
    this.attributes = new NamespaceKeywords(host, progress);
  }

  /** Returns the failure of a schedule without a server. */
  public static DrillbookException withoutServer() {
    return new DrillbookException(
        FailureKind.CONFIGURATION,
        "schedules need a Temporal server",
        "Name it with --temporal HOST:PORT, or as temporal.address in drillbook.yaml.");
  }

  /** Returns what would have to be done; changes nothing. */
  public SchedulePlan plan(List<DesiredSchedule> desired)
      throws DrillbookException, InterruptedException {
    return compare(
        desired,
        new Keywords(
            attributes.known(List.of(ScheduleWire.HASH)), attributes.known(SearchKeys.names())));
  }

  /** Returns what is there of the given ids, whoever made it, and of our own beside them. */
  public List<LiveSchedule> live(List<DesiredSchedule> desired)
      throws DrillbookException, InterruptedException {
    Map<String, LiveSchedule> live = new TreeMap<>();
    for (DesiredSchedule wanted : desired) {
      read(wanted.id()).ifPresent(found -> live.put(wanted.id(), wire.live(wanted.id(), found)));
    }
    for (String id : listed()) {
      if (!live.containsKey(id)) {
        read(id)
            .map(found -> wire.live(id, found))
            .filter(owner::owns)
            .ifPresent(found -> live.put(id, found));
      }
    }
    return new ArrayList<>(live.values());
  }

  /** Returns what is there of the given ids, whoever made it. */
  List<LiveSchedule> named(List<DesiredSchedule> desired)
      throws DrillbookException, InterruptedException {
    List<LiveSchedule> live = new ArrayList<>();
    for (DesiredSchedule wanted : desired) {
      read(wanted.id()).ifPresent(found -> live.add(wire.live(wanted.id(), found)));
    }
    return live;
  }

  /**
   * Makes the schedules what the runbooks say.
   *
   * @param prune whether those of ours that no runbook wants are deleted
   * @return what was done: of each schedule the first thing, as all that follows repeats it
   * @throws DrillbookException CONFLICT when an id is another's, or when somebody else goes on
   *     writing other things at the same time
   */
  public SchedulePlan apply(List<DesiredSchedule> desired, boolean prune)
      throws DrillbookException, InterruptedException {
    if (owner.word().isEmpty()) {
      throw new IllegalArgumentException("schedules need an owner");
    }
    Keywords keywords =
        new Keywords(
            attributes.ensure(List.of(ScheduleWire.HASH), "schedules are written without it"),
            attributes.ensure(SearchKeys.names(), "runs are not searchable by verdict"));
    Map<String, DesiredSchedule> wantedById = new HashMap<>();
    desired.forEach(wanted -> wantedById.put(wanted.id(), wanted));
    Map<String, Step> done = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      if (round > 1) {
        // Two that write against each other must not stay in step.
        Thread.sleep(ThreadLocalRandom.current().nextLong(100L << Math.min(round, 5)));
      }
      SchedulePlan plan = compare(desired, keywords);
      refuseForeign(plan);
      plan.steps().forEach(step -> done.merge(step.id(), step, Schedules::first));
      if (plan.settled() && !(prune && !plan.of(Action.ORPHAN).isEmpty())) {
        return new SchedulePlan(new ArrayList<>(done.values()));
      }
      for (Step step : plan.steps()) {
        DesiredSchedule wanted = wantedById.get(step.id());
        if (wanted != null && step.action().writes()) {
          progress.accept(step.action().word() + " " + step.id());
          write(wanted, step.action(), keywords);
        }
      }
      if (prune) {
        for (Step orphan : plan.of(Action.ORPHAN)) {
          progress.accept("delete " + orphan.id());
          delete(orphan.id());
        }
      }
    }
    throw new DrillbookException(
        FailureKind.CONFLICT,
        "somebody else writes the same schedules at this moment",
        "Let one of you do it: drillbook runbook plan shows what is left.");
  }

  private static Step first(Step before, Step now) {
    return before.action() == Action.NONE ? now : before;
  }

  private SchedulePlan compare(List<DesiredSchedule> desired, Keywords keywords)
      throws DrillbookException, InterruptedException {
    return SchedulePlan.of(desired, live(desired), owner, keywords, clock.instant());
  }

  private static void refuseForeign(SchedulePlan plan) throws DrillbookException {
    List<Step> foreign = plan.of(Action.FOREIGN);
    if (!foreign.isEmpty()) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          "schedule " + foreign.getFirst().id() + " is not ours: " + foreign.getFirst().why(),
          "Nothing was written. Rename the runbook; or, where both are the same folder, give this"
              + " one the other's "
              + Owner.FILE
              + " file.");
    }
  }

  /** Writes, and then notes what the server made of it. */
  private void write(DesiredSchedule desired, Action action, Keywords keywords)
      throws DrillbookException, InterruptedException {
    if (action == Action.CREATE) {
      if (!create(desired, keywords)) {
        return;
      }
    } else {
      Optional<DescribeScheduleResponse> found = read(desired.id());
      if (found.isEmpty() || !wire.owner(found.get().getMemo()).equals(owner.word())) {
        return;
      }
      update(desired, new Mark(desired.hash(), ""), found.get(), keywords);
    }
    Optional<DescribeScheduleResponse> written = read(desired.id());
    if (written.isPresent()
        && wire.mark(written.get().getSchedule()).equals(new Mark(desired.hash(), ""))) {
      String form = ScheduleWire.form(written.get().getSchedule());
      update(desired, new Mark(desired.hash(), form), written.get(), keywords);
    }
  }

  /** Returns whether it was us who made it. */
  private boolean create(DesiredSchedule desired, Keywords keywords)
      throws DrillbookException, InterruptedException {
    CreateScheduleRequest.Builder request =
        CreateScheduleRequest.newBuilder()
            .setNamespace(namespace())
            .setScheduleId(desired.id())
            .setIdentity(identity())
            .setRequestId(UUID.randomUUID().toString())
            .setMemo(wire.memo(owner))
            .setSchedule(
                wire.schedule(
                    desired,
                    new Mark(desired.hash(), ""),
                    ScheduleState.getDefaultInstance(),
                    keywords.search()));
    if (keywords.hash()) {
      request.setSearchAttributes(ScheduleWire.attribute(desired.hash()));
    }
    try {
      attributed(() -> ask(service -> service.createSchedule(request.build())));
      return true;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.ALREADY_EXISTS) {
        return false;
      }
      throw failed("schedule " + desired.id() + " could not be created", e);
    }
  }

  private void update(
      DesiredSchedule desired, Mark mark, DescribeScheduleResponse before, Keywords keywords)
      throws DrillbookException, InterruptedException {
    ByteString token = before.getConflictToken();
    UpdateScheduleRequest.Builder request =
        UpdateScheduleRequest.newBuilder()
            .setNamespace(namespace())
            .setScheduleId(desired.id())
            .setIdentity(identity())
            .setRequestId(UUID.randomUUID().toString())
            .setConflictToken(token)
            .setSchedule(
                wire.schedule(desired, mark, before.getSchedule().getState(), keywords.search()));
    if (keywords.hash()) {
      request.setSearchAttributes(ScheduleWire.attribute(desired.hash()));
    }
    try {
      attributed(() -> ask(service -> service.updateSchedule(request.build())));
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw failed("schedule " + desired.id() + " could not be updated", e);
      }
    }
  }

  /** Something that may have to be done again. */
  @FunctionalInterface
  private interface Write {
    void run() throws InterruptedException;
  }

  /** A namespace knows a new search attribute only after a while. */
  private void attributed(Write write) throws InterruptedException {
    long begun = System.nanoTime();
    while (true) {
      try {
        write.run();
        return;
      } catch (StatusRuntimeException e) {
        boolean unknown =
            e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT
                && String.valueOf(e.getStatus().getDescription()).contains(ScheduleWire.ATTRIBUTES);
        if (!unknown || System.nanoTime() - begun > KNOWN.toNanos()) {
          throw e;
        }
        Thread.sleep(200);
      }
    }
  }

  private void delete(String id) throws DrillbookException, InterruptedException {
    try {
      ask(service ->
          service.deleteSchedule(
              DeleteScheduleRequest.newBuilder()
                  .setNamespace(namespace())
                  .setScheduleId(id)
                  .setIdentity(identity())
                  .build()));
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw failed("schedule " + id + " could not be deleted", e);
      }
    }
  }

  private Optional<DescribeScheduleResponse> read(String id)
      throws DrillbookException, InterruptedException {
    try {
      return Optional.of(
          ask(service ->
              service.describeSchedule(
                  DescribeScheduleRequest.newBuilder()
                      .setNamespace(namespace())
                      .setScheduleId(id)
                      .build())));
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw failed("schedule " + id + " could not be read", e);
    }
  }

  /** Returns the ids that look like ours. The list lags behind what is there by a second or so. */
  private List<String> listed() throws DrillbookException, InterruptedException {
    List<String> ids = new ArrayList<>();
    ByteString page = ByteString.EMPTY;
    try {
      do {
        ListSchedulesRequest request =
            ListSchedulesRequest.newBuilder()
                .setNamespace(namespace())
                .setMaximumPageSize(PAGE)
                .setNextPageToken(page)
                .build();
        ListSchedulesResponse response = ask(service -> service.listSchedules(request));
        for (ScheduleListEntry entry : response.getSchedulesList()) {
          if (entry.getScheduleId().startsWith(DesiredSchedule.PREFIX)
              && wire.owner(entry.getMemo()).equals(owner.word())) {
            ids.add(entry.getScheduleId());
          }
        }
        page = response.getNextPageToken();
      } while (!page.isEmpty());
      return ids;
    } catch (StatusRuntimeException e) {
      throw failed("the schedules could not be listed", e);
    }
  }

  /** Asks; a server that has too many questions at this moment is asked again. */
  private <T> T ask(Function<WorkflowServiceGrpc.WorkflowServiceBlockingStub, T> question)
      throws InterruptedException {
    long begun = System.nanoTime();
    while (true) {
      try {
        return question.apply(
            host.client()
                .getWorkflowServiceStubs()
                .blockingStub()
                .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.RESOURCE_EXHAUSTED
            || System.nanoTime() - begun > PATIENCE.toNanos()) {
          throw e;
        }
        Thread.sleep(ThreadLocalRandom.current().nextLong(50, 200));
      }
    }
  }

  private String namespace() {
    return host.address().namespace();
  }

  private String identity() {
    return host.client().getOptions().getIdentity();
  }

  private DrillbookException failed(String what, StatusRuntimeException e) {
    Status status = e.getStatus();
    FailureKind kind =
        switch (status.getCode()) {
          case INVALID_ARGUMENT -> FailureKind.CONFIGURATION;
          case PERMISSION_DENIED, UNAUTHENTICATED -> FailureKind.DENIED;
          case UNIMPLEMENTED -> FailureKind.UNSUPPORTED;
          default -> FailureKind.UNAVAILABLE;
        };
    return new DrillbookException(
        kind,
        what + ": " + status.getCode() + ": " + status.getDescription(),
        "Temporal at " + host.address().address() + ", namespace " + namespace() + ".",
        e);
  }
}
