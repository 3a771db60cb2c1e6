// The file source in the built server: compressed logs over kills, and a rename of the source under load.
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { countJsonl } from '../crash/count-stores.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { freshDirectory, journalRecords, startSawlog, until } from './sawlog.ts'

const config = (source: string): string => `sources: [{ type: file, sweep: 50ms, ${source} }]\noutputs: [{ type: jsonl, path: out.jsonl }]\n`

test('scenarios 19 and 20: logs are rotated and compressed while the server is killed again and again, every line is stored and delivered once', { timeout: 60_000 }, async () => {
  const directory = freshDirectory()
  const path = (name: string): string => join(directory, name)
  const source = config('name: app, paths: ["*.log*"]')
  let next = 0
  const write = (name: string, count: number): void => {
    appendFileSync(path(name), numbered('file', next, (next += count), 60))
  }
  const compress = (name: string): void => {
    writeFileSync(path(`${name}.gz`), gzipSync(readFileSync(path(name))))
    rmSync(path(name))
  }
  // Never seen before it was compressed, in members that no line ends with.
  write('old', 30_000)
  const old = readFileSync(path('old'))
  writeFileSync(path('old.log.gz'), Buffer.concat([gzipSync(old.subarray(0, 1_000_001)), gzipSync(old.subarray(1_000_001))]))
  for (let round = 0; round < 4; round++) {
    write('app.log', 20_000)
    const sawlog = await startSawlog(source, { directory })
    const before = (await sawlog.stats()).total
    await until(async () => (await sawlog.stats()).total > before, 'something is stored')
    if (round > 1) compress(`app.log.1`)
    if (existsSync(path('app.log'))) renameSync(path('app.log'), path('app.log.1'))
    write('app.log', 10)
    await sawlog.kill()
    // Partly read, compressed while nobody looks.
    if (round === 0) compress('app.log.1')
    if (existsSync(path('app.log.1.gz'))) renameSync(path('app.log.1.gz'), path(`app.log.${round + 2}.gz`))
  }
  const sawlog = await startSawlog(source, { directory })
  await until(async () => (await sawlog.stats()).total >= next, `${next} lines are stored`)
  compress('app.log.1')
  await new Promise((resolve) => {
    setTimeout(resolve, 1000)
  })
  expect((await sawlog.stats()).problems.filter(({ level }) => level !== 'info')).toEqual([])
  await until(async () => (await sawlog.stats()).outputs.every(({ lag }) => lag === 0), 'all is delivered')
  expect(await sawlog.stop()).toBe(0)
  expect(countNumbered(journalRecords(directory), { file: next })).toEqual(exactlyOnce(next))
  expect(await countJsonl(path('out.jsonl'), { file: next })).toEqual(exactlyOnce(next))
})

test('a file source renamed under load with `was:` loses and doubles nothing', { timeout: 60_000 }, async () => {
  const directory = freshDirectory()
  const log = join(directory, 'app.log')
  let next = 0
  const write = (count: number): void => appendFileSync(log, numbered('file', next, (next += count), 60))
  write(60_000)
  const sawlog = await startSawlog(config('name: app, paths: ["*.log"]'), { directory })
  const names = ['app', 'web', 'shop', 'app']
  for (let i = 1; i < names.length; i++) {
    write(40_000)
    const before = (await sawlog.stats()).sources[names[i - 1] as string] ?? 0
    await until(async () => ((await sawlog.stats()).sources[names[i - 1] as string] ?? 0) > before, 'some lines are stored under the old name')
    writeFileSync(join(directory, 'config.yaml'), config(`name: ${names[i]}, was: ${names[i - 1]}, paths: ["*.log"]`))
    sawlog.process.kill('SIGHUP')
    const had = (await sawlog.stats()).sources[names[i] as string] ?? 0
    write(5000)
    await until(async () => ((await sawlog.stats()).sources[names[i] as string] ?? 0) > had, `lines are stored as ${names[i]}`)
  }
  await until(async () => (await sawlog.stats()).total >= next, 'all lines are stored')
  await sawlog.kill()
  // Once more while it does not run.
  write(1000)
  const again = await startSawlog(config('name: last, was: app, paths: ["*.log"]'), { directory })
  await until(async () => (await again.stats()).sources['last'] === 1000, 'the last lines are stored under the last name')
  await until(async () => (await again.stats()).outputs.every(({ lag }) => lag === 0), 'all is delivered')
  expect(await again.stop()).toBe(0)
  expect(countNumbered(journalRecords(directory), { file: next })).toEqual(exactlyOnce(next))
  expect(await countJsonl(join(directory, 'out.jsonl'), { file: next })).toEqual(exactlyOnce(next))
})
