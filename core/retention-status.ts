// What each retention rule would do now, and when the journal reaches a limit if it goes on growing as it did.
import { growthOf } from './journal/growth.ts'
import type { Journal } from './journal/journal.ts'
import type { RetentionLimit, RetentionStore } from './journal/retention-store.ts'
import type { RetentionRule, RetentionStatus } from './read-model.ts'
import type { Ask, EraseAsk } from './sweeper.ts'

const DAY_MS = 24 * 3600_000
const NOTHING = { segments: 0, bytes: 0, records: 0 }

type Growth = NonNullable<RetentionStatus['growth']>

export function retentionStatus(journal: Journal, asks: ReadonlyArray<Ask | EraseAsk>): RetentionStatus {
  const store = journal.retention()
  const growth = growthOf(journal.catalog, journal.active, store.now)
  const { bytes, records, oldest } = store
  let suspended: string | null = null
  const rules = asks.map((ask): RetentionRule => {
    const { component: name, type } = ask
    if ('when' in ask) return { name, type, limit: 'erase', value: ask.age, when: ask.when, goes: NOTHING, held: NOTHING, heldBy: [], days: null, erased: ask.erased }
    const { suspended: reason, heldBy, held, ...goes } = store.plan(limitOf(ask, store.now), { force: ask.force })
    suspended ??= reason
    const [limit, value] = Object.entries(ask.limit)[0] as [RetentionRule['limit'], number]
    return { name, type, limit, value, when: null, goes, held, heldBy, days: daysUntil(ask, store, growth), erased: null }
  })
  return { bytes, records, segments: journal.disk().segments, oldest, growth, suspended, full: fullOf(journal, store, rules, growth), rules }
}

function limitOf({ limit }: Ask, now: number): RetentionLimit {
  return 'age' in limit ? { time: now - limit.age } : limit
}

/** Until the rule begins to delete; null where the growth does not tell. */
function daysUntil({ limit }: Ask, store: RetentionStore, growth: Growth | null): number | null {
  if ('age' in limit) return store.oldest === null ? null : Math.max(0, limit.age - (store.now - store.oldest)) / DAY_MS
  if ('records' in limit) return days(limit.records - store.records, growth?.records)
  return days('bytes' in limit ? limit.bytes - store.bytes : store.freeDisk - limit.free, growth?.bytes)
}

function days(left: number, aDay: number | undefined): number | null {
  if (left <= 0) return 0
  return aDay === undefined || aDay <= 0 ? null : left / aDay
}

/** The nearest limit of size, unless records go by age before it is reached. */
function fullOf(journal: Journal, store: RetentionStore, rules: readonly RetentionRule[], growth: Growth | null): RetentionStatus['full'] {
  const limits = rules.filter(({ limit }) => limit !== 'age' && limit !== 'erase').map(({ name, days: left }) => ({ by: name, rule: true, days: left }))
  limits.push({ by: 'journal.max_size', rule: false, days: days(journal.maxBytes - store.bytes, growth?.bytes) })
  limits.push({ by: 'the disk', rule: false, days: days(store.freeDisk, growth?.bytes) })
  let nearest: RetentionStatus['full'] = null
  for (const { by, rule, days: left } of limits) if (left !== null && (nearest === null || left < nearest.days)) nearest = { by, rule, days: left }
  const byAge = rules.some(({ limit, days: left }) => limit === 'age' && left !== null && nearest !== null && left < nearest.days)
  return byAge ? null : nearest
}
