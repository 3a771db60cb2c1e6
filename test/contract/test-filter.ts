// The contract of a filter: returns the batch with the survivors, in order, and decides each record by itself.
import type { FilterPlugin } from '../../core/define-plugin.ts'
import type { JsonObject } from '../../core/json.ts'
import type { LogRecord, RecordInit } from '../../core/record.ts'
import { createHost } from './create-host.ts'
import type { Harness } from './harness.ts'
import { hostileBatch } from './hostile-batch.ts'
import { hostileLines } from './hostile-lines.ts'
import { makeBatch } from './make-batch.ts'
import { testOptions, type OptionCases } from './test-options.ts'
import { unreadable } from './unreadable.ts'

export interface FilterCases extends Partial<OptionCases> {
  readonly options?: object
  /** Records, whether they survive, and their body afterwards where the filter changes it. */
  readonly records: ReadonlyArray<{ readonly record: string | Partial<RecordInit>; readonly kept: boolean; readonly body?: string | JsonObject }>
  /** The filter looks at more than one record (dedupe, sample, throttle): what happens to one may depend on those before. */
  readonly remembers?: boolean
  /** The filter does not look at records (drop, sample), so one that cannot be read is like any other. */
  readonly blind?: boolean
}

export function testFilter(harness: Harness, plugin: FilterPlugin, cases: FilterCases): void {
  const { test, expect } = harness
  const called = `filter ${plugin.type}`
  const { options = {}, records, remembers = false, blind = false } = cases
  testOptions(harness, plugin, { valid: cases.valid ?? [options], ...(cases.invalid === undefined ? {} : { invalid: cases.invalid }) })
  const setUp = () => createHost(plugin, options).setup()
  const all = () => records.map(({ record }) => record)

  test(`${called} keeps and drops what it should, in order`, async () => {
    const host = await setUp()
    const batch = makeBatch(all())
    const before = [...batch.records]
    const result = host.filter(batch)
    expect(host.faults).toEqual([])
    expect(before.map((record) => result.records.includes(record))).toEqual(records.map(({ kept }) => kept))
    expect(result.records.map((record) => before.indexOf(record))).toEqual(before.flatMap((_, i) => (records[i]?.kept ? [i] : [])))
    for (const [i, { body }] of records.entries()) if (body !== undefined) expect((before[i] as LogRecord).body).toEqual(body)
  })

  if (!remembers) {
    test(`${called} decides each record by itself`, async () => {
      const host = await setUp()
      const alone = all().map((record) => host.filter(makeBatch([record])).records.length === 1)
      expect(alone).toEqual(records.map(({ kept }) => kept))
    })
  }

  test(`${called} returns the batch it was given, with stream and source`, async () => {
    const host = await setUp()
    const batch = makeBatch(all(), 'app/one')
    const { stream, source } = host.filter(batch)
    expect([stream, source]).toEqual(['app/one', 'app'])
    expect(host.filter(makeBatch([])).records).toEqual([])
    expect(host.faults).toEqual([])
  })

  if (plugin.onError !== 'withhold') {
    test(`${called} keeps a record it cannot read, and decides the others`, async () => {
      const host = await setUp()
      const ready = all().map((record) => makeBatch([record]).records[0] as LogRecord)
      const bad = unreadable(makeBatch(['bad']).records[0] as LogRecord)
      const batch = makeBatch([...ready, bad])
      // What it threw (as `keepRecords` does after the loop) leaves the batch as it stands.
      const kept = host.filter(batch).records
      if (!blind) expect(kept.includes(bad)).toBe(true)
      if (!remembers) expect(ready.map((record) => kept.includes(record))).toEqual(records.map(({ kept }) => kept))
    })
  }

  test(`${called} survives hostile lines`, async () => {
    const host = await setUp()
    host.filter(hostileBatch('a line', hostileLines.map(({ bytes }) => bytes)))
    expect(host.faults).toEqual([])
  })
}
