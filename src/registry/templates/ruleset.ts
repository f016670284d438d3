import { writeJson } from "../../format/json.ts";

/** The two checks that Assay posts on every pull request. */
const CHECKS = ["assay/compliance", "assay/approval"];

const DEFAULT_BRANCH = {
  name: "assay: default branch",
  target: "branch",
  enforcement: "active",
  // Nobody bypasses, the App included: it merges what both checks pass.
  bypass_actors: [],
  conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
  rules: [
    { type: "deletion" },
    { type: "non_fast_forward" },
    { type: "required_linear_history" },
    {
      type: "pull_request",
      parameters: {
        // Assay counts approvals itself: by path, by team, bound to the content.
        required_approving_review_count: 0,
        dismiss_stale_reviews_on_push: false,
        require_code_owner_review: false,
        require_last_push_approval: false,
        required_review_thread_resolution: false,
        allowed_merge_methods: ["squash"],
      },
    },
    {
      type: "required_status_checks",
      parameters: {
        strict_required_status_checks_policy: false,
        do_not_enforce_on_create: true,
        required_status_checks: CHECKS.map((context) => ({ context })),
      },
    },
  ],
};

const OWN_BRANCHES = {
  name: "assay: branches of the App",
  target: "branch",
  enforcement: "active",
  bypass_actors: [],
  conditions: {
    ref_name: {
      include: ["refs/heads/assay/**/*", "refs/heads/assay-evidence", "refs/heads/assay-published"],
      exclude: [],
    },
  },
  rules: [{ type: "creation" }, { type: "update" }, { type: "deletion" }],
};

/**
 * The rulesets that go with a registry, as bodies of GitHub's REST call; the ids of the App are for its operator to add.
 * https://docs.github.com/en/rest/repos/rules#create-a-repository-ruleset
 */
export function newRulesetFile(): string {
  return writeJson([DEFAULT_BRANCH, OWN_BRANCHES]);
}

/** The command that fills in the App's id and makes the rulesets. */
export const APPLY_RULESETS = `jq -c --argjson app APP_ID '.[]
  | (.rules[] | select(.type == "required_status_checks").parameters.required_status_checks[]).integration_id = $app
  | if .name == "${OWN_BRANCHES.name}"
    then .bypass_actors = [{ actor_id: $app, actor_type: "Integration", bypass_mode: "always" }] else . end' \\
  .github/assay-ruleset.json |
while read -r ruleset; do gh api repos/OWNER/NAME/rulesets --input - <<<"$ruleset"; done`;
