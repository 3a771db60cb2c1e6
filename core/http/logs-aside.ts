// What the page of logs shows beside its rows: searches that were saved and, where no script will fetch them, the histogram and the fields.
import type { LogsFields } from './logs-fields.ts'
import type { LogsHistogram } from './logs-histogram.ts'

/** A search by its name; everything else as the address has it. */
export interface NamedSearch {
  readonly name: string
  readonly q: string
  readonly from: string
  readonly to: string
  readonly columns: string
}

/** Where named searches are kept. */
export interface NamedSearches {
  list(): readonly NamedSearch[]
  /** `taken`: one of this name is there, and stays; `full`: there are as many as there may be. */
  add(search: NamedSearch, at: number): 'added' | 'taken' | 'full'
  /** False where there is none of this name. */
  remove(name: string): boolean
}

export interface LogsAside {
  /** Null where none are kept. */
  readonly saved: readonly NamedSearch[] | null
  /** Null: fetched by the page. */
  readonly parts: { readonly histogram: LogsHistogram; readonly fields: LogsFields } | null
}
