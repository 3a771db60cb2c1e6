// What a search looked at, in the words of the JSON API.
import type { Json } from '../json.ts'
import type { Receipt } from '../search/store.ts'

export function receiptJson(receipt: Receipt): { [key: string]: Json } {
  const { complete, reason, segments, blocks, blocksScanned, pruned, bytesScanned, records, ms } = receipt
  return {
    complete, reason, segments, blocks, blocks_scanned: blocksScanned, pruned: { ...pruned },
    bytes_scanned: bytesScanned, records, ms: Math.round(ms * 100) / 100,
  }
}
