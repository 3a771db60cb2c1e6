// Delivers lines to an output as Sawlog's delivery loop does, and can crash where Sawlog can.
import type { Output } from '../../core/define-plugin.ts'
import { Reject } from '../../core/delivery-errors.ts'
import type { Cursor, StoredLine } from '../../core/journal/stored-line.ts'

export interface DeliveryRun {
  /** Records a batch, anew for each batch: a crash does not repeat the same cuts. */
  batch(): number
  /** Ends the run before the cursor of this delivery (0, 1, 2 ...) is saved: what was written is not remembered. */
  readonly crashAfter?: number
}

/** A target that makes no progress for so many deliveries in a row never will. */
const MAX_STANDSTILL = 5

/** Goes on from the cursor until all `lines` are delivered or it crashes; returns the cursor as it was saved last. */
export async function deliverFrom(output: Output, lines: readonly StoredLine[], saved: Cursor, { batch, crashAfter = -1 }: DeliveryRun): Promise<Cursor> {
  const { signal } = new AbortController()
  let cursor = saved
  let standstill = 0
  for (let delivery = 0; ; delivery++) {
    const rest = lines.filter(({ segment, record }) => segment > cursor.segment || (segment === cursor.segment && record >= cursor.record))
    if (rest.length === 0) return cursor
    const next = await deliverOnce(output, rest.slice(0, batch()), cursor, signal)
    if (delivery === crashAfter) return cursor
    standstill = next.segment === cursor.segment && next.record === cursor.record ? standstill + 1 : 0
    if (standstill > MAX_STANDSTILL) throw new Error('the output returned the same position again and again')
    // As a database would give it back.
    cursor = JSON.parse(JSON.stringify(next)) as Cursor
  }
}

async function deliverOnce(output: Output, lines: readonly StoredLine[], cursor: Cursor, signal: AbortSignal): Promise<Cursor> {
  const last = lines.at(-1) as StoredLine
  const all = { segment: last.segment, record: last.record + 1, state: cursor.state }
  try {
    const cursorAfter = (await output.deliver(lines, cursor, signal))?.cursor ?? all
    await output.flush?.()
    return cursorAfter
  } catch (error) {
    if (error instanceof Reject) return all
    throw error
  }
}
