// A record in an NDJSON answer of the API, taken apart again: its id and the stored line byte for byte.
import type { FoundRecord } from '../search/store.ts'
import { CommandError } from './command-error.ts'

const ID = /^\{"id":"([^"\\]+)",/

/** Throws CommandError when it is no such line: something else answered. */
export function foundLine(line: string): FoundRecord {
  const match = ID.exec(line)
  if (match === null) throw new CommandError(`cannot read the answer of the server: ${JSON.stringify(line.slice(0, 80))} is not a record. Is it another version of Sawlog?`)
  return { id: match[1] as string, text: `{${line.slice(match[0].length)}` }
}
