package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Artifacts as files below a folder, their keys being paths.
 *
 * <p>An artifact is written to a file in {@code .unfinished}, forced to disk, and then linked to
 * its name, which fails where the name is taken; then its folder is forced to disk. So the file
 * system must have hard links, and all of the folder must be one file system. What a crash leaves
 * in {@code .unfinished} is never listed nor read, and is deleted a day later.
 */
public final class LocalStore implements ArtifactStore, StoreClock, StoreStrangers, FreeSpace {
  private static final Logger LOG = LoggerFactory.getLogger(LocalStore.class);
  private static final String UNFINISHED = ".unfinished";
  private static final int CHUNK_BYTES = 256 * 1024;

  /** Far longer than a writer that lives lets pass between two chunks. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path folder;
  private final AtomicBoolean swept = new AtomicBoolean();

  /** Creates a store; the folder is made when the first artifact is written. */
  public LocalStore(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  @Override
  public String location() {
    return "file:" + folder;
  }

  @Override
  public ArtifactWriter write(String key) throws DrillbookException, InterruptedException {
    Path target = path(key);
    String failed = "artifact " + key + " could not be written to " + location();
    try {
      Path unfinished = folder.resolve(UNFINISHED);
      makeFolder(unfinished);
      Path file = unfinished.resolve(UUID.randomUUID().toString());
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (swept.compareAndSet(false, true)) {
        sweep(unfinished, file);
      }
      return new Writer(key, failed, target, file, channel);
    } catch (IOException e) {
      throw ArtifactStore.failureOf(failed, e);
    }
  }

  /**
   * Deletes what crashed writers left, once for each store. Ages are told by the file system's own
   * clock, which is that of the file just made.
   */
  private static void sweep(Path unfinished, Path fresh) {
    try (Stream<Path> files = Files.list(unfinished)) {
      Instant before = Files.getLastModifiedTime(fresh).toInstant().minus(ABANDONED);
      for (Path file : files.toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // Another process swept or finished it meanwhile; the next store looks again.
      LOG.debug("unfinished files not swept: where={} reason={}", unfinished, e.toString());
    }
  }

  @Override
  public Stored putNew(String key, byte[] bytes) throws DrillbookException, InterruptedException {
    try (ArtifactWriter writer = write(key)) {
      writer.write(bytes);
      return writer.commit();
    } catch (IOException e) {
      throw ArtifactStore.failureOf("artifact " + key + " could not be put", e);
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.CONFLICT && holds(key, bytes)) {
        return new Stored(key, bytes.length, Digests.hex(bytes));
      }
      throw e;
    }
  }

  private boolean holds(String key, byte[] bytes) throws DrillbookException, InterruptedException {
    if (!Files.isRegularFile(path(key))) {
      return false;
    }
    try (InputStream present = read(key, 0, -1)) {
      boolean same = Arrays.equals(present.readNBytes(bytes.length), bytes) && present.read() < 0;
      if (same) {
        // Its first put may have crashed between the name and the disk.
        force(parent(path(key)));
      }
      return same;
    } catch (IOException e) {
      throw ArtifactStore.failureOf("artifact " + key + " could not be compared", e);
    }
  }

  @Override
  public InputStream read(String key, long offset, long length)
      throws DrillbookException, InterruptedException {
    Path file = path(key);
    StoreKeys.checkRange(offset, length);
    try {
      if (!Files.isRegularFile(file)) {
        throw notFound(key);
      }
      SeekableByteChannel channel = Files.newByteChannel(file);
      long present = Math.max(0, channel.size() - offset);
      channel.position(offset);
      return new ExactStream(
          "artifact " + key,
          Channels.newInputStream(channel),
          length < 0 ? present : Math.min(length, present));
    } catch (NoSuchFileException e) {
      throw notFound(key);
    } catch (IOException e) {
      throw ArtifactStore.failureOf("artifact " + key + " could not be read", e);
    }
  }

  private DrillbookException notFound(String key) {
    return new DrillbookException(
        FailureKind.NOT_FOUND, "artifact " + key + " is not in " + location());
  }

  @Override
  public List<Listed> list(String prefix, String after, int limit)
      throws DrillbookException, InterruptedException {
    StoreKeys.checkListing(prefix, after, limit);
    PriorityQueue<Listed> smallest =
        new PriorityQueue<>(Comparator.comparing(Listed::key).reversed());
    try {
      Path below = folder.resolve(prefix);
      if (Files.isDirectory(below)) {
        Files.walkFileTree(below, new Finder(below, after, limit, smallest));
      }
    } catch (IOException e) {
      throw ArtifactStore.failureOf(
          "artifacts below " + prefix + " could not be listed in " + location(), e);
    }
    return smallest.stream().sorted(Comparator.comparing(Listed::key)).toList();
  }

  /** {@inheritDoc} A link is no regular file. */
  @Override
  public Optional<String> stranger(Predicate<String> wanted)
      throws DrillbookException, InterruptedException {
    Strangers strangers = new Strangers(wanted);
    try {
      if (Files.isDirectory(folder)) {
        Files.walkFileTree(folder, strangers);
      }
    } catch (IOException e) {
      throw ArtifactStore.failureOf("files could not be listed in " + location(), e);
    }
    return Optional.ofNullable(strangers.first);
  }

  @Override
  public boolean delete(String key) throws DrillbookException, InterruptedException {
    Path file = path(key);
    try {
      if (!Files.isRegularFile(file)) {
        return false;
      }
      boolean deleted = Files.deleteIfExists(file);
      force(parent(file));
      return deleted;
    } catch (IOException e) {
      throw ArtifactStore.failureOf("artifact " + key + " could not be deleted", e);
    }
  }

  /** {@inheritDoc} By a file that is made and deleted: the file system's, which may be remote. */
  @Override
  public Instant time() throws DrillbookException, InterruptedException {
    try {
      Path file = Files.createTempFile(Files.createDirectories(folder), UNFINISHED, ".time");
      try {
        return Files.getLastModifiedTime(file).toInstant();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw ArtifactStore.failureOf("the time of " + location() + " could not be asked for", e);
    }
  }

  @Override
  public long freeBytes() throws DrillbookException, InterruptedException {
    return FreeSpace.of(folder).freeBytes();
  }

  @Override
  public void close() {}

  private Path path(String key) {
    return folder.resolve(StoreKeys.check(key));
  }

  private Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? folder : parent;
  }

  /** Makes a folder and those above it, each of them surviving a crash. */
  private static void makeFolder(Path wanted) throws IOException {
    Path above = wanted.getParent();
    if (Files.isDirectory(wanted) || above == null) {
      return;
    }
    makeFolder(above);
    try {
      Files.createDirectory(wanted);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(wanted)) {
        throw e;
      }
    }
    force(above);
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private final class Writer extends HashingWriter {
    private final String failed;
    private final Path target;
    private final Path file;
    private final FileChannel channel;

    Writer(String key, String failed, Path target, Path file, FileChannel channel) {
      super(key, CHUNK_BYTES);
      this.failed = failed;
      this.target = target;
      this.file = file;
      this.channel = channel;
    }

    @Override
    void chunk(byte[] chunk, int length) throws DrillbookException, InterruptedException {
      try {
        ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, length);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        throw ArtifactStore.failureOf(failed, e);
      }
    }

    @Override
    void finish(byte[] rest, int length, Stored receipt)
        throws DrillbookException, InterruptedException {
      chunk(rest, length);
      try {
        channel.force(true);
        channel.close();
        Path parent = parent(target);
        makeFolder(parent);
        link();
        force(parent);
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw ArtifactStore.failureOf(failed, e);
      }
    }

    private void link() throws IOException, DrillbookException {
      try {
        Files.createLink(target, file);
      } catch (FileAlreadyExistsException e) {
        // A network file system may report a repeated request of its own as taken.
        if (!Files.isSameFile(target, file)) {
          throw new DrillbookException(
              FailureKind.CONFLICT, failed + ": there is an artifact with this key", "", e);
        }
      } catch (UnsupportedOperationException e) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION,
            failed + ": the file system has no hard links",
            "Keep the store on a file system with hard links, such as ext4, XFS or NFS.",
            e);
      }
    }

    @Override
    void abandon() {
      try (channel) {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // It stays in .unfinished, where nobody looks for artifacts.
        return;
      }
    }
  }

  private String below(Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  /** Looks at what is no artifact. */
  private final class Strangers extends SimpleFileVisitor<Path> {
    private final Predicate<String> wanted;
    private @Nullable String first;

    Strangers(Predicate<String> wanted) {
      this.wanted = wanted;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      if (Thread.interrupted()) {
        throw new ClosedByInterruptException();
      }
      return directory.equals(folder.resolve(UNFINISHED))
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String name = below(file);
      boolean ours = attributes.isRegularFile() && StoreKeys.isKey(name);
      if (!ours && wanted.test(name) && (first == null || name.compareTo(first) < 0)) {
        first = name;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException thrown) throws IOException {
      // A file system's own folder, which nobody but root may look into.
      if (thrown instanceof NoSuchFileException || file.endsWith("lost+found")) {
        return FileVisitResult.CONTINUE;
      }
      throw thrown;
    }
  }

  /** Keeps the smallest keys behind a given one: memory is bounded by the limit. */
  private final class Finder extends SimpleFileVisitor<Path> {
    private final Path start;
    private final String after;
    private final int limit;
    private final PriorityQueue<Listed> found;

    Finder(Path start, String after, int limit, PriorityQueue<Listed> found) {
      this.start = start;
      this.after = after;
      this.limit = limit;
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      if (Thread.interrupted()) {
        throw new ClosedByInterruptException();
      }
      return directory.equals(start) || StoreKeys.isPart(directory.getFileName().toString())
          ? FileVisitResult.CONTINUE
          : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String key = below(file);
      if (attributes.isRegularFile() && StoreKeys.isKey(key) && key.compareTo(after) > 0) {
        found.add(new Listed(key, attributes.size()));
        if (found.size() > limit) {
          found.remove();
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException thrown) throws IOException {
      boolean ours = StoreKeys.isPart(file.getFileName().toString());
      if (!ours || thrown instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw thrown;
    }
  }
}
