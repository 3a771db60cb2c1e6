// What the overview shows of stored records beside the numbers of the read model.
import type { ReadModel } from '../read-model.ts'
import type { Store } from '../search/store.ts'
import { createTroubles, type Troubles } from './newest-troubles.ts'
import { createSpanCharts, type Span, type SpanChart } from './span-chart.ts'

export interface Overview {
  readonly chart: SpanChart
  /** Null: not known yet. */
  readonly troubles: Troubles | null
}

export function createOverview(model: ReadModel, store: Store): (span: Span) => Promise<Overview> {
  const charts = createSpanCharts(model, store)
  const troubles = createTroubles(store)
  return async (span) => {
    const [chart, found] = await Promise.all([charts(span), troubles()])
    return { chart, troubles: found }
  }
}
