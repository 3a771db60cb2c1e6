// What a plugin costs, as people compare it.
import { duration } from './format.ts'

/** Time for 1,000 records; null while too few were seen to tell. */
export function pluginCost(ms: number, records: number | null): string | null {
  return records === null || records === 0 || ms === 0 ? null : duration((ms * 1000) / records)
}
