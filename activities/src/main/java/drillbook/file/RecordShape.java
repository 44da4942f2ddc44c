package drillbook.file;

import drillbook.record.RecordLayout;
import java.util.Objects;

/**
 * What the records of a file are.
 *
 * @param layout their vectors
 * @param idType as in their collection's schema
 * @param tenant whose they are; empty where the collection has no tenants
 */
public record RecordShape(RecordLayout layout, String idType, String tenant) {
  /** Rejects nulls. */
  public RecordShape {
    Objects.requireNonNull(layout, "layout == null");
    Objects.requireNonNull(idType, "idType == null");
    Objects.requireNonNull(tenant, "tenant == null");
  }

  ColumnPlan columns() {
    return ColumnPlan.of(layout, idType, !tenant.isEmpty());
  }
}
