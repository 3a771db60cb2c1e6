// The examples in docs/log-schema.md are what really becomes of the lines. After a change: WRITE_DOCS=1 npx vitest run test/e2e/log-schema.test.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { LINE_FORMATS } from '../../core/generate/render-line.ts'
import { runCommand } from './command.ts'
import { freshDirectory, journalLines, startSawlog, until } from './sawlog.ts'

const DOCUMENT = fileURLToPath(new URL('../../docs/log-schema.md', import.meta.url))
const LINES = 60
/** A login: every format has something to say of it. */
const SEQ = 17

test('docs/log-schema.md shows a line of every format and the record that it becomes', async () => {
  const directory = freshDirectory()
  for (const format of LINE_FORMATS) await runCommand(['generate', '--rate', 'max', '--lines', String(LINES), '--sequence', '--seed', '1', '--format', format, '--out', `${format}.log`], directory)
  const sawlog = await startSawlog(`sources:\n${LINE_FORMATS.map((format) => `  - { type: file, name: ${format}, paths: [${format}.log] }`).join('\n')}\n`, { directory })
  await until(async () => (await sawlog.stats()).total >= LINE_FORMATS.length * LINES, 'all lines are stored')
  await sawlog.stop()
  const stored = journalLines(directory)
  const examples = LINE_FORMATS.map((format) => {
    const lines = readFileSync(join(directory, `${format}.log`), 'utf8').split('\n')
    const header = format === 'csv' ? [lines[0] as string] : []
    const line = lines.find((one) => numberIn(one) === SEQ) as string
    const record = stored.find((one) => one.includes(`"source":"${format}"`) && numberIn(one) === SEQ) as string
    const shown = record.replace(`"host":${JSON.stringify(hostname())}`, '"host":"web1"').replaceAll(`${directory}/`, '/var/log/')
    return `### ${format}\n\n\`\`\`\n${[...header, line].join('\n')}\n\`\`\`\n\n\`\`\`json\n${shown}\n\`\`\`\n`
  }).join('\n')
  const text = readFileSync(DOCUMENT, 'utf8')
  const [before, after] = [text.indexOf('### json'), text.indexOf('\n## Further fields')]
  const fresh = `${text.slice(0, before)}${examples}${text.slice(after)}`
  if (process.env['WRITE_DOCS'] === '1') writeFileSync(DOCUMENT, fresh)
  expect(fresh === text || process.env['WRITE_DOCS'] === '1', 'docs/log-schema.md is stale: WRITE_DOCS=1 npx vitest run test/e2e/log-schema.test.ts').toBe(true)
}, 60_000)

/** As each format writes it; in the record of a CSV line it is a field. */
function numberIn(text: string): number {
  return Number(/(?:\bseq\\?["=]{1,2}:?\\?"?|Z,[A-Z]+,[a-z]+,)(\d+)/.exec(text)?.[1])
}
