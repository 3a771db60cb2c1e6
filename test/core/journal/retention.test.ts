import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { growthOf } from '../../../core/journal/growth.ts'
import type { JournalOptions } from '../../../core/journal/journal-options.ts'
import type { RetentionLimit } from '../../../core/journal/retention-store.ts'
import { append, freshDirectory, openAt, type Opened, readAll, segmentFiles } from './journal-at.ts'

const HOUR = 3600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 1)
/** The real disk is written by others while a test looks at it. */
const SPACE = { free: 1e9, total: 2e9 }

interface Scene extends Opened {
  readonly directory: string
  /** The wall clock, and the clock nobody sets; `pass` moves both. */
  readonly clock: { wall: number; monotonic: number }
  pass(ms: number): void
  /** Stores so many segments of a few records each, `every` ms apart; the last one stays active. */
  fill(segments: number, every: number): Promise<void>
  numbers(): number[]
}

async function scene(options: Partial<JournalOptions> = {}, { directory = freshDirectory(), clock = { wall: START, monotonic: 0 } } = {}): Promise<Scene> {
  const opened = await openAt(directory, { segmentBytes: 1024, now: () => clock.wall, monotonic: () => clock.monotonic, space: () => SPACE, ...options })
  const pass = (ms: number): void => {
    clock.wall += ms
    clock.monotonic += ms
  }
  let next = opened.journal.positions.get('a/x')?.offset ?? 0
  const numbers = (): number[] => segmentFiles(directory).map((file) => Number(/(\d+)\.jsonl$/.exec(file)?.[1]))
  return {
    ...opened, directory, clock, pass, numbers,
    async fill(segments, every) {
      for (const until = numbers().length + segments; ; pass(every)) {
        const before = numbers().length
        while (numbers().length === before) await append(opened.journal, 'a/x', next, [{ n: next++ }])
        if (numbers().length >= until) return
      }
    },
  }
}

async function check(limit: (scene: Scene) => RetentionLimit, want: { gone: number; options?: { force?: boolean }; needed?: { segment: number; outputs: string[] }; heldBy?: string[]; held?: number }): Promise<void> {
  const at = await scene()
  await at.fill(6, HOUR)
  expect(at.numbers()).toEqual([1, 2, 3, 4, 5, 6])
  if (want.needed !== undefined) {
    const { needed } = want
    at.journal.needed = () => needed
  }
  const store = at.journal.retention()
  const before = store.bytes
  const planned = store.plan(limit(at), want.options)
  expect(await store.deleteBefore(limit(at), want.options)).toEqual(planned)
  expect(at.numbers()).toEqual([1, 2, 3, 4, 5, 6].slice(want.gone))
  expect([planned.segments, before - store.bytes, planned.heldBy, planned.held.segments]).toEqual([want.gone, planned.bytes, want.heldBy ?? [], want.held ?? 0])
  expect((await readAll(at.journal))[0]?.segment).toBe(want.gone + 1)
  await at.journal.close()
}

const sizeOf = ({ directory }: Scene, number: number): number => statSync(segmentFiles(directory)[number - 1] as string).size

describe('limits', () => {
  test('time: segments whose last record was stored before', () => check(({ clock }) => ({ time: clock.wall - 2.5 * HOUR }), { gone: 2 }))
  test('time: all but the active one', () => check(({ clock }) => ({ time: clock.wall + 1 }), { gone: 5 }))
  test('time: none is old enough', () => check(() => ({ time: START }), { gone: 0 }))
  test('bytes: exactly reached is enough', () => check((at) => ({ bytes: at.journal.disk().bytes - sizeOf(at, 1) }), { gone: 1 }))
  test('bytes: one byte too many costs a segment more', () => check((at) => ({ bytes: at.journal.disk().bytes - sizeOf(at, 1) - 1 }), { gone: 2 }))
  test('records', () => check((at) => ({ records: at.journal.retention().records - 1 }), { gone: 1 }))
  test('free: as many as make up for what is missing', () => check((at) => ({ free: at.journal.retention().freeDisk + sizeOf(at, 1) + 1 }), { gone: 2 }))
  test('free: nothing where there is enough', () => check(() => ({ free: 1 }), { gone: 0 }))
})

