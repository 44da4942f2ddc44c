package drillbook.advice;

import java.util.Locale;

/** Amounts as people read them. */
public final class Money {
  private Money() {}

  /** Returns an amount in dollars: cents below 10, whole dollars above. */
  public static String dollars(double amount) {
    return String.format(Locale.ROOT, amount < 10 ? "$%.2f" : "$%,.0f", amount);
  }
}
