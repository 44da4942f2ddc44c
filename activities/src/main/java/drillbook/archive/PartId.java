package drillbook.archive;

/**
 * One tenant of one collection, by the numbers that keys and manifests carry.
 *
 * @param collection the collection's number in the catalog
 * @param tenant the tenant's number in the catalog
 */
public record PartId(int collection, int tenant) implements Comparable<PartId> {
  @Override
  public int compareTo(PartId other) {
    int byCollection = Integer.compare(collection, other.collection);
    return byCollection != 0 ? byCollection : Integer.compare(tenant, other.tenant);
  }

  @Override
  public String toString() {
    return "c" + collection + "/t" + tenant;
  }
}
