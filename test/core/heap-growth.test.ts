import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../temporary-directory.ts'

const MODULE = new URL('../../dist/core/heap-growth.js', import.meta.url).href

/** A heap of 60 MB that takes up garbage which lives for a while: how often all of it is collected. */
const LOAD = `
import { PerformanceObserver, constants } from 'node:perf_hooks'
import { watchHeapGrowth } from '${MODULE}'
const stop = watchHeapGrowth(() => [{ lagBytes: Number(process.argv[2]) }])
let collections = 0
new PerformanceObserver((list) => { for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections++ }).observe({ entryTypes: ['gc'] })
await new Promise((resolve) => setTimeout(resolve, 1300))
const make = (n) => Array.from({ length: n }, (_, i) => ({ i, text: 'record ' + i }))
const kept = make(600_000)
const passing = []
for (let i = 0; i < 120; i++) {
  passing.push(make(20_000))
  if (passing.length > 20) passing.shift()
  await new Promise((resolve) => setTimeout(resolve, 2))
}
await new Promise((resolve) => setTimeout(resolve, 50))
stop()
process.send({ collections, kept: kept.length })
process.disconnect()
`

describe('the heap', () => {
  it('is collected more often while an output is behind', { timeout: 60_000 }, async () => {
    const file = join(temporaryDirectory('heap'), 'load.mjs')
    writeFileSync(file, LOAD)
    const collections = async (lagBytes: number): Promise<number> => {
      const child = fork(file, [String(lagBytes)])
      const [told] = (await once(child, 'message')) as [{ collections: number }]
      return told.collections
    }
    const usual = await collections(1000)
    const behind = await collections(1e9)
    expect(behind).toBeGreaterThan(usual)
  })
})
