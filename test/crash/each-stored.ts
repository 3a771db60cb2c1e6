// Reads every stored record in a folder of segments or of JSONL files, in order.
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'

export interface Stored {
  readonly body: unknown
  readonly erased?: true
}

/** A segment that is there sealed and unsealed counts once. A line that is no JSON throws: it is a finding. */
export async function eachStored(folder: string, visit: (record: Stored) => void): Promise<void> {
  const names = (await readdir(folder)).sort()
  for (const name of names) {
    const sealed = name.endsWith('.json.gz')
    if (!sealed && (!name.endsWith('.jsonl') || names.includes(name.replace(/\.jsonl$/, '.json.gz')))) continue
    const file = createReadStream(join(folder, name))
    for await (const line of createInterface({ input: sealed ? file.pipe(createGunzip()) : file, crlfDelay: Infinity })) {
      if (line.startsWith('#')) continue
      visit(JSON.parse(line) as Stored)
    }
  }
}
