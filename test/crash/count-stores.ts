// Reads back everything a run stored: the journal's segments, the JSONL output with its rotated files, the SQLite table.
import Database from 'better-sqlite3'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { createTally, type TallyReport } from './tally.ts'

type Expected = Readonly<Record<string, number>>

/** Record lines begin with `{`; the others are the journal's own. A segment that is there sealed and unsealed counts once. */
export async function countJournal(folder: string, expected: Expected): Promise<TallyReport> {
  const tally = createTally(expected)
  const names = await readdir(folder)
  for (const name of names) {
    const sealed = name.endsWith('.json.gz')
    if (!sealed && (!name.endsWith('.jsonl') || names.includes(name.replace(/\.jsonl$/, '.json.gz')))) continue
    await eachLine(join(folder, name), sealed, (line) => {
      if (line.startsWith('{')) tally.add(bodyOf(line))
    })
  }
  return tally.report()
}

export async function countJsonl(path: string, expected: Expected): Promise<TallyReport> {
  const tally = createTally(expected)
  for (const name of await readdir(dirname(path))) {
    if (name === basename(path) || name.startsWith(`${basename(path)}.`)) await eachLine(join(dirname(path), name), name.endsWith('.gz'), (line) => tally.add(bodyOf(line)))
  }
  return tally.report()
}

export function countSqlite(path: string, expected: Expected): TallyReport {
  const tally = createTally(expected)
  const db = new Database(path, { readonly: true })
  for (const body of db.prepare('SELECT body FROM records').pluck().iterate()) tally.add(parse(String(body)))
  db.close()
  return tally.report()
}

async function eachLine(path: string, gzipped: boolean, visit: (line: string) => void): Promise<void> {
  const file = createReadStream(path)
  for await (const line of createInterface({ input: gzipped ? file.pipe(createGunzip()) : file, crlfDelay: Infinity })) visit(line)
}

function bodyOf(line: string): unknown {
  return (parse(line) as { body?: unknown } | null)?.body
}

/** A torn or mangled line is a finding for the tally, not an accident of the count. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
