// `sawlog erase` and `sawlog sweep`: through a server and without one.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { runCommand } from './command.ts'
import { startSawlog, type Started } from './sawlog.ts'

const CONFIG = `
sources: [{ type: http }]
taggers: []
retention: [{ type: count, keep: 1000 }, { type: age, keep: 7d }]
journal: { segment_size: 100KiB, reserve: 0 }
`

async function filled(config = CONFIG): Promise<Started> {
  const server = await startSawlog(config)
  for (let from = 0; from < 3000; from += 500) await server.post(Array.from({ length: 500 }, (_, i) => JSON.stringify({ n: from + i, who: (from + i) % 100 === 0 ? 'anna' : 'ben', pad: 'x'.repeat(100) })).join('\n'))
  return server
}

function text(directory: string): string {
  const folder = join(directory, 'data/journal')
  return readdirSync(folder).filter((name) => name.endsWith('.gz')).map((name) => gunzipSync(readFileSync(join(folder, name))).toString()).join('')
}

const KEEP_ALL = CONFIG.replace('keep: 1000 }', 'keep: 1000000 }')

describe('sawlog erase', () => {
  test('goes through a running server, and without one to the files', { timeout: 60_000 }, async () => {
    const server = await filled(KEEP_ALL)
    const run = (...args: string[]): ReturnType<typeof runCommand> => runCommand(['erase', ...args], server.directory)
    expect(await run('who:anna', '--dry-run')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^would erase 30 records; looked into \d+ segments\n$/) as string })
    expect(await run('who:anna', 'n:<1500')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^erased 15 records; rewrote \d+ of \d+ segments, \d+ bytes (less|more) on disk\n$/) as string })
    expect(await runCommand(['count', 'who:anna', '--server', server.url], server.directory)).toMatchObject({ out: '15\n' })
    expect(await server.stop()).toBe(0)
    expect(await run('who:anna', 'n:1500', '--redact')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^redacted 1 record;/) as string })
    expect(await run('who:anna', '--data', 'data')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^erased 14 records;/) as string })
    expect(text(server.directory)).not.toContain('anna')
    expect(text(server.directory).trimEnd().split('\n')).toHaveLength(3000)
    expect(await runCommand(['count'], server.directory)).toMatchObject({ out: '2971\n' })
  })

  test('refuses what would erase too much, or nothing', { timeout: 30_000 }, async () => {
    const server = await startSawlog(CONFIG)
    const run = (...args: string[]): ReturnType<typeof runCommand> => runCommand(['erase', ...args], server.directory)
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining("there is no query. Write '*' for every record.") as string })
    expect(await run('')).toMatchObject({ code: 2 })
    expect(await run('level:')).toMatchObject({ code: 2, err: expect.stringContaining('^') as string })
    expect(await run('x', '--from', 'soon')).toMatchObject({ code: 2 })
    expect(await run('*', '--from', '1h', '--to', '2h')).toMatchObject({ code: 2, err: expect.stringContaining('--to is not after --from') as string })
    expect(await run('x', '--data', 'nowhere')).toMatchObject({ code: 2, err: expect.stringContaining('not a data directory') as string })
    expect(await server.stop()).toBe(0)
  })
})

describe('sawlog sweep', () => {
  test('says what would go, and does it where no server runs', { timeout: 60_000 }, async () => {
    const server = await filled(KEEP_ALL)
    const run = async (...args: string[]): Promise<{ code: number | null; err: string; records: number; rules: Array<{ name: string; goes_now: { records: number }; reached_in_days: number | null }> }> => {
      const { code, err, out } = await runCommand(['sweep', '--config', 'less.yaml', ...args], server.directory)
      return { code, err, ...(out === '' ? { records: -1, rules: [] } : (JSON.parse(out) as { records: number; rules: [] })) }
    }
    writeFileSync(join(server.directory, 'less.yaml'), CONFIG)
    const asked = await run('--dry-run')
    expect(asked).toMatchObject({ code: 0, err: '', records: 3000, rules: [{ name: 'count', goes_now: { records: 0 } }, { name: 'age', goes_now: { records: 0 } }] })
    expect(asked.rules[1]?.reached_in_days).toBeCloseTo(7, 1)
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('does so by itself') as string })
    expect(await server.stop()).toBe(0)

    const dry = await run('--dry-run')
    expect(dry).toMatchObject({ code: 0, err: '', records: 3000 })
    const goes = dry.rules[0]?.goes_now.records as number
    expect(goes).toBeGreaterThanOrEqual(2000)
    const done = await run()
    expect(done).toMatchObject({ code: 0, records: 3000 - goes, rules: [{ goes_now: { records: 0 } }, {}] })
    expect(done.err).toContain(`with ${goes} records`)
    expect(await runCommand(['count'], server.directory)).toMatchObject({ out: `${3000 - goes}\n` })
  })
})
