// Numbered lines to send in, and the count of which of them were stored.
import { createTally, type TallyReport } from '../crash/tally.ts'
import type { StoredRecord } from './sawlog.ts'

/** JSON lines `from` to `to - 1` of one way in, each made longer by `pad` characters. */
export function numbered(via: string, from: number, to: number, pad = 0): string {
  const rest = `","pad":"${'x'.repeat(pad)}"}\n`
  let text = ''
  for (let n = from; n < to; n++) text += `{"via":"${via}","n":${n},"level":"info","message":"line ${n}${rest}`
  return text
}

/** `expected` says how many lines each way in had. */
export function countNumbered(records: readonly StoredRecord[], expected: Readonly<Record<string, number>>): TallyReport {
  const tally = createTally(expected)
  for (const record of records) if (record.erased !== true) tally.add(record.body)
  return tally.report()
}

/** What `countNumbered` gives when every line is there exactly once. */
export function exactlyOnce(lines: number): TallyReport {
  return { seen: lines, lost: 0, doubled: 0, strange: 0, examples: [] }
}
