// The contract of a retention plugin: deletes whole segments, oldest first, and no more than its rule says.
import type { RetentionPlugin } from '../../core/define-plugin.ts'
import { createHost } from './create-host.ts'
import { FakeRetentionStore, type FakeSegment } from './fake-retention-store.ts'
import type { Harness } from './harness.ts'
import { testOptions, type OptionCases } from './test-options.ts'

export interface RetentionCases extends Partial<OptionCases> {
  /** A store before a sweep, oldest segment first, and how many segments must be left after it. */
  readonly sweeps: ReadonlyArray<{ readonly options?: object; readonly segments: readonly FakeSegment[]; readonly freeDisk?: number; readonly left: number }>
}

export function testRetention(harness: Harness, plugin: RetentionPlugin, cases: RetentionCases): void {
  const { test, expect } = harness
  const called = `retention ${plugin.type}`
  testOptions(harness, plugin, { valid: cases.valid ?? cases.sweeps.map(({ options = {} }) => options), ...(cases.invalid === undefined ? {} : { invalid: cases.invalid }) })

  for (const { options = {}, segments, freeDisk, left } of cases.sweeps) {
    test(`${called} with ${JSON.stringify(options)} leaves ${left} of ${segments.length} segments`, async () => {
      const host = await createHost(plugin, options).setup()
      const store = new FakeRetentionStore(segments, freeDisk)
      await host.sweep(store)
      expect(host.faults).toEqual([])
      expect(store.left).toEqual(segments.slice(segments.length - left))
      await host.sweep(store)
      expect(store.left.length).toBe(left)
    })
  }

  test(`${called} sweeps an empty store`, async () => {
    const host = await createHost(plugin, cases.sweeps[0]?.options ?? {}).setup()
    await host.sweep(new FakeRetentionStore([]))
    expect(host.faults).toEqual([])
  })

}
