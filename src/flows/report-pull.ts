import type { Annotation, CheckOutput } from "../github/checks.ts";
import { publishCheck } from "../github/checks.ts";
import { publishComment } from "../github/comments.ts";
import type { Decision } from "../policy/decide.ts";
import { allFindings } from "../policy/decide.ts";
import type { Finding, Verdict } from "../policy/finding.ts";
import {
  renderApprovalMarkdown,
  renderApprovalTitle,
  renderDecisionMarkdown,
  renderTitle,
} from "../report/decision-markdown.ts";
import { renderFailureMarkdown } from "../report/failure-markdown.ts";
import type { GitHubRegistry } from "./github-registry.ts";
import type { JudgedPull } from "./judge-pull.ts";

/** The checks that every pull request of a registry gets, and that a ruleset can require. */
export const COMPLIANCE_CHECK = "assay/compliance";
export const APPROVAL_CHECK = "assay/approval";

/** Tells a decision where people look: both checks on the head commit, and one comment that is kept up to date. */
export async function reportPull(registry: GitHubRegistry, { pull, decision }: JudgedPull): Promise<void> {
  await Promise.all([
    reportChecks(registry, pull.headSha, decision),
    isWorthAComment(decision)
      ? publishComment(registry.client, registry.repository, {
          number: pull.number,
          marker: "report",
          body: renderDecisionMarkdown(decision),
          memory: registry.outputs,
          author: registry.identity.login,
        })
      : undefined,
  ]);
}

/** Tells a decision in both checks on a commit. */
export async function reportChecks(
  registry: GitHubRegistry,
  headSha: string,
  decision: Decision,
): Promise<void> {
  await Promise.all([
    publish(registry, {
      headSha,
      name: COMPLIANCE_CHECK,
      state: stateOf(decision.compliance),
      title: renderTitle(decision),
      summary: renderDecisionMarkdown(decision),
      annotations: annotationsOf(decision, registry.store.root),
    }),
    publish(registry, {
      headSha,
      name: APPROVAL_CHECK,
      state: stateOf(decision.approval.verdict),
      title: renderApprovalTitle(decision.approval),
      summary: renderApprovalMarkdown(decision.approval),
      annotations: [],
    }),
  ]);
}

/** Tells that no verdict could be reached: both checks fail with the reason. */
export async function reportFailure(
  registry: GitHubRegistry,
  headSha: string,
  error: unknown,
): Promise<void> {
  const summary = renderFailureMarkdown(error);
  const common = { headSha, state: "failure", title: "Could not decide", summary, annotations: [] } as const;
  await Promise.all([COMPLIANCE_CHECK, APPROVAL_CHECK].map((name) => publish(registry, { ...common, name })));
}

function publish(registry: GitHubRegistry, output: CheckOutput): Promise<unknown> {
  const { appId } = registry.identity;
  return publishCheck(registry.client, registry.repository, {
    ...output,
    memory: registry.outputs,
    ...(appId === undefined ? {} : { appId }),
  });
}

/** A pull request that touches nothing of the registry is left in peace; its checks are green and that is all. */
function isWorthAComment(decision: Decision): boolean {
  return decision.subject !== "nothing" || decision.findings.length > 0;
}

/** Waiting is `action_required`: GitHub takes `neutral` and `skipped` for passed. */
function stateOf(verdict: Verdict): CheckOutput["state"] {
  switch (verdict) {
    case "pass":
      return "success";
    case "pending":
      return "action_required";
    case "fail":
      return "failure";
  }
}

/** Findings speak of the registry's paths, GitHub of the repository's. */
function annotationsOf(decision: Decision, root: string): Annotation[] {
  return allFindings(decision).flatMap((finding) => {
    if (finding.path === undefined) return [];
    const line = finding.line ?? 1;
    const column =
      finding.column === undefined ? {} : { startColumn: finding.column, endColumn: finding.column };
    return [
      {
        path: root === "" ? finding.path : `${root}/${finding.path}`,
        startLine: line,
        endLine: line,
        ...column,
        level: annotationLevel(finding),
        title: finding.rule,
        message: finding.message,
      },
    ];
  });
}

function annotationLevel({ level, passesAt }: Finding): Annotation["level"] {
  switch (level) {
    case "error":
      return passesAt === undefined ? "failure" : "warning";
    case "warning":
    case "pending":
      return "warning";
    case "notice":
      return "notice";
  }
}
