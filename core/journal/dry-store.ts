// A retention store that only says what would be deleted. `erase` is that of the store: whoever gives that decides.
import type { RetentionStore } from './retention-store.ts'

export function dryStore(store: RetentionStore): RetentionStore {
  return Object.create(store, {
    dryRun: { value: true },
    deleteBefore: { value: (...given: Parameters<RetentionStore['deleteBefore']>) => Promise.resolve(store.plan(...given)) },
  }) as RetentionStore
}
