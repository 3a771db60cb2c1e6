// The file output: what a line looks like, and rotation that a crash at any point leaves exact.
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Output } from '../../../core/define-plugin.ts'
import type { Cursor, StoredLine } from '../../../core/journal/stored-line.ts'
import { RotatingFile } from '../../../core/rotating-file.ts'
import file from '../../../plugins/outputs/file.ts'
import { createHost } from '../../contract/create-host.ts'
import { deliverFrom } from '../../contract/delivery-run.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { testOutput } from '../../contract/test-output.ts'

const START: Cursor = { segment: 1, record: 0, state: null }
/** A line of 100 bytes each: ten to a file of 1024. */
const WIDE = '{message:99}'
const LINES = [...Array(45).keys()].map((i) => makeStoredLine(1, i, { body: `record ${i}` }))
const ALL = LINES.map((_, i) => `record ${i}`)

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sawlog-file-'))
  path = join(directory, 'app.log')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** From the oldest backup to the file that is written. */
function files(of = path): string[] {
  const numbers = readdirSync(join(of, '..')).map((name) => name.startsWith('app.log.') ? Number(name.slice(8)) : 0)
  return numbers.sort((a, b) => b - a).map((number) => (number === 0 ? of : `${of}.${number}`)).filter((name) => existsSync(name))
}
const read = (): string[] => files().flatMap((name) => readFileSync(name, 'utf8').split('\n').slice(0, -1).map((line) => line.trimEnd()))
const open = async (options: object = {}): Promise<Output> => (await createHost(file, { path, format: WIDE, max_size: 1024, backups: 100, ...options }).setup()).component
const deliver = (output: Output, upTo: number, cursor: Cursor, batch = 4): Promise<Cursor> => deliverFrom(output, LINES.slice(0, upTo), cursor, { batch: () => batch })

testOutput({ test, expect }, file, {
  guarantee: 'exactly-once',
  options: (folder) => ({ path: join(folder, 'app.log'), format: `{body:160}`, max_size: 1024, backups: 1000 }),
  valid: [{ path: 'app.log' }, { path: 'a', format: 'json', max_age: '1d', backups: 0 }, { path: 'a', format: '{{{time}}} {no.such} {level:-7}' }],
  invalid: [{ path: '' }, { path: 'a', max_size: 10 }, { path: 'a', format: 'yaml' }, { path: 'a', format: '{time' }, { path: 'a', format: 'a } b' }, { path: 'a', format: '{time:9999}' }, { path: 'a', backups: -1 }],
  read: (folder) => files(join(folder, 'app.log')).flatMap((name) => readFileSync(name, 'utf8').split('\n').slice(0, -1).map((line) => line.trimEnd())),
})

describe('formats', () => {
  async function check(format: string, parts: Parameters<typeof makeStoredLine>[2], want: string): Promise<void> {
    const output = await open({ format })
    await deliverFrom(output, [makeStoredLine(1, 0, parts)], START, { batch: () => 1 })
    await output.close?.()
    expect(readFileSync(path, 'utf8')).toBe(want)
    rmSync(path)
  }
  const T = '2026-11-01T00:00:00.000Z'

  test('text is one line, whatever is in the record', async () => {
    await check('text', { level: 'warn', body: 'two\nlines \u001b[31m' }, `${T} WARN  test [general] two\\nlines \\u001b[31m\n`)
    await check('text', { tags: [], body: { msg: 'hi', n: 1 } }, `${T} INFO  test hi\n`)
    await check('text', { tags: [], body: { n: 1 } }, `${T} INFO  test {"n":1}\n`)
    await check('text', { tags: [], body: '<13>app: hi', fields: { message: 'hi' } }, `${T} INFO  test hi\n`)
  })
  test('json is the stored line, raw the line as it came', async () => {
    const line = makeStoredLine(1, 0, { body: { n: 1 } })
    await check('json', { body: { n: 1 } }, `${line.text}\n`)
    await check('raw', { body: { n: 1 } }, '{"n":1}\n')
    await check('raw', { body: 'java.lang.Error\n\tat A' }, 'java.lang.Error\n\tat A\n')
  })
  test('debug shows fields, what was guessed, and what went wrong', async () => {
    await check('debug', { body: 'b', fields: { status: 200, path: 'a b', message: 'm' }, guessed: ['time', 'level'], error: 'not "JSON"' },
      `${T} INFO  test [general] m status=200 path="a b" guessed=time,level error="not \\"JSON\\""\n`)
  })
  test('a template names parts, body and fields, with widths', async () => {
    await check('[{time}] {LEVEL:7}|{level:-7}| {source}/{host} {{{tags}}} {user.id} {status} {no}.', { tags: ['a', 'b'], body: { user: { id: 7 } }, fields: { status: 200 } },
      `[${T}] INFO   |   info| test/test-host {a,b} 7 200 .\n`)
  })
})

