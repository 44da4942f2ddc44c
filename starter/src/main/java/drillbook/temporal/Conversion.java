package drillbook.temporal;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import drillbook.backup.BackupRequest;
import drillbook.drill.DrillRequest;
import drillbook.failure.FailureKind;
import drillbook.failure.WorkflowFailures;
import drillbook.hold.MarkRequest;
import drillbook.prune.PruneRequest;
import drillbook.restore.RestoreRequest;
import drillbook.runbook.RunbookRequest;
import drillbook.verify.VerifyRequest;
import drillbook.watch.WatchdogRequest;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Set;

/**
 * How values travel through Temporal, for client and worker alike: JSON, camelCase.
 *
 * <p>Requests are typed by people, so a field that a request does not know fails the workflow with
 * the known ones; so does a runbook of a newer version, of which a part would silently not be done.
 * Everything else passes between workers that may be of two versions, so unknown fields are left
 * out there.
 */
public final class Conversion {
  private static final Set<Class<?>> REQUESTS =
      Set.of(
          BackupRequest.class,
          VerifyRequest.class,
          RestoreRequest.class,
          DrillRequest.class,
          PruneRequest.class,
          MarkRequest.class,
          RunbookRequest.class,
          WatchdogRequest.class);

  private Conversion() {}

  /** Returns the converter. */
  public static DataConverter dataConverter() {
    return DefaultDataConverter.newDefaultInstance()
        .withPayloadConverterOverrides(new Requests(json()));
  }

  /** Returns the mapper that writes what travels; command lines print the same JSON. */
  public static ObjectMapper json() {
    return JacksonJsonPayloadConverter.newDefaultObjectMapper()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  /** Reads requests strictly, everything else as Temporal does. */
  private static final class Requests extends JacksonJsonPayloadConverter {
    private final ObjectMapper strict;

    Requests(ObjectMapper mapper) {
      super(mapper);
      this.strict = mapper.copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    @Override
    public <T> T fromData(Payload content, Class<T> valueClass, Type valueType)
        throws DataConverterException {
      if (!REQUESTS.contains(valueClass)) {
        return super.fromData(content, valueClass, valueType);
      }
      try {
        T value = strict.readValue(content.getData().toByteArray(), valueClass);
        if (value != null) {
          return value;
        }
      } catch (UnrecognizedPropertyException e) {
        throw malformed(valueClass, "it knows no field '" + e.getPropertyName() + "'");
      } catch (JsonMappingException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        throw malformed(
            valueClass,
            cause instanceof JsonMappingException mapping
                ? mapping.getOriginalMessage()
                : String.valueOf(cause.getMessage()));
      } catch (IOException e) {
        throw malformed(valueClass, "it is no JSON");
      }
      throw malformed(valueClass, "it is empty");
    }

    private static UnreadableArgument malformed(Class<?> request, String reason) {
      return new UnreadableArgument(
          WorkflowFailures.of(
              FailureKind.CONFIGURATION,
              "the argument " + request.getSimpleName() + " cannot be read: " + reason,
              "Known fields: "
                  + Arrays.stream(request.getRecordComponents())
                      .map(component -> component.getName())
                      .toList()
                  + (request == RunbookRequest.class || request == WatchdogRequest.class
                      ? "; start it with drillbook runbook run, or trigger its schedule."
                      : "; only target must be given.")));
    }
  }

  /**
   * An argument that can never be read, so that its workflow fails; a result that cannot be read is
   * tried again, since a newer worker may be able to.
   */
  static final class UnreadableArgument extends DataConverterException {
    private static final long serialVersionUID = 1L;

    UnreadableArgument(ApplicationFailure reason) {
      super(reason.getOriginalMessage(), reason);
    }
  }
}
