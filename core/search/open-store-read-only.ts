// Opens a data directory to search it, and does nothing else to it: a server may run on it or not.
import type { PoolOptions } from './scan/search-pool.ts'
import type { Store } from './store.ts'
import { createStore } from './store/create-store.ts'
import { directorySegments } from './store/directory-segments.ts'

/** `directory` is the data directory. Throws what reading it throws. */
export function openStoreReadOnly(directory: string, options: PoolOptions = {}): Store {
  const segments = directorySegments(directory)
  // At once, so that a wrong directory is told before anything is asked.
  segments.list()
  return createStore(segments, options)
}
