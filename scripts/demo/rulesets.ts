import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { World } from "./world.ts";
import { REGISTRY } from "./world.ts";

const rule = z.looseObject({ type: z.string(), parameters: z.looseObject({}).optional() });
const rulesets = z.array(
  z.looseObject({ name: z.string(), bypass_actors: z.array(z.unknown()), rules: z.array(rule) }),
);

/**
 * Applies the rulesets that `assay init` wrote, as their README says: the checks must come from this App, and only it
 * (and the build repository's App, which publishes) writes the branches under `assay/`.
 */
export async function applyRulesets(world: World, checkout: string): Promise<string[]> {
  const bodies = rulesets.parse(
    JSON.parse(await readFile(join(checkout, ".github/assay-ruleset.json"), "utf8")),
  );
  const pat = world.as("pat");
  const names: string[] = [];
  for (const body of bodies) {
    const filled = {
      ...body,
      rules: body.rules.map((one) => withApp(one, world.appId)),
      bypass_actors: body.rules.some((one) => one.type === "creation") ? actors(world) : [],
    };
    await pat.request("POST /repos/{owner}/{repo}/rulesets", {
      ...REGISTRY,
      ...z.record(z.string(), z.unknown()).parse(filled),
      name: body.name,
      enforcement: "active",
    });
    names.push(body.name);
  }
  return names;
}

function withApp(one: z.output<typeof rule>, appId: number): z.output<typeof rule> {
  const checks = z
    .object({ required_status_checks: z.array(z.looseObject({ context: z.string() })) })
    .safeParse(one.parameters);
  if (one.type !== "required_status_checks" || !checks.success) return one;
  const required = checks.data.required_status_checks.map((check) => ({ ...check, integration_id: appId }));
  return { ...one, parameters: { ...one.parameters, required_status_checks: required } };
}

function actors({ appId, buildAppId }: World): object[] {
  return [appId, buildAppId].map((id) => ({
    actor_id: id,
    actor_type: "Integration",
    bypass_mode: "always",
  }));
}
