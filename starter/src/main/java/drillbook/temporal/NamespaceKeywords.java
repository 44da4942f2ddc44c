package drillbook.temporal;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Search attributes of a namespace, all of them Keywords. They are a convenience: where they cannot
 * be had, all works without them.
 */
public final class NamespaceKeywords {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final TemporalHost host;
  private final OperatorServiceGrpc.OperatorServiceBlockingStub operator;
  private final String namespace;
  private final Consumer<String> remarks;

  /** Shares the connection of a host. */
  public NamespaceKeywords(TemporalHost host, Consumer<String> remarks) {
    this.host = host;
    this.operator =
        OperatorServiceGrpc.newBlockingStub(
            host.client().getWorkflowServiceStubs().getRawChannel());
    this.namespace = host.address().namespace();
    this.remarks = remarks;
  }

  /** Tells whether the namespace has all of them; the service inside this process has none. */
  public boolean known(List<String> names) {
    if (host.address().inProcess()) {
      return false;
    }
    Map<String, IndexedValueType> types = types();
    return names.stream()
        .allMatch(name -> types.get(name) == IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD);
  }

  /**
   * Registers them where that is needed and allowed; tells whether the namespace then has all.
   *
   * @param consequence what is so without them, for the remark that says it
   */
  public boolean ensure(List<String> names, String consequence) {
    Map<String, IndexedValueType> types = types();
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      IndexedValueType type = types.get(name);
      if (type == null) {
        missing.add(name);
      } else if (type != IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD) {
        remarks.accept(
            "the namespace has a search attribute " + name + " that is no Keyword; " + consequence);
        return false;
      }
    }
    return missing.isEmpty() || register(missing, consequence);
  }

  private boolean register(List<String> names, String consequence) {
    String words = (names.size() == 1 ? "attribute " : "attributes ") + String.join(", ", names);
    AddSearchAttributesRequest.Builder request =
        AddSearchAttributesRequest.newBuilder().setNamespace(namespace);
    names.forEach(
        name -> request.putSearchAttributes(name, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
    try {
      patient().addSearchAttributes(request.build());
      remarks.accept("registered search " + words);
      return true;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.ALREADY_EXISTS) {
        return known(names);
      }
      remarks.accept(
          "search "
              + words
              + " could not be registered ("
              + e.getStatus().getCode()
              + "); "
              + consequence
              + ". To have it: temporal operator search-attribute create --namespace "
              + namespace
              + names.stream()
                  .map(name -> " --name " + name + " --type Keyword")
                  .collect(Collectors.joining()));
      return false;
    }
  }

  /** A service that does not tell counts as one that has none. */
  private Map<String, IndexedValueType> types() {
    try {
      return patient()
          .listSearchAttributes(
              ListSearchAttributesRequest.newBuilder().setNamespace(namespace).build())
          .getCustomAttributesMap();
    } catch (StatusRuntimeException e) {
      return Map.of();
    }
  }

  private OperatorServiceGrpc.OperatorServiceBlockingStub patient() {
    return operator.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
