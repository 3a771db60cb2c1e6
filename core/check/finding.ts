// One thing that is wrong with a data directory: what, where, and how it is mended.

/** What `--repair` has to do about it. */
export type Repair =
  /** What a start does anyway: recover what is not sealed, finish deletions, enter files, remove what nobody owns. */
  | { readonly kind: 'recover' }
  /** A closed segment that a start would believe: its frames have to be looked at. */
  | { readonly kind: 'frames'; readonly segment: number }
  /** Damaged blocks of a sealed segment. */
  | { readonly kind: 'blocks'; readonly segment: number }
  | { readonly kind: 'index'; readonly segment: number }
  /** A row of the catalog that is not what its file says. */
  | { readonly kind: 'row'; readonly segment: number }

export interface Finding {
  /** A note is nothing that has to be mended. */
  readonly level: 'problem' | 'note'
  /** File, as a path within the data directory. */
  readonly where: string
  readonly what: string
  readonly remedy: string
  /** Null: not to be mended by a program. */
  readonly repair: Repair | null
}

/** What most findings end with. */
export const REPAIR = 'sawlog check --repair'
