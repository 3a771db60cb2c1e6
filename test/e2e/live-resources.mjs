// Preloaded with `node --import`: counts the timers, sockets and watchers of a process that are alive, unref'ed ones included, and writes the counts into a file at SIGUSR2.
import { createHook } from 'node:async_hooks'
import { renameSync, writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const KINDS = new Set(['Timeout', 'TCPWRAP', 'TCPSERVERWRAP', 'FSEVENTWRAP', 'WORKER'])
const alive = new Map()

if (isMainThread) {
  createHook({
    init: (id, type) => void (KINDS.has(type) && alive.set(id, type)),
    destroy: (id) => void alive.delete(id),
  }).enable()
  process.on('SIGUSR2', () => {
    const counts = {}
    for (const type of alive.values()) counts[type] = (counts[type] ?? 0) + 1
    const file = process.env.SAWLOG_TEST_RESOURCES
    writeFileSync(`${file}.new`, JSON.stringify(counts))
    renameSync(`${file}.new`, file)
  })
}
