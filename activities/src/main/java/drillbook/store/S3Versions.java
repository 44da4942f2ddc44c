package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.store.VersionedStore.Lock;
import drillbook.store.VersionedStore.Version;
import drillbook.store.VersionedStore.Versioning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.StorageClass;

/** The versions of a bucket's objects, and their locks. */
final class S3Versions {
  private static final String USUAL = "STANDARD";

  private final S3Connection connection;

  S3Versions(S3Connection connection) {
    this.connection = connection;
  }

  Versioning versioning() throws DrillbookException, InterruptedException {
    BucketVersioningStatus status =
        connection.call(
            "whether bucket " + connection.bucket() + " keeps versions could not be asked",
            "GET",
            "",
            s3 -> s3.getBucketVersioning(request -> request.bucket(connection.bucket())).status());
    if (status == BucketVersioningStatus.ENABLED) {
      return Versioning.ON;
    }
    return status == BucketVersioningStatus.SUSPENDED ? Versioning.SUSPENDED : Versioning.OFF;
  }

  List<Version> versions(String below) throws DrillbookException, InterruptedException {
    // A store may name a version on two pages, so they are told apart by their ids.
    Map<String, Version> found = new LinkedHashMap<>();
    String keyMarker = "";
    String idMarker = "";
    while (true) {
      String fromKey = keyMarker;
      String fromId = idMarker;
      ListObjectVersionsResponse page =
          connection.call(
              "versions below " + below + " could not be listed",
              "GET",
              below,
              s3 ->
                  s3.listObjectVersions(request -> {
                    request.bucket(connection.bucket()).prefix(connection.object(below));
                    if (!fromKey.isEmpty()) {
                      request.keyMarker(fromKey);
                    }
                    if (!fromId.isEmpty()) {
                      request.versionIdMarker(fromId);
                    }
                  }));
      for (Version version : ours(page)) {
        found.putIfAbsent(version.key() + " " + version.id(), version);
      }
      if (!Boolean.TRUE.equals(page.isTruncated())) {
        return found.values().stream()
            .sorted(Comparator.comparing(Version::key).thenComparing(version -> !version.current()))
            .toList();
      }
      keyMarker = page.nextKeyMarker() == null ? "" : page.nextKeyMarker();
      idMarker = page.nextVersionIdMarker() == null ? "" : page.nextVersionIdMarker();
      if (keyMarker.equals(fromKey) && idMarker.equals(fromId)) {
        throw new DrillbookException(
            FailureKind.UNSUPPORTED,
            "versions below " + below + " could not be listed: the store repeats a page");
      }
    }
  }

  private List<Version> ours(ListObjectVersionsResponse page) {
    List<Version> versions = new ArrayList<>();
    for (ObjectVersion version : page.versions()) {
      String key = connection.key(version.key());
      if (StoreKeys.isKey(key)) {
        String named = version.storageClassAsString();
        versions.add(
            new Version(
                key,
                version.versionId(),
                version.size(),
                Boolean.TRUE.equals(version.isLatest()),
                false,
                named == null || named.equals(USUAL) ? "" : named));
      }
    }
    for (DeleteMarkerEntry marker : page.deleteMarkers()) {
      String key = connection.key(marker.key());
      if (StoreKeys.isKey(key)) {
        boolean current = Boolean.TRUE.equals(marker.isLatest());
        versions.add(new Version(key, marker.versionId(), 0, current, true, ""));
      }
    }
    return versions;
  }

  boolean delete(Version version) throws DrillbookException, InterruptedException {
    try {
      connection.call(
          "version " + version.id() + " of " + version.key() + " could not be deleted",
          "DELETE",
          version.key(),
          s3 ->
              s3.deleteObject(request ->
                  request
                      .bucket(connection.bucket())
                      .key(connection.object(version.key()))
                      .versionId(version.id())));
      return true;
    } catch (DrillbookException e) {
      // Stores refuse what is locked as they refuse what nobody may delete.
      boolean refused =
          e.kind() == FailureKind.DENIED
              || e.kind() == FailureKind.CONFIGURATION
              || e.kind() == FailureKind.CONFLICT;
      if (refused && lock(version).isPresent()) {
        return false;
      }
      throw e;
    }
  }

  void moveToInfrequentAccess(Version version) throws DrillbookException, InterruptedException {
    String object = connection.object(version.key());
    String what = version.key() + " could not be moved to infrequent access";
    CopyObjectResponse copied =
        connection.call(
            what,
            "PUT",
            version.key(),
            s3 ->
                s3.copyObject(request ->
                    request
                        .sourceBucket(connection.bucket())
                        .sourceKey(object)
                        .destinationBucket(connection.bucket())
                        .destinationKey(object)
                        .metadataDirective(MetadataDirective.COPY)
                        .storageClass(StorageClass.STANDARD_IA)));
    HeadObjectResponse head =
        connection.call(
            what,
            "HEAD",
            version.key(),
            s3 -> s3.headObject(request -> request.bucket(connection.bucket()).key(object)));
    if (head.storageClass() != StorageClass.STANDARD_IA
        || head.contentLength() != version.bytes()) {
      throw new DrillbookException(
          FailureKind.UNSUPPORTED,
          what + ": the store took the request and left it where it was",
          "Leave infrequent-access out of the retention: this store has no such class.");
    }
    // Without versions the copy took the object's place, and this id is the copy's own.
    String made = copied.versionId();
    if (made != null && !made.equals(version.id())) {
      delete(version);
    }
  }

  Optional<Lock> lock(Version version) throws DrillbookException, InterruptedException {
    if (version.marker()) {
      return Optional.empty();
    }
    HeadObjectResponse head =
        connection.call(
            "the lock of " + version.key() + " could not be asked for",
            "HEAD",
            version.key(),
            s3 ->
                s3.headObject(request ->
                    request
                        .bucket(connection.bucket())
                        .key(connection.object(version.key()))
                        .versionId(version.id())));
    if (head.objectLockLegalHoldStatus() == ObjectLockLegalHoldStatus.ON) {
      return Optional.of(new Lock("under legal hold", Instant.MAX));
    }
    Instant until = head.objectLockRetainUntilDate();
    if (until == null) {
      return Optional.empty();
    }
    String words = "locked until " + until + " (" + head.objectLockModeAsString() + ")";
    return Optional.of(new Lock(words, until));
  }
}
