import type { Client } from "../github/client.ts";
import { listInstallationRepositories, listInstallations } from "../github/installations.ts";
import type { Task } from "./task.ts";

/**
 * The work that brings everything up to date, whatever was missed while no App ran: a look at each repository of each
 * installation. `signIn` answers a client of an installation or, without one, of the App itself.
 */
export async function readEverything(signIn: (installationId?: number) => Client): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const { id: installationId, suspended } of await listInstallations(signIn())) {
    if (suspended) continue;
    for (const { owner, repo } of await listInstallationRepositories(signIn(installationId)))
      tasks.push({ kind: "default-branch", installationId, owner, repo, span: undefined });
  }
  return tasks;
}
