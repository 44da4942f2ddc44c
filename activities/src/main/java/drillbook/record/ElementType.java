package drillbook.record;

/** The type of one element of a vector, as stored: bits are carried, never converted. */
public enum ElementType {
  /** IEEE 754 binary32. */
  F32(32),
  /** IEEE 754 binary16. */
  F16(16),
  /** bfloat16. */
  BF16(16),
  /** IEEE 754 binary64. */
  F64(64),
  /** Signed byte. */
  I8(8),
  /** Unsigned byte. */
  U8(8),
  /** One bit; eight to a byte, the first element in the highest bit, padded with zeros. */
  BIT(1);

  private final int bits;

  ElementType(int bits) {
    this.bits = bits;
  }

  /**
   * Returns how many bytes a vector takes.
   *
   * @param dimension the number of elements
   */
  public int bytes(int dimension) {
    return Math.toIntExact(((long) dimension * bits + 7) / 8);
  }

  /** Returns the lower-case word used in schemas and in the record hash. */
  public String word() {
    return switch (this) {
      case F32 -> "f32";
      case F16 -> "f16";
      case BF16 -> "bf16";
      case F64 -> "f64";
      case I8 -> "i8";
      case U8 -> "u8";
      case BIT -> "bit";
    };
  }

  /** Returns the type that a word names. */
  public static ElementType ofWord(String word) {
    for (ElementType type : values()) {
      if (type.word().equals(word)) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown element type: " + word);
  }
}
