import type { Place } from "../format/document.ts";
import type { VersionName } from "../format/names.ts";
import type { Problem } from "../format/problem.ts";
import type { Time } from "../format/time.ts";
import type { BucketSettings, PublisherPattern } from "../registry/files/bucket.ts";
import type { Settings } from "../registry/files/settings.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import type { RegistryPath } from "../registry/paths.ts";
import type { MoveFacts } from "./move.ts";

/** One changed path of a proposed change, with what it would hold. */
export interface ProposedFile {
  readonly path: string;
  readonly is: RegistryPath;
  readonly change: "added" | "modified" | "removed";
  /** What is wrong with the file by itself, such as unknown keys; empty for a removal. */
  readonly problems: readonly Problem[];
}

/** A proposed version record beside what the base branch has under its name. */
export interface ProposedRecord {
  readonly path: string;
  readonly bucket: string;
  readonly version: VersionName;
  readonly before: VersionRecord | undefined;
  /** Undefined when the file was removed or cannot be read (which is a problem of the file). */
  readonly after: VersionRecord | undefined;
  /** The bucket's newest version on the base branch, and those that this change adds below it. */
  readonly newest: VersionName | undefined;
  /** Undefined when the bucket has no settings on the base branch. */
  readonly publishers: readonly PublisherPattern[] | undefined;
}

/** A proposed channel file; `from` and `to` are equal where only something else in it changes. */
export interface ProposedChannel {
  readonly path: string;
  readonly bucket: string;
  readonly channel: string;
  readonly from: VersionName | undefined;
  readonly to: VersionName | undefined;
  readonly place: Place | undefined;
}

/** Who stands behind a change: the accounts that opened it and signed its commits. Nobody is known in a local clone. */
export type Authorship =
  | { readonly kind: "unknown" }
  | {
      readonly kind: "known";
      readonly author: string;
      /** The verified account of each commit; undefined for a commit that nobody vouches for. */
      readonly committers: readonly (string | undefined)[];
      /** Accounts that write records by right of being this App. */
      readonly app: readonly string[];
    };

/** All that the decision on a proposed change is made from. Settings and facts are the base branch's. */
export interface Proposal {
  /** Undefined where the base branch holds no registry yet. */
  readonly settings: Settings | undefined;
  readonly files: readonly ProposedFile[];
  readonly channels: readonly ProposedChannel[];
  readonly moves: readonly MoveFacts[];
  readonly records: readonly ProposedRecord[];
  /** Buckets whose settings the change touches, as proposed. */
  readonly buckets: readonly { readonly name: string; readonly settings: BucketSettings }[];
  readonly authorship: Authorship;
  /** When the change was committed last; undefined where it has no commit. */
  readonly committedAt: Time | undefined;
  readonly now: Date;
}
