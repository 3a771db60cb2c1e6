import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDirectory, journalRecords, startSawlog, until } from './sawlog.ts'

const CONFIG = `sources:
  - { type: file, name: plain, paths: [plain.log], parser: text, sweep: 50ms }
  - { type: file, name: paris, paths: [paris.log], parser: paris, sweep: 50ms }
parsers: [{ type: text, name: paris, timezone: Europe/Paris }]
`
const DAY = 86_400_000

/** A syslog time, UTC. */
function syslogTime(ms: number): string {
  const [, day, month, , clock] = new Date(ms).toUTCString().split(' ')
  return `${month} ${day} ${clock}`
}

test('scenario 42: DST fold, year rollover, missing zone: each time is stored, and what was guessed says so', async () => {
  const directory = freshDirectory()
  // Whole seconds, as syslog has them. In three days is last year's, or the year's before where there is no 29 February.
  const now = Math.floor(Date.now() / 1000) * 1000
  const past = now - 3 * DAY
  const future = now + 3 * DAY
  writeFileSync(join(directory, 'plain.log'), `${[
    '2024-10-27 02:30:00 ERROR no zone',
    '2024-10-27T02:30:00+01:00 ERROR a zone',
    `${syslogTime(past)} host app[1]: ERROR past`,
    `${syslogTime(future)} host app[1]: ERROR future`,
    'ERROR no time',
  ].join('\n')}\n`)
  writeFileSync(join(directory, 'paris.log'), `${[
    '2024-10-27 01:30:00 ERROR before',
    '2024-10-27 02:30:00 ERROR fold',
    '2024-10-27 02:30:00 CET ERROR fold named',
    '2024-03-31 02:30:00 ERROR gap',
    '2024-03-31 03:30:00 ERROR after',
  ].join('\n')}\n`)
  const sawlog = await startSawlog(CONFIG, { directory })
  await until(async () => (await sawlog.stats()).total === 10, 'all 10 lines are stored')
  expect(await sawlog.stop()).toBe(0)

  const records = journalRecords(directory)
  const timeOf = (source: string, end: string): unknown[] => {
    const { time, guessed = [] } = records.find((record) => record.source === source && String(record.body).endsWith(end)) as { time: string; guessed?: string[] }
    return [time, guessed]
  }
  const GUESSED = ['time']
  expect(timeOf('plain', 'no zone')).toEqual(['2024-10-27T02:30:00.000Z', GUESSED])
  expect(timeOf('plain', 'a zone')).toEqual(['2024-10-27T01:30:00.000Z', []])
  expect(timeOf('plain', 'past')).toEqual([new Date(past).toISOString(), GUESSED])
  const [rolled, guessed] = timeOf('plain', 'future') as [string, string[]]
  expect([rolled.slice(4), guessed]).toEqual([new Date(future).toISOString().slice(4), GUESSED])
  expect(Date.parse(rolled)).toBeLessThan(now - 300 * DAY)
  const [arrival, unknown] = timeOf('plain', 'no time') as [string, string[]]
  expect(unknown).toEqual(GUESSED)
  expect(Date.parse(arrival)).toBeGreaterThanOrEqual(now)

  expect(timeOf('paris', 'before')).toEqual(['2024-10-26T23:30:00.000Z', []])
  expect(timeOf('paris', 'ERROR fold')).toEqual(['2024-10-27T00:30:00.000Z', GUESSED])
  expect(timeOf('paris', 'fold named')).toEqual(['2024-10-27T01:30:00.000Z', []])
  expect(timeOf('paris', 'gap')).toEqual(['2024-03-31T01:30:00.000Z', GUESSED])
  expect(timeOf('paris', 'after')).toEqual(['2024-03-31T01:30:00.000Z', []])
})
