import csv from '../../plugins/parsers/csv.ts'
import { batchOf, host, recordsOf } from '../plugins/tap-host.ts'
import { testVectors } from './test-vectors.ts'

type Rows = { readonly rows: readonly Readonly<Record<string, string>>[] }

testVectors('csv_spectrum', {
  compare({ input, expect }) {
    const records = recordsOf(joined((input as string).split('\n')))
    host(csv, { header: true }).parse.get('csv')?.call(batchOf(records))
    const rows = records.slice(1).filter(({ line }) => line !== '')
    const wanted = (expect as Rows).rows
    if (rows.length !== wanted.length) return `${rows.length} rows for ${wanted.length}`
    for (const [i, want] of wanted.entries()) {
      // Empty cells are left out; types are compared as text.
      const got = Object.fromEntries(Object.keys(want).map((name) => [name, String(rows[i]?.readFields[name] ?? '')]))
      if (JSON.stringify(got) !== JSON.stringify(want)) return `${JSON.stringify(got)} for ${JSON.stringify(want)}`
    }
    return null
  },
  leftOut: { 6: 'its input has lost the carriage return that it expects' },
})

/** A row over several lines is joined before it comes to a parser, as here: while a quote is open. */
function joined(lines: readonly string[]): string[] {
  const rows: string[] = []
  let open = ''
  for (const line of lines) {
    open += line
    if (open.split('"').length % 2 === 0) open += '\n'
    else {
      rows.push(open)
      open = ''
    }
  }
  return rows
}
