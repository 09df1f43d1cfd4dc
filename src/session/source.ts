/** Where the record that a view shows comes from. Pure. */

/**
 * `local`: a session of this clone. `ended`: one that ended, kept here or in a snapshot. `snapshot`: one that goes on, fetched.
 * `commits`: rebuilt from trailers. `inherited`: what the session of the branch below leaves open. `guess`: no record.
 */
export type RecordKind = "local" | "ended" | "snapshot" | "commits" | "inherited" | "guess";

export interface RecordSource {
  readonly kind: RecordKind;
  /** "from the commits of feature/login", foreign text marked; absent where the branch has its own session here. */
  readonly words?: string;
}
