// Opens a data directory to search it, and does nothing else to it: a server may run on it or not.
import { DirectorySegments } from '../journal/directory-segments.ts'
import type { PoolOptions } from './scan/search-pool.ts'
import type { Store } from './store.ts'
import { createStore } from './store/create-store.ts'

/** `directory` is the data directory. Throws what reading it throws. */
export function openStoreReadOnly(directory: string, options: PoolOptions = {}): Store {
  return createStore(new DirectorySegments(directory), options)
}
