// How far the heap may grow between two collections of all of it.
import { setFlagsFromString } from 'node:v8'

/**
 * V8 lets a heap grow fourfold where the machine has much memory, though little of a pipeline's garbage lives long: with 20 MB/s coming in and one
 * of three outputs behind, the process grew to 269 MB, and with this to 242; intake is as fast (npm run bench -- outputs, tail). 40 cost 4 % of it.
 */
const GROWING_PERCENT = 60

/** For this process, its threads as well. */
export function slowHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`)
}
