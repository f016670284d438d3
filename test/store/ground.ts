import type { Store } from "../../src/store/store.ts";
import type { FixtureCommit } from "./fixture.ts";

/** A store over a fixture, and the ids of the fixture's commits by their names. */
export interface Laid {
  readonly store: Store;
  /** The id of a commit of the fixture. */
  readonly id: (name: string) => string;
}

/** What a group of tests needs to set its ground. */
export interface Ground {
  /** Lays a fixture down before the first test of the group and takes it away after the last; for tests that only read. */
  readonly share: (commits: readonly FixtureCommit[], root?: string) => () => Laid;
  /** Lays a fixture down for one test. */
  readonly use: (commits: readonly FixtureCommit[], work: (laid: Laid) => Promise<void>) => Promise<void>;
}