describe('what outputs still need', () => {
  const needed = { segment: 3, outputs: ['slow', 'slower'] }
  test('stays, and is told with its amount', () => check(() => ({ bytes: 0 }), { needed, gone: 2, heldBy: ['slow', 'slower'], held: 3 }))
  test('is not held where the limit does not reach it', () => check(({ clock }) => ({ time: clock.wall - 2.5 * HOUR }), { needed, gone: 2 }))
  test('goes when forced', () => check(() => ({ bytes: 0 }), { needed, gone: 5, options: { force: true } }))
  test('is passed over while it is being deleted', async () => {
    const at = await scene()
    await at.fill(8, HOUR)
    const reader = at.journal.reader({ segment: 1, record: 0 })
    expect((await reader.read(1, 1024)).lines).toHaveLength(1)
    const deleted = at.journal.retention().deleteBefore({ bytes: 0 }, { force: true })
    const another = at.journal.reader({ segment: 3, record: 0 })
    const segments = [(await reader.read(1, 1024)).lines[0]?.segment, (await another.read(1, 1024)).lines[0]?.segment]
    expect([segments, (await deleted).segments]).toEqual([[8, 8], 7])
    await Promise.all([reader.close(), another.close()])
    await at.journal.close()
  })

  test('what is forced is reported as lost', async () => {
    const at = await scene()
    await at.fill(4, HOUR)
    at.journal.needed = () => ({ segment: 3, outputs: ['slow'] })
    await at.journal.retention().deleteBefore({ bytes: 0 }, { force: true })
    expect(at.reports).toEqual([expect.stringMatching(/^error: dropped \d+ records that slow had not yet delivered: retention is configured with force/)])
    await at.journal.close()
  })
})

describe('what is needed to go on', () => {
  test('the newest segment stays until there is another with a commit, so that positions and totals survive', async () => {
    const first = await scene()
    await first.fill(3, HOUR)
    const total = first.journal.totals.records
    await first.journal.close()
    const second = await scene({}, first)
    await second.journal.retention().deleteBefore({ bytes: 0 })
    expect(second.numbers()).toEqual([3])
    await second.journal.close()
    const third = await scene({}, first)
    expect([third.journal.positions.get('a/x'), third.journal.totals.records]).toEqual([{ offset: total }, total])
    await third.fill(1, 0)
    await third.journal.retention().deleteBefore({ bytes: 0 })
    expect(third.numbers()).toEqual([4])
    await third.journal.close()
    const fourth = await scene({}, first)
    expect([fourth.journal.positions.get('a/x')?.offset, fourth.journal.totals.records]).toEqual([total + 1, total + 1])
    await fourth.journal.close()
  })

  test('drop_oldest keeps it as well', async () => {
    const first = await scene()
    await first.fill(2, HOUR)
    await first.journal.close()
    const second = await scene({ maxBytes: 10, onFull: 'drop_oldest' }, first)
    expect(second.journal.admission.hasRoom()).toBe(true)
    expect(second.numbers()).toEqual([2])
    await second.journal.close()
  })
})

