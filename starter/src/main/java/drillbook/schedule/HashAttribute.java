package drillbook.schedule;

import drillbook.temporal.TemporalHost;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The search attribute by which a namespace finds the schedules of one version of a runbook. It is
 * a convenience: where it cannot be had, all works without it.
 */
final class HashAttribute {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final OperatorServiceGrpc.OperatorServiceBlockingStub operator;
  private final String namespace;
  private final Consumer<String> remarks;

  /** Shares the connection of a host. */
  HashAttribute(TemporalHost host, Consumer<String> remarks) {
    this.operator =
        OperatorServiceGrpc.newBlockingStub(
            host.client().getWorkflowServiceStubs().getRawChannel());
    this.namespace = host.address().namespace();
    this.remarks = remarks;
  }

  /** Tells whether the namespace has it. */
  boolean known() {
    return type().filter(found -> found == IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD).isPresent();
  }

  /** Registers it where that is needed and allowed; tells whether the namespace then has it. */
  boolean ensure() {
    Optional<IndexedValueType> found = type();
    if (found.isPresent()) {
      if (found.get() == IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD) {
        return true;
      }
      remarks.accept(
          "the namespace has a search attribute "
              + ScheduleWire.HASH
              + " that is no Keyword; schedules are written without it");
      return false;
    }
    try {
      patient()
          .addSearchAttributes(
              AddSearchAttributesRequest.newBuilder()
                  .setNamespace(namespace)
                  .putSearchAttributes(
                      ScheduleWire.HASH, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                  .build());
      remarks.accept("registered search attribute " + ScheduleWire.HASH);
      return true;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.ALREADY_EXISTS) {
        return true;
      }
      remarks.accept(
          "search attribute "
              + ScheduleWire.HASH
              + " could not be registered ("
              + e.getStatus().getCode()
              + "); schedules are written without it. To have it: temporal operator"
              + " search-attribute create --namespace "
              + namespace
              + " --name "
              + ScheduleWire.HASH
              + " --type Keyword");
      return false;
    }
  }

  /** A service that does not tell counts as one that has none. */
  private Optional<IndexedValueType> type() {
    try {
      return Optional.ofNullable(
          patient()
              .listSearchAttributes(
                  ListSearchAttributesRequest.newBuilder().setNamespace(namespace).build())
              .getCustomAttributesMap()
              .get(ScheduleWire.HASH));
    } catch (StatusRuntimeException e) {
      return Optional.empty();
    }
  }

  private OperatorServiceGrpc.OperatorServiceBlockingStub patient() {
    return operator.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
