// A row of catalog.db as the check reads it: whatever version wrote it.

export interface CatalogRow {
  readonly number: number
  /** On disk, the index included. */
  readonly bytes: number
  readonly index_bytes: number
  readonly raw_bytes: number
  readonly records: number
  readonly first_time: number | null
  readonly last_time: number | null
  readonly first_commit: number
  readonly last_commit: number
  readonly state: string
  readonly compression: 'gzip' | 'zstd' | null
  readonly journal: string | null
}