describe('clocks', () => {
  const old = ({ journal, clock }: Scene): { segments: number; suspended: string | null } => {
    const { segments, suspended } = journal.retention().plan({ time: clock.wall - 3 * DAY })
    return { segments, suspended }
  }
  async function filled(): Promise<Scene> {
    const at = await scene()
    await at.fill(5, DAY)
    return at
  }

  test('time that passes on both clocks is no jump, however much', async () => {
    const at = await filled()
    expect(old(at)).toEqual({ segments: 0, suspended: null })
    at.pass(2 * DAY)
    expect(old(at)).toEqual({ segments: 2, suspended: null })
    await at.journal.close()
  })

  test('a jump forward suspends deleting by age, not by size, and ends with the jump', async () => {
    const at = await filled()
    at.clock.wall += 30 * DAY
    expect(old(at)).toEqual({ segments: 0, suspended: 'the clock jumped forward by 30 days' })
    expect(await at.journal.retention().deleteBefore({ bytes: at.journal.disk().bytes - 1 })).toMatchObject({ segments: 1, suspended: null })
    at.pass(HOUR)
    expect(old(at).suspended).toContain('forward')
    at.clock.wall -= 30 * DAY
    expect(old(at)).toEqual({ segments: 0, suspended: null })
    at.pass(DAY)
    expect(old(at)).toEqual({ segments: 1, suspended: null })
    await at.journal.close()
  })

  test('a jump back suspends as well; less than an hour does not', async () => {
    const at = await filled()
    at.clock.wall -= 50 * 60_000
    expect(old(at).suspended).toBeNull()
    at.clock.wall -= 100 * DAY
    expect(old(at).suspended).toBe('the clock jumped back by 100 days')
    await at.journal.close()
  })

  test('after a day without another jump the new time counts', async () => {
    const at = await filled()
    at.clock.wall += 30 * DAY
    expect(old(at).suspended).not.toBeNull()
    at.pass(20 * HOUR)
    at.clock.wall += 2 * HOUR
    expect(old(at).suspended).not.toBeNull()
    at.pass(23 * HOUR)
    expect(old(at).suspended).not.toBeNull()
    at.pass(HOUR)
    expect(old(at)).toEqual({ segments: 4, suspended: null })
    await at.journal.close()
  })

  test('across a restart: the newest record was stored in the future, until newer ones are not', async () => {
    const before = await filled()
    await before.journal.close()
    const at = await scene({}, { directory: before.directory, clock: { wall: START - 200 * DAY, monotonic: 0 } })
    expect(old(at)).toEqual({ segments: 0, suspended: 'the newest record was committed 204 days in the future' })
    await at.fill(1, 0)
    expect(old(at)).toEqual({ segments: 0, suspended: null })
    await at.journal.close()
  })

  test('a segment stamped with a time to come does not keep those behind it for ever', async () => {
    const at = await scene()
    await at.fill(2, HOUR)
    at.clock.wall += 1000 * DAY
    await at.fill(1, HOUR)
    at.clock.wall -= 1000 * DAY
    await at.fill(3, HOUR)
    at.journal.retention().plan({ time: 0 })
    at.pass(4 * DAY)
    expect(old(at)).toEqual({ segments: 5, suspended: null })
    await at.journal.close()
  })
})

test('a segment goes with all its files', async () => {
  const at = await scene()
  await at.fill(3, HOUR)
  for (const ending of ['idx', 'json.gz']) writeFileSync(join(at.directory, 'journal', `000000000001.${ending}`), 'x')
  await at.journal.retention().deleteBefore({ bytes: at.journal.disk().bytes - 1 })
  expect(readdirSync(join(at.directory, 'journal')).filter((name) => name.startsWith('000000000001'))).toEqual([])
  await at.journal.close()
})

test('growth is what the last week brought, by the day', async () => {
  const at = await scene()
  await at.fill(2, HOUR)
  expect(growthOf(at.journal.catalog, at.journal.active, at.clock.wall)).toBeNull()
  await at.fill(9, DAY)
  const sizes = segmentFiles(at.directory).map((file) => statSync(file).size)
  // Of the last seven days: the segments from day 1 to day 7.
  const kept = sizes.slice(-7).reduce((sum, size) => sum + size, 0)
  expect(growthOf(at.journal.catalog, at.journal.active, at.clock.wall)?.bytes).toBeCloseTo(kept / 7, -3)
  await at.journal.close()
})
