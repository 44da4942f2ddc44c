package drillbook.recovery;

/** What has to come through a restore for it to be the same collection. */
enum FidelityPoint {
  IDS("ids"),
  ID_TYPE("id type"),
  COUNT("count"),
  F32_BITS("f32 bits"),
  METRIC("metric"),
  DIMENSION("dimension"),
  INDEX_TYPE("index type"),
  INDEX_PARAMETERS("index parameters"),
  QUANTIZATION("quantization"),
  NAMED_VECTORS("named vectors"),
  SPARSE("sparse vectors"),
  MULTI_VECTORS("multi-vectors"),
  PAYLOAD_TYPES("payload with its types"),
  DOCUMENT("document"),
  ALIASES("aliases"),
  TENANTS("tenants"),
  PARTITIONS("partitions or namespaces"),
  SCHEMA("schema and properties"),
  DELETES("deletes stay deleted"),
  EMPTY_COLLECTION("empty collection"),
  UNICODE_IDS("unicode ids"),
  ORDER("order does not matter");

  private final String words;

  FidelityPoint(String words) {
    this.words = words;
  }

  /** Returns the point as the README names it. */
  String words() {
    return words;
  }
}
