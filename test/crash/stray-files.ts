// Files in a stopped journal's directory that nobody owns, and rows of its catalog without their file.
import Database from 'better-sqlite3'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

interface Row {
  number: number
  bytes: number
  index_bytes: number
  state: string
  compression: 'gzip' | 'zstd' | null
}

/** In words; none when every file is the one its row describes. */
export function strayFiles(dataDirectory: string): string[] {
  const db = new Database(join(dataDirectory, 'catalog.db'), { readonly: true })
  const rows = db.prepare('SELECT number, bytes, index_bytes, state, compression FROM segments').all() as Row[]
  db.close()
  const owned = new Map<string, number>()
  for (const { number, bytes, index_bytes, compression } of rows) {
    const digits = String(number).padStart(12, '0')
    owned.set(`${digits}.${compression === null ? 'jsonl' : compression === 'gzip' ? 'json.gz' : 'json.zst'}`, bytes - index_bytes)
    if (index_bytes > 0) owned.set(`${digits}.idx`, index_bytes)
  }
  const folder = join(dataDirectory, 'journal')
  const strays: string[] = []
  for (const name of readdirSync(folder)) {
    if (name === 'reserve') continue
    const bytes = owned.get(name)
    if (bytes === undefined) strays.push(`${name} belongs to no segment`)
    else if (statSync(join(folder, name)).size !== bytes) strays.push(`${name} does not have the ${bytes} bytes its row says`)
  }
  for (const name of owned.keys()) if (!existsSync(join(folder, name))) strays.push(`${name} is missing`)
  for (const { number, state } of rows) if (state === 'deleting' || state === 'suspect') strays.push(`segment ${number} is ${state}`)
  return strays
}
