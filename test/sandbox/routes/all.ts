import type { Limits } from "../limits.ts";
import type { Route } from "../router.ts";
import { appRoutes } from "./apps.ts";
import { gitRoutes } from "./git.ts";
import { refRoutes } from "./refs.ts";
import { contentRoutes } from "./contents.ts";
import { commitRoutes } from "./commits.ts";
import { repoRoutes } from "./repos.ts";
import { pullRoutes } from "./pulls.ts";
import { mergeRoutes } from "./merges.ts";
import { reviewRoutes } from "./reviews.ts";
import { checkRoutes } from "./checks.ts";
import { suiteRoutes } from "./check-suites.ts";
import { statusRoutes } from "./statuses.ts";
import { issueRoutes } from "./issues.ts";
import { labelRoutes } from "./labels.ts";
import { commentRoutes } from "./comments.ts";
import { orgRoutes } from "./orgs.ts";
import { rulesetRoutes } from "./rulesets.ts";

/** Every route the sandbox serves. */
export function allRoutes(limits: Limits): readonly Route[] {
  return [
    ...gitRoutes,
    ...refRoutes,
    ...contentRoutes,
    ...commitRoutes,
    ...repoRoutes,
    ...pullRoutes,
    ...mergeRoutes,
    ...reviewRoutes,
    ...checkRoutes,
    ...suiteRoutes,
    ...statusRoutes,
    ...issueRoutes,
    ...labelRoutes,
    ...commentRoutes,
    ...orgRoutes,
    ...rulesetRoutes,
    ...appRoutes(limits),
  ];
}
