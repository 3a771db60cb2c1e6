// How far the heap may grow between two collections of all of it: less far while an output is behind.
import { setFlagsFromString } from 'node:v8'
import type { OutputStatus } from './read-model.ts'

/**
 * V8 lets a heap grow fourfold where the machine has much memory. While one of three outputs was down and caught up, with 20 MB/s coming in, the
 * process grew to 269 MB with that and to 242 with this (npm run bench -- outputs). A state that may last for days is worth the collections;
 * a node that keeps up is left to V8: one that took in 40 MB/s over the network was a fifth slower with this.
 */
const BEHIND_PERCENT = 60
/** V8's own choice. */
const USUAL_PERCENT = 0

/** Stored lines: a segment of them is in nobody's memory any more. */
const BEHIND_BYTES = 64 * 1024 * 1024
const LOOK_MS = 1000

/** For this process, its threads as well, until the returned function is called. */
export function watchHeapGrowth(outputs: () => readonly Pick<OutputStatus, 'lagBytes'>[]): () => void {
  let slow = false
  const timer = setInterval(() => {
    const behind = outputs().some(({ lagBytes }) => lagBytes > BEHIND_BYTES)
    if (behind === slow) return
    slow = behind
    setFlagsFromString(`--heap-growing-percent=${behind ? BEHIND_PERCENT : USUAL_PERCENT}`)
  }, LOOK_MS)
  timer.unref()
  return () => clearInterval(timer)
}
