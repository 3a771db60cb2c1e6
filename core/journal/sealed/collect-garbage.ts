// Frees what is out of use at once, for work whose garbage V8 cannot see.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collect: (() => void) | null = null

/**
 * A whole collection of this thread's heap: 3 ms where the heap is small. The garbage of zlib's synchronous calls is outside of the heap
 * (0.7 MB a block) and goes with a whole collection only, which V8 puts off until there are about 64 MB of it.
 */
export function collectGarbage(): void {
  if (collect === null) {
    // Of the whole process, and never taken back: another thread may be here as well.
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
}
