package drillbook.temporal;

import drillbook.failure.DrillbookException;
import drillbook.setting.TemporalAddress;
import io.temporal.client.WorkflowClient;
import java.util.List;

/** Where procedures run: inside this process, or on a server with workers elsewhere. */
public sealed interface TemporalHost extends AutoCloseable
    permits InProcessTemporal, RemoteTemporal {
  /** Returns the client. */
  WorkflowClient client();

  /** Returns which Temporal it is. */
  TemporalAddress address();

  /** Lets go of it; what runs inside this process ends. */
  @Override
  void close();

  /** Makes the activities of a service inside this process, when one is needed. */
  @FunctionalInterface
  interface ActivityMaker {
    /** Returns implementations of all activity interfaces. */
    List<Object> make() throws DrillbookException;
  }
}
