// What an answer cost and whether it is complete, in one line.
import type { Receipt } from '../core/search/store.ts'
import { bytes, count, plural } from './format.ts'
import { Num } from './number.tsx'

export function ReceiptLine({ shown, more, receipt: { complete, reason, blocks, blocksScanned, bytesScanned, ms } }: { shown: number; more: boolean; receipt: Receipt }) {
  return (
    <p class="note receipt">
      {more ? <>The newest <Num value={shown} /></> : plural(shown, 'record')} · read {count(blocksScanned)} of {plural(blocks, 'block')}, {bytes(bytesScanned)}, in {ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms · {complete ? 'complete' : <strong>incomplete: {reason === 'budget' ? 'it took too long' : reason ?? 'unknown'}</strong>}
    </p>
  )
}
