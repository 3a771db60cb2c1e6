// How far the heap may grow between two collections of all of it.
import { setFlagsFromString } from 'node:v8'

/**
 * V8 lets a heap grow fourfold where the machine has much memory, though little of a pipeline's garbage lives long: with 20 MB/s coming in and one
 * of three outputs behind, the process grew by 20 MB more than with this (npm run bench -- outputs). Less costs speed: 60 saved 7 MB more and made
 * forwarding a fifth slower. Set while the process ran, only when an output is behind, the other outputs fell behind by up to 2.3 s.
 */
const GROWING_PERCENT = 100

/** For this process, its threads as well. */
export function slowHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`)
}
