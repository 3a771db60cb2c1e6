// A closed segment whose file somebody took away.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Catalog, fileOf } from './catalog.ts'
import type { Report } from './open-data.ts'

export function forgetMissing({ segments, catalog }: { readonly segments: string; readonly catalog: Catalog }, segment: number, report: Report): void {
  const row = catalog.get(segment)
  if (row === undefined || existsSync(join(segments, fileOf(row)))) return
  catalog.remove(segment)
  report('error', `cannot find segment ${segment} with ${row.records} records: its file was taken away`, 'Put files back only while Sawlog is stopped; outputs go on with the next segment.')
}
