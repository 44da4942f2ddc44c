package drillbook.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The policies of docs/iam.md allow the S3 calls that the code makes, and no others. */
class IamPolicyTest {
  private static final Pattern POLICY =
      Pattern.compile("<!-- policy: ([a-z]+) -->\\n```json\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CALL =
      Pattern.compile(
          "\\.((?:get|put|head|list|delete|copy|create|upload|complete|abort|restore|select|presign)"
              + "[A-Z]\\w*)\\(\\s*(?:request|r)\\b");
  private static final Map<String, List<String>> ACTIONS =
      Map.ofEntries(
          Map.entry("getObject", List.of("s3:GetObject")),
          Map.entry("presignGetObject", List.of("s3:GetObject")),
          Map.entry("putObject", List.of("s3:PutObject")),
          Map.entry("copyObject", List.of("s3:GetObject", "s3:PutObject")),
          Map.entry("createMultipartUpload", List.of("s3:PutObject")),
          Map.entry("uploadPart", List.of("s3:PutObject")),
          Map.entry("completeMultipartUpload", List.of("s3:PutObject")),
          Map.entry("abortMultipartUpload", List.of("s3:AbortMultipartUpload")),
          Map.entry("listObjectsV2", List.of("s3:ListBucket")),
          Map.entry("listObjectVersions", List.of("s3:ListBucketVersions")),
          Map.entry("getBucketVersioning", List.of("s3:GetBucketVersioning")),
          Map.entry("deleteObject", List.of("s3:DeleteObject", "s3:DeleteObjectVersion")),
          // The locks of a version are in the headers of its answer, for who may see them.
          Map.entry(
              "headObject",
              List.of("s3:GetObjectVersion", "s3:GetObjectRetention", "s3:GetObjectLegalHold")));

  @Test
  void worker_and_pruner_together_may_do_what_the_code_does_and_nothing_else() throws Exception {
    Set<String> needed = new TreeSet<>();
    for (String call : calls()) {
      assertThat(ACTIONS).as("docs/iam.md has to say what %s needs", call).containsKey(call);
      needed.addAll(ACTIONS.get(call));
    }
    assertThat(calls()).contains("presignGetObject", "copyObject", "uploadPart", "getObject");
    Set<String> allowed = new TreeSet<>(actions("worker"));
    allowed.addAll(actions("pruner"));
    assertThat(allowed).isEqualTo(needed);
  }

  @Test
  void each_role_has_no_more_than_its_work_needs() throws Exception {
    assertThat(actions("signer")).containsExactly("s3:GetObject");
    assertThat(actions("reader")).containsExactly("s3:GetObject", "s3:ListBucket");
    assertThat(actions("import")).containsExactly("s3:GetObject", "s3:ListBucket");
    assertThat(actions("writer"))
        .containsExactly(
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject");
    assertThat(actions("worker")).doesNotContain("s3:DeleteObjectVersion");
    for (JsonNode statement : policy("writer")) {
      if (statement.path("Resource").asText().contains("backups")) {
        assertThat(statement.path("Action").toString()).doesNotContain("Put", "Delete");
      }
    }
  }

  @Test
  void no_policy_has_a_wildcard_for_an_action_or_a_bucket() throws Exception {
    for (String role : policies().keySet()) {
      for (JsonNode statement : policy(role)) {
        assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
        assertThat(statement.path("Action").toString()).doesNotContain("*");
        assertThat(statement.path("Resource").asText())
            .matches("arn:aws:s3:::(backups(/drillbook/\\*)?|exports(/\\*)?)");
        boolean ofObjects = statement.path("Resource").asText().endsWith("*");
        for (JsonNode action : statement.path("Action")) {
          boolean ofBuckets = action.asText().contains("Bucket");
          assertThat(ofBuckets).as(action.asText()).isNotEqualTo(ofObjects);
        }
      }
    }
    assertThat(policies()).hasSize(6);
  }

  private static Set<String> calls() throws Exception {
    Set<String> calls = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of("src/main/java/drillbook/store"))) {
      for (Path file :
          files.filter(path -> path.getFileName().toString().startsWith("S3")).toList()) {
        Matcher call = CALL.matcher(Files.readString(file));
        while (call.find()) {
          calls.add(call.group(1));
        }
      }
    }
    return calls;
  }

  private static Set<String> actions(String role) throws Exception {
    Set<String> actions = new TreeSet<>();
    for (JsonNode statement : policy(role)) {
      statement.path("Action").forEach(action -> actions.add(action.asText()));
    }
    return actions;
  }

  private static JsonNode policy(String role) throws Exception {
    JsonNode policy = new ObjectMapper().readTree(policies().get(role));
    assertThat(policy.path("Version").asText()).isEqualTo("2012-10-17");
    return policy.path("Statement");
  }

  private static Map<String, String> policies() throws Exception {
    Map<String, String> policies = new TreeMap<>();
    Matcher found = POLICY.matcher(Files.readString(Path.of("../docs/iam.md")));
    while (found.find()) {
      policies.put(found.group(1), found.group(2));
    }
    return policies;
  }
}
