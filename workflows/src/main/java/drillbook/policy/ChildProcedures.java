package drillbook.policy;

import drillbook.visibility.SearchKeys;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Workflow;

/** Procedures that another one starts as its children. */
public final class ChildProcedures {
  private ChildProcedures() {}

  /**
   * Returns a child that is found by what its parent is found by, and is asked to end with it.
   *
   * @param id that of the command line: of one id only one runs, and the other is told so
   * @param summary what the Temporal UI shows of it
   */
  public static <T> T stub(Class<T> type, String id, String summary) {
    return Workflow.newChildWorkflowStub(
        type,
        ChildWorkflowOptions.newBuilder()
            .setWorkflowId(id)
            .setStaticSummary(summary)
            .setTypedSearchAttributes(SearchKeys.inherited())
            .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_REQUEST_CANCEL)
            .build());
  }
}
