package drillbook.engine.qdrant;

import org.jspecify.annotations.Nullable;

/** So many operations a minute, the first minute's at once. */
final class RateLimit {
  private final String what;
  private final double perMinute;
  private double left;
  private long last = System.nanoTime();

  RateLimit(String what, @Nullable Object perMinute) {
    this.what = what;
    this.perMinute = perMinute instanceof Number number ? number.doubleValue() : 0;
    this.left = this.perMinute;
  }

  void take(double operations) {
    if (perMinute == 0) {
      return;
    }
    if (operations > perMinute) {
      throw Refusal.neverFastEnough(what);
    }
    long now = System.nanoTime();
    left = Math.min(perMinute, left + (now - last) / 6e10 * perMinute);
    last = now;
    if (left < operations) {
      int seconds = (int) Math.ceil((operations - left) * 60 / perMinute);
      throw Refusal.tooFast(what, Math.max(1, seconds));
    }
    left -= operations;
  }
}