describe('rotation', () => {
  test('begins another file before one would be larger, and counts the old ones up', async () => {
    const output = await open()
    await deliver(output, 45, START)
    await output.close?.()
    expect(files().map((name) => statSync(name).size)).toEqual([1000, 1000, 1000, 1000, 500])
    expect(files().map((name) => name.slice(path.length))).toEqual(['.4', '.3', '.2', '.1', ''])
    expect(read()).toEqual(ALL)
  })

  test('keeps as many backups as asked for', async () => {
    const output = await open({ backups: 2 })
    await deliver(output, 45, START)
    await output.close?.()
    expect(read()).toEqual(ALL.slice(20))
    expect(files()).toHaveLength(3)
  })

  test('without backups begins anew', async () => {
    const output = await open({ backups: 0 })
    await deliver(output, 45, START)
    await output.close?.()
    expect(read()).toEqual(ALL.slice(40))
    expect(files()).toEqual([path])
  })

  test('a record larger than a file has one of its own', async () => {
    const output = await open({ format: 'raw' })
    const lines = ['a', 'x'.repeat(3000), 'b'].map((body, i) => makeStoredLine(1, i, { body }))
    await deliverFrom(output, lines, START, { batch: () => 3 })
    await output.close?.()
    expect(files().map((name) => statSync(name).size)).toEqual([2, 3001, 2])
  })

  test('a file that others hold open is renamed, never cut', async () => {
    const output = await open()
    const cursor = await deliver(output, 10, START)
    const before = statSync(path).ino
    await deliver(output, 20, cursor)
    await output.close?.()
    expect(statSync(`${path}.1`).ino).toBe(before)
  })

  test('a gap among the backups is filled before anything is lost', async () => {
    writeFileSync(`${path}.1`, 'one\n')
    writeFileSync(`${path}.3`, 'three\n')
    const output = await open({ backups: 3 })
    await deliver(output, 15, START)
    await output.close?.()
    expect([readFileSync(`${path}.2`, 'utf8'), readFileSync(`${path}.3`, 'utf8')]).toEqual(['one\n', 'three\n'])
  })

  test('by age counts over restarts, and not while a crash left something unconfirmed', async () => {
    let now = 1_000_000
    const start = (): RotatingFile => new RotatingFile({ path, render: (line: StoredLine) => Buffer.from(`${String(line.value.body)}\n`), maxBytes: null, maxAgeMs: 60_000, backups: 9, now: () => now }, () => undefined)
    let output = start()
    let cursor = await deliver(output, 5, START)
    await output.close()
    now += 61_000
    // Records 5 and 6 were written, but the cursor that says so was not saved.
    appendFileSync(path, 'record 5\nrecord 6\n')
    output = start()
    cursor = await deliver(output, 6, cursor)
    expect(files()).toEqual([path])
    cursor = await deliver(output, 12, cursor)
    expect(files()).toHaveLength(2)
    now -= 3_600_000
    cursor = await deliver(output, 20, cursor)
    now += 61_000
    await deliver(output, 30, cursor)
    await output.close()
    expect(files()).toHaveLength(3)
    expect(read()).toEqual(ALL.slice(0, 30))
  })

  test('a crash after any delivery, however the batches fall then, leaves each record once', async () => {
    for (let crashAfter = 0; crashAfter < 24; crashAfter++) {
      let cursor = START
      for (const [crash, batch] of [[crashAfter, 3], [2, 7], [-1, 5]] as const) {
        const output = await open()
        cursor = await deliverFrom(output, LINES, cursor, { batch: () => batch, crashAfter: crash })
        await output.close?.()
      }
      expect(read(), `crash after ${crashAfter}`).toEqual(ALL)
      for (const name of files()) expect(statSync(name).size).toBeLessThanOrEqual(1024)
      for (const name of files()) rmSync(name)
    }
  })

  test('a crash amid the moves of a rotation is finished, whichever were done', async () => {
    for (let done = 0; done <= 4; done++) {
      let output = await open({ backups: 3 })
      let cursor = await deliver(output, 40, START, 1)
      const decided = (await output.deliver(LINES.slice(40, 41), cursor, new AbortController().signal))?.cursor as Cursor
      expect(decided.state).toMatchObject({ moving: [expect.any(String), expect.any(String), expect.any(String), expect.any(String)] })
      await output.close?.()
      // The oldest is overwritten by the first move.
      const moves = [['.2', '.3'], ['.1', '.2'], ['', '.1']] as const
      for (const [from, to] of moves.slice(0, done)) renameSync(path + from, path + to)
      if (done === 4) writeFileSync(path, '')
      output = await open({ backups: 3 })
      cursor = await deliver(output, 45, decided, 2)
      await output.close?.()
      expect(read(), `${done} moves done`).toEqual(ALL.slice(10))
      for (const name of files()) rmSync(name)
    }
  })

  test('a line torn by a crash at the end of a full file is completed there', async () => {
    const first = await open()
    const cursor = await deliver(first, 9, START)
    await first.close?.()
    appendFileSync(path, 'record 9'.padEnd(99).slice(0, 40))
    const second = await open()
    await deliver(second, 30, cursor)
    await second.close?.()
    expect(read()).toEqual(ALL.slice(0, 30))
    expect(statSync(`${path}.2`).size).toBe(1000)
  })

  test('someone who cuts the file is reported and loses nothing of what follows', async () => {
    const output = await open()
    const cursor = await deliver(output, 5, START)
    truncateSync(path, 100)
    await deliver(output, 12, cursor)
    await output.close?.()
    expect(read()).toEqual(['record 0', ...ALL.slice(5, 12)])
  })
})
