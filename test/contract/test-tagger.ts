// The contract of a tagger: adds tags and fields in place, each tag once, and lets one bad record not stop the others.
import type { TaggerPlugin } from '../../core/define-plugin.ts'
import type { Json } from '../../core/json.ts'
import type { LogRecord, RecordInit } from '../../core/record.ts'
import { createHost } from './create-host.ts'
import type { Harness } from './harness.ts'
import { hostileBatch } from './hostile-batch.ts'
import { hostileLines } from './hostile-lines.ts'
import { makeBatch } from './make-batch.ts'
import { recordState } from './record-state.ts'
import { testOptions, type OptionCases } from './test-options.ts'
import { unreadable } from './unreadable.ts'

export interface TaggerCases extends Partial<OptionCases> {
  readonly options?: object
  /** Records (a line, or its parts), the tags they must have afterwards, and fields where the tagger makes some. */
  readonly records: ReadonlyArray<{ readonly record: string | Partial<RecordInit>; readonly tags: readonly string[]; readonly fields?: { readonly [name: string]: Json } }>
}

export function testTagger(harness: Harness, plugin: TaggerPlugin, cases: TaggerCases): void {
  const { test, expect } = harness
  const called = `tagger ${plugin.type}`
  const { options = {}, records } = cases
  testOptions(harness, plugin, { valid: cases.valid ?? [options], ...(cases.invalid === undefined ? {} : { invalid: cases.invalid }) })
  const setUp = () => createHost(plugin, options).setup()
  const all = () => records.map(({ record }) => record)

  for (const { record, tags, fields } of records) {
    test(`${called} gives ${JSON.stringify(record).slice(0, 120)} the tags ${JSON.stringify(tags)}`, async () => {
      const host = await setUp()
      const batch = makeBatch([record])
      host.tag(batch)
      expect(host.faults).toEqual([])
      expect([...(batch.records[0] as LogRecord).tags].sort()).toEqual([...tags].sort())
      if (fields !== undefined) expect({ ...batch.records[0]?.readFields }).toEqual({ ...fields })
    })
  }

  test(`${called} tags each record as if it were alone`, async () => {
    const host = await setUp()
    const together = makeBatch([...all(), ...all()])
    host.tag(together)
    const alone: object[] = []
    for (const record of [...all(), ...all()]) {
      const batch = makeBatch([record])
      host.tag(batch)
      alone.push(...batch.records.map(recordState))
    }
    expect(together.records.map(recordState)).toEqual(alone)
  })

  test(`${called} adds no tag twice`, async () => {
    const host = await setUp()
    const batch = makeBatch(all())
    host.tag(batch)
    expect(batch.records.filter(({ tags }) => new Set(tags).size !== tags.length).map(({ tags }) => tags)).toEqual([])
  })

  test(`${called} leaves the batch's list of records as it is`, async () => {
    const host = await setUp()
    const batch = makeBatch(all())
    const before = [...batch.records]
    host.tag(batch)
    expect(batch.records.length === before.length && batch.records.every((record, i) => record === before[i])).toBe(true)
    host.tag(makeBatch([]))
    expect(host.faults).toEqual([])
  })

  test(`${called} tags the others when one record cannot be read`, async () => {
    const host = await setUp()
    const first = all()[0] ?? 'a line'
    const wanted = makeBatch([first])
    host.tag(wanted)
    const batch = makeBatch([first, 'bad', first].map((record) => makeBatch([record]).records[0] as LogRecord))
    unreadable(batch.records[1] as LogRecord)
    host.tag(batch)
    const want = (wanted.records[0] as LogRecord).tags
    expect([batch.records[0]?.tags, batch.records[2]?.tags]).toEqual([want, want])
  })

  test(`${called} survives hostile lines`, async () => {
    const host = await setUp()
    const batch = hostileBatch('a line', hostileLines.map(({ bytes }) => bytes))
    host.tag(batch)
    expect(host.faults).toEqual([])
    expect(batch.records.filter(({ tags }) => tags.some((tag) => typeof tag !== 'string' || tag === '')).length).toBe(0)
  })
}
