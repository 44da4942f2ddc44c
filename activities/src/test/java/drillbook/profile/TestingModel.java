package drillbook.profile;

import drillbook.capture.EngineRun;
import drillbook.engine.CollectionSchema;
import drillbook.engine.RecordWriter;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import java.util.SplittableRandom;

/**
 * Embeds records as a model does: what a record is about turns its vector away from a direction
 * that all vectors of the model share. Another seed is another model.
 */
final class TestingModel {
  private final long seed;
  private final double length;

  private TestingModel(long seed, double length) {
    this.seed = seed;
    this.length = length;
  }

  /** Returns a model whose vectors have the length 1. */
  static TestingModel of(long seed) {
    return new TestingModel(seed, 1);
  }

  /** Returns the same model with vectors of another length. */
  TestingModel ofLength(double other) {
    return new TestingModel(seed, other);
  }

  /** Embeds and writes records. */
  void write(EngineRun run, CollectionSchema schema, String tenant, int from, int count)
      throws Exception {
    RecordBatch batch = new RecordBatch(schema.layout());
    try (RecordWriter writer = run.engine().records().writer(schema, tenant)) {
      for (int i = from; i < from + count; i++) {
        float[] vector = vector(i, schema.layout().vectors().getFirst().dimension());
        batch.ids().add(RecordId.of("record-" + i));
        batch.vectors().getFirst().add(vector, 0, vector.length);
        batch.endRecord();
        if (batch.size() == 200) {
          writer.write(batch);
          batch.clear();
        }
      }
      if (batch.size() > 0) {
        writer.write(batch);
      }
    }
  }

  /** Writes one vector. */
  static void put(EngineRun run, CollectionSchema schema, String id, float[] vector)
      throws Exception {
    RecordBatch batch = new RecordBatch(schema.layout());
    batch.ids().add(RecordId.of(id));
    batch.vectors().getFirst().add(vector, 0, vector.length);
    batch.endRecord();
    try (RecordWriter writer = run.engine().records().writer(schema, "")) {
      writer.write(batch);
    }
  }

  private float[] vector(int record, int dimension) {
    SplittableRandom model = new SplittableRandom(seed);
    SplittableRandom content = new SplittableRandom(seed * 1_000_003 + record);
    double[] sum = new double[dimension];
    double squares = 0;
    for (int d = 0; d < dimension; d++) {
      sum[d] = model.nextGaussian() * 0.7 + content.nextGaussian();
      squares += sum[d] * sum[d];
    }
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) (sum[d] / Math.sqrt(squares) * length);
    }
    return vector;
  }
}
