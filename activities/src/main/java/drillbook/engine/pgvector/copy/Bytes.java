package drillbook.engine.pgvector.copy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes in network order: reads numbers from an array, and collects what goes to the server. Not
 * thread-safe.
 */
public final class Bytes {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] data = new byte[1 << 16];
  private int length;

  /** Creates an empty collection. */
  public Bytes() {}

  /** Returns the signed 16-bit number at an offset. */
  public static short shortAt(byte[] data, int offset) {
    return (short) SHORT.get(data, offset);
  }

  /** Returns the signed 32-bit number at an offset. */
  public static int intAt(byte[] data, int offset) {
    return (int) INT.get(data, offset);
  }

  /** Returns the 64-bit number at an offset. */
  public static long longAt(byte[] data, int offset) {
    return (long) LONG.get(data, offset);
  }

  /** Forgets what was collected. */
  public void clear() {
    length = 0;
    if (data.length > 16 << 20) {
      data = new byte[1 << 16];
    }
  }

  /** Returns the array that holds what was collected. */
  public byte[] data() {
    return data;
  }

  /** Returns how many bytes were collected. */
  public int length() {
    return length;
  }

  /** Adds one byte. */
  public void addByte(int value) {
    data[reserve(1)] = (byte) value;
  }

  /** Adds a 16-bit number. */
  public void addShort(int value) {
    int at = reserve(2);
    SHORT.set(data, at, (short) value);
  }

  /** Adds a 32-bit number. */
  public void addInt(int value) {
    int at = reserve(4);
    INT.set(data, at, value);
  }

  /** Adds a 64-bit number. */
  public void addLong(long value) {
    int at = reserve(8);
    LONG.set(data, at, value);
  }

  /** Adds a part of an array. */
  public void add(byte[] source, int offset, int count) {
    int at = reserve(count);
    System.arraycopy(source, offset, data, at, count);
  }

  /** Adds an array. */
  public void add(byte[] source) {
    add(source, 0, source.length);
  }

  /** Writes a number where place was reserved before. */
  public void setInt(int at, int value) {
    INT.set(data, at, value);
  }

  /** Makes room and returns where it starts. */
  public int reserve(int count) {
    int at = length;
    int needed = Math.addExact(length, count);
    if (needed > data.length) {
      data = Arrays.copyOf(data, Math.max(needed, (int) Math.min(data.length * 2L, 1 << 30)));
    }
    length = needed;
    return at;
  }
}
