import { existsSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { countJsonl } from '../crash/count-stores.ts'
import { countNumbered, exactlyOnce, numbered } from './numbered.ts'
import { freshDirectory, journalRecords, runSawlog, startSawlog, until, type Started } from './sawlog.ts'
import { mountTmpfs, tmpfsMissing } from './tmpfs.ts'

/** The reserve is twice wanted free before writing goes on, so it is small here beside 24 MiB. */
const CONFIG = [
  // Nothing is sealed: that makes room, and the disk would not stay full.
  'journal: { reserve: 1MiB, segment_size: 16MiB, max_pending: 256KiB }',
  'sources: [{ type: http }, { type: file, name: app, paths: [app.log], sweep: 50ms }]',
].join('\n')

/** Takes what is left of a file system but `keep` bytes. */
function fill(mounted: string, keep: number): string {
  const { bavail, bsize } = statfsSync(mounted)
  const file = join(mounted, 'ballast')
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - keep), 1))
  return file
}

const ready = async ({ url }: Started): Promise<{ status: number; text: string }> => {
  const answer = await fetch(`${url}/readyz`)
  return { status: answer.status, text: await answer.text() }
}

describe.skipIf(tmpfsMissing !== '')(`scenario 32: disk full, then freed${tmpfsMissing}`, () => {
  test('it says so and waits, nothing crashes; freed, it goes on by itself, and every acknowledged line and every tailed one is there once', { timeout: 90_000 }, async () => {
    const mounted = mountTmpfs('size=24M')
    const directory = freshDirectory()
    const log = join(directory, 'app.log')
    const outputs = `outputs: [{ type: jsonl, path: out.jsonl }, { type: jsonl, name: beside, path: ${mounted}/beside.jsonl }]\n`
    const sawlog = await startSawlog(`${CONFIG}\n${outputs}`, { directory, args: ['--data', join(mounted, 'data')] })
    expect((await ready(sawlog)).status).toBe(200)
    const ballast = fill(mounted, 3_000_000)

    // 1 KiB a line. What was answered with 200 counts; everything else is sent again under its key once there is room.
    const posts = Array.from({ length: 60 }, (_, index) => ({ key: `post-${index}`, body: numbered('http', index * 50, index * 50 + 50, 900) }))
    const answered = new Set<string>()
    const send = async ({ key, body }: (typeof posts)[number]): Promise<Response> => {
      const answer = await sawlog.post(body, { 'Idempotency-Key': key })
      if (answer.status === 200) answered.add(key)
      return answer
    }
    writeFileSync(log, numbered('file', 0, 2000, 900))
    const first = Promise.all(posts.map(async (post) => {
      const answer = await send(post)
      return { status: answer.status, retryAfter: answer.headers.get('retry-after'), type: answer.headers.get('content-type'), text: await answer.text() }
    }))
    const { text } = await until(async () => {
      const answer = await ready(sawlog)
      return answer.status === 503 && answer
    }, 'it is no longer ready')
    expect(text).toMatch(/cannot take records: the disk that holds \S+ is full/)
    const problem = await sawlog.problem(/cannot store records: the disk that holds .* is full/)
    expect([problem.component, problem.level]).toEqual(['journal', 'error'])
    expect(problem.remedy).toMatch(/Free some space/)

    // A new sender is not kept hanging, and what it is told is true.
    const refused = await sawlog.post('{"via":"http","n":-1}')
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('content-type')]).toEqual([503, '5', 'application/problem+json'])
    expect(await refused.text()).toMatch(/the disk that holds .* is full. Nothing was stored; send the same again later/)
    const unsealed = await fetch(`${sawlog.url}/api/seal`, { method: 'POST' })
    expect([unsealed.status, await unsealed.text()]).toEqual([503, expect.stringMatching(/cannot seal: the disk that holds .* is full/)])
    expect((await sawlog.stats()).not_ready).toMatch(/is full/)
    expect((await fetch(`${sawlog.url}/metrics`, { headers: { Accept: 'text/html' } })).status).toBe(200)
    expect((await fetch(`${sawlog.url}/healthz`)).status).toBe(200)
    // More comes in while nothing can be stored.
    writeFileSync(log, numbered('file', 2000, 3000, 900), { flag: 'a' })
    expect(sawlog.process.exitCode).toBeNull()
    expect(answered.size).toBeLessThan(posts.length)

    rmSync(ballast)
    await until(async () => (await ready(sawlog)).status === 200, 'it is ready again by itself')
    for (const { status, retryAfter, type, text } of await first) if (status !== 200) expect([status, retryAfter, type, text]).toEqual([503, '5', 'application/problem+json', expect.stringMatching(/is full|faster than they can be stored/)])
    for (const post of posts) if (!answered.has(post.key)) expect((await send(post)).status).toBe(200)
    const stats = await until(async () => {
      const stats = await sawlog.stats()
      return stats.total === 6000 && stats.outputs.every(({ lag }) => lag === 0) && stats
    }, 'everything is stored and delivered', 30_000)
    expect(stats.problems.some(({ message }) => message === 'can store records again')).toBe(true)
    expect(await sawlog.stop()).toBe(0)
    const expected = { http: 3000, file: 3000 }
    expect(countNumbered(journalRecords(mounted), expected)).toEqual(exactlyOnce(6000))
    expect(await countJsonl(join(directory, 'out.jsonl'), expected)).toEqual(exactlyOnce(6000))
    expect(await countJsonl(join(mounted, 'beside.jsonl'), expected)).toEqual(exactlyOnce(6000))
  })

  test('stopped or killed while it is full, it loses nothing: the next start goes on where it stood', { timeout: 90_000 }, async () => {
    const mounted = mountTmpfs('size=24M')
    const directory = freshDirectory()
    const args = ['--data', join(mounted, 'data')]
    // In one segment: sealing would make room again and again.
    const config = `${CONFIG.replace('1MiB', '64MiB')}\noutputs: [{ type: jsonl, path: out.jsonl }]\n`
    let sawlog = await startSawlog(config, { directory, args })
    expect((await sawlog.post(numbered('http', 0, 100))).status).toBe(200)
    let ballast = fill(mounted, 1_500_000)
    writeFileSync(join(directory, 'app.log'), numbered('file', 0, 4000, 900))
    await until(async () => (await ready(sawlog)).status === 503, 'it is full')
    const began = performance.now()
    const waiting = sawlog.post(numbered('http', 100, 200)).then((answer) => answer.status, () => 'broken off')
    expect(await sawlog.stop()).toBe(0)
    expect(performance.now() - began).toBeLessThan(10_000)
    expect([503, 'broken off']).toContain(await waiting)

    rmSync(ballast)
    sawlog = await startSawlog(config, { directory, args })
    await until(async () => (await sawlog.stats()).total === 4100, 'the rest of the file is read')
    await until(() => readdirSync(join(mounted, 'data/journal')).filter((name) => /\.jsonl$|\.tmp$/.test(name)).length < 2, 'what was closed is sealed, which frees room')
    expect((await sawlog.post(numbered('http', 100, 200))).status).toBe(200)
    ballast = fill(mounted, 1_500_000)
    writeFileSync(join(directory, 'app.log'), numbered('file', 4000, 7000, 900), { flag: 'a' })
    await until(async () => (await ready(sawlog)).status === 503, 'it is full again')
    await sawlog.kill()

    rmSync(ballast)
    sawlog = await startSawlog(config, { directory, args })
    await until(async () => {
      const { total, outputs } = await sawlog.stats()
      return total === 7200 && outputs[0]?.lag === 0
    }, 'the rest of the file is read and delivered')
    expect(await sawlog.stop()).toBe(0)
    const expected = { http: 200, file: 7000 }
    expect(countNumbered(journalRecords(mounted), expected)).toEqual(exactlyOnce(7200))
    expect(await countJsonl(join(directory, 'out.jsonl'), expected)).toEqual(exactlyOnce(7200))
  })

  test('a data directory on a disk that is full from the beginning: either refused with the reason, or up and not ready', async () => {
    const mounted = mountTmpfs('size=4M')
    const directory = freshDirectory()
    const args = ['--data', join(mounted, 'data')]
    const ballast = fill(mounted, 0)
    const { code, output } = await runSawlog(CONFIG, { directory, args })
    expect([code, output]).toEqual([1, expect.stringMatching(/Cannot open the data directory \S+: its disk is full\. Free some space and start again\./)])
    rmSync(ballast)
    const sawlog = await startSawlog(CONFIG, { directory, args })
    expect((await sawlog.post(numbered('http', 0, 100))).status).toBe(200)
    expect(await sawlog.stop()).toBe(0)
    // With records in it, it must still be possible to look at them.
    fill(mounted, 0)
    expect(existsSync(join(mounted, 'data/journal'))).toBe(true)
    const again = await runFull(directory, args)
    expect(again).toMatch(/its disk is full|not ready/)
    expect(countNumbered(journalRecords(mounted), { http: 100 })).toEqual(exactlyOnce(100))
  })
})

/** What a start on a full disk comes to: the refusal, or `not ready` and the reason. */
async function runFull(directory: string, args: readonly string[]): Promise<string> {
  let sawlog: Started
  try {
    sawlog = await startSawlog(CONFIG, { directory, args })
  } catch (error) {
    return (error as Error).message
  }
  const refused = await sawlog.post(numbered('http', 100, 200, 2000))
  expect(refused.status).toBe(503)
  expect((await ready(sawlog)).status).toBe(503)
  expect(await sawlog.stop()).toBe(0)
  return `not ready: ${await refused.text()}`
}
