// The contract of a parser: fills records in place, keeps what it cannot read, survives any bytes.
import type { ParserPlugin } from '../../core/define-plugin.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { Level } from '../../core/level.ts'
import type { LogRecord } from '../../core/record.ts'
import { createHost } from './create-host.ts'
import type { Harness } from './harness.ts'
import { hostileBatch } from './hostile-batch.ts'
import { hostileLines } from './hostile-lines.ts'
import { makeBatch } from './make-batch.ts'
import { recordState } from './record-state.ts'
import { unreadable } from './unreadable.ts'
import { testOptions, type OptionCases } from './test-options.ts'

export interface ParserCases extends Partial<OptionCases> {
  /** Options for all cases; `{}` by default. */
  readonly options?: object
  /** Lines and what must be found in them; what a case leaves out is not looked at. */
  readonly lines: ReadonlyArray<{
    readonly line: string
    readonly time?: number
    readonly level?: Level
    readonly body?: string | JsonObject
    readonly fields?: { readonly [name: string]: Json }
    readonly tags?: readonly string[]
    readonly guessed?: readonly string[]
  }>
  /** Lines that must be kept raw, marked with a reason. */
  readonly refused?: readonly string[]
  /** Samples for `detect`: lines of one stream, and whether this parser wants it. */
  readonly detect?: ReadonlyArray<{ readonly lines: readonly string[]; readonly wanted: boolean }>
}

export function testParser(harness: Harness, plugin: ParserPlugin, cases: ParserCases): void {
  const { test, expect } = harness
  const called = `parser ${plugin.type}`
  const { options = {}, lines, refused = [], detect = [] } = cases
  testOptions(harness, plugin, { valid: cases.valid ?? [options], ...(cases.invalid === undefined ? {} : { invalid: cases.invalid }) })
  const setUp = () => createHost(plugin, options).setup()
  const good = lines[0]?.line ?? 'a line'

  /** Parses lines together; throws what the hook threw. */
  const parse = async (texts: readonly string[]): Promise<LogRecord[]> => {
    const host = await setUp()
    const batch = makeBatch(texts)
    host.parse(batch)
    if (host.faults.length > 0) throw host.faults[0]
    return batch.records
  }

  test(`${called} taps the parse hook of its name`, async () => {
    const host = await createHost(plugin, options, { name: 'another-name' }).setup()
    expect(host.taps('parse').map(({ key }) => key)).toEqual(['another-name'])
  })

  for (const { line, body, fields, tags, guessed, time, level } of lines) {
    test(`${called} reads ${JSON.stringify(line.slice(0, 100))}`, async () => {
      const record = (await parse([line]))[0] as LogRecord
      expect(record.error).toBe(null)
      if (time !== undefined) expect(record.time).toBe(time)
      if (level !== undefined) expect(record.level).toBe(level)
      if (body !== undefined) expect(record.body).toEqual(body)
      if (fields !== undefined) expect({ ...record.readFields }).toEqual({ ...fields })
      if (tags !== undefined) expect(record.tags).toEqual(tags)
      if (guessed !== undefined) expect(record.guessed).toEqual(guessed)
    })
  }

  for (const line of refused) {
    test(`${called} keeps ${JSON.stringify(line.slice(0, 100))} raw and says why`, async () => {
      const record = (await parse([line]))[0] as LogRecord
      expect(typeof record.error === 'string' && record.error !== '').toBe(true)
      expect(record.body).toBe(line)
    })
  }

  test(`${called} reads each line as if it were alone`, async () => {
    const texts = [...lines.map(({ line }) => line), ...refused, ...lines.map(({ line }) => line)]
    const together = (await parse(texts)).map(recordState)
    const alone: object[] = []
    for (const text of texts) alone.push(...(await parse([text])).map(recordState))
    expect(together).toEqual(alone)
  })

  for (const { name, bytes } of hostileLines) {
    test(`${called} survives ${name}`, async () => {
      const host = await setUp()
      const batch = hostileBatch(good, [bytes])
      const [before, hostile, after] = [...batch.records] as [LogRecord, LogRecord, LogRecord]
      const text = hostile.line
      host.parse(batch)
      expect(host.faults).toEqual([])
      expect(batch.records.length === 3 && batch.records[1] === hostile).toBe(true)
      if (hostile.error !== null) expect(hostile.body === text).toBe(true)
      expect(Number.isFinite(hostile.time)).toBe(true)
      const [alone] = (await parse([good])).map(recordState)
      expect(recordState(before)).toEqual(alone)
      expect(recordState(after)).toEqual(alone)
      expect('polluted' in {}).toBe(false)
    })
  }

  test(`${called} leaves the other records alone when one cannot be read at all`, async () => {
    const host = await setUp()
    const batch = makeBatch([good, 'bad', good])
    unreadable(batch.records[1] as LogRecord)
    host.parse(batch)
    const [alone] = (await parse([good])).map(recordState)
    expect(recordState(batch.records[0] as LogRecord)).toEqual(alone)
    expect(recordState(batch.records[2] as LogRecord)).toEqual(alone)
  })

  test(`${called} answers detect with its name or not at all, whatever the sample`, async () => {
    const host = await createHost(plugin, options, { name: 'mine' }).setup()
    const samples = [[], [''], ...hostileLines.map(({ bytes }) => [bytes.toString('utf8')])]
    const answers = samples.map((sample) => host.detect({ stream: 'test/s', source: 'test', lines: sample }))
    expect(answers.filter((answer) => answer !== undefined && answer !== 'mine')).toEqual([])
    expect(host.faults).toEqual([])
  })

  for (const { lines: sample, wanted } of detect) {
    test(`${called} ${wanted ? 'claims' : 'leaves'} a stream that begins with ${JSON.stringify((sample[0] ?? '').slice(0, 80))}`, async () => {
      const host = await createHost(plugin, options, { name: 'mine' }).setup()
      expect(host.detect({ stream: 'test/s', source: 'test', lines: sample })).toBe(wanted ? 'mine' : undefined)
    })
  }
}
