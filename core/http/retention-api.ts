// GET /api/retention: what each rule would delete now, who holds what back, and when a limit is reached.
import type { Hono } from 'hono'
import type { Json } from '../json.ts'
import type { ReadModel, SegmentAmount } from '../read-model.ts'
import { isoTime } from './iso-time.ts'

export function mountRetentionApi(app: Hono, model: ReadModel): void {
  app.get('/api/retention', (c) => c.json(retentionJson(model), 200, { 'Cache-Control': 'no-store' }))
}

export function retentionJson(model: Pick<ReadModel, 'retention'>): { [key: string]: Json } {
  const { bytes, records, segments, oldest, growth, suspended, full, rules } = model.retention()
  return {
    segments, bytes, records, oldest: isoTime(oldest),
    growth_a_day: growth === null ? null : { bytes: Math.round(growth.bytes), records: Math.round(growth.records) },
    full: full === null ? null : { by: full.by, days: rounded(full.days), then_oldest_go: full.rule },
    suspended,
    rules: rules.map((rule) => ({
      name: rule.name, type: rule.type, limit: rule.limit, value: rule.value, when: rule.when,
      goes_now: amount(rule.goes), held: amount(rule.held), held_by: [...rule.heldBy], reached_in_days: rounded(rule.days), erased: rule.erased,
    })),
  }
}

function amount({ segments, bytes, records }: SegmentAmount): { [key: string]: Json } {
  return { segments, bytes, records }
}

function rounded(days: number | null): number | null {
  return days === null ? null : Math.round(days * 100) / 100
}
