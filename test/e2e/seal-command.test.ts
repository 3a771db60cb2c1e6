import { readdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand, startCommand } from './command.ts'
import { COUNT, filledSawlog, SEARCHED } from './filled-sawlog.ts'
import { openEvents } from './event-stream.ts'
import { freshDirectory, startSawlog, until } from './sawlog.ts'

function files(directory: string): string[] {
  return readdirSync(join(directory, 'data/journal')).filter((name) => /\.(jsonl|json\.gz)$/.test(name)).sort()
}

function unzipped(directory: string): number {
  const { stdout } = spawnSync('bash', ['-c', 'zcat data/journal/*.json.gz | wc -l'], { cwd: directory, encoding: 'utf8' })
  return Number(stdout)
}

describe('sealing on demand', () => {
  test('leaves nothing unsealed, through the server and without one; everything is found as before', async () => {
    const sawlog = await filledSawlog()
    const found = async (): Promise<string> => {
      const answer = await fetch(`${sawlog.url}/api/logs?q=user.id:u7&format=ndjson&limit=5000`)
      return answer.text()
    }
    const before = await found()
    const answer = await fetch(`${sawlog.url}/api/seal`, { method: 'POST' })
    const report = (await answer.json()) as { sealed: number; segments: number; bytes: number }
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(report.segments).toBe(files(sawlog.directory).length)
    expect(files(sawlog.directory).filter((name) => name.endsWith('.jsonl'))).toEqual([])
    expect(unzipped(sawlog.directory)).toBe(COUNT)
    expect(await found()).toBe(before)

    const tails = [['--server', sawlog.url], ['--data', 'data']].map((where) => startCommand(['tail', '--from', '2026-01-01', '--format', 'json', 'user.id:u7', ...where], sawlog.directory))
    await until(() => tails.every((tail) => tail.out().split('\n').length === COUNT / 50 + 1), 'the tails have read the sealed segments')

    await sawlog.post('{"n":6000,"user":{"id":"u7"}}')
    await until(() => tails.every((tail) => tail.out().includes('"n":6000')), 'and follow')
    for (const tail of tails) {
      const numbers = tail.out().trimEnd().split('\n').map((line) => (JSON.parse(line) as { body: { n: number } }).body.n)
      expect(numbers).toEqual([...Array.from({ length: COUNT / 50 }, (_, i) => i * 50 + 7), 6000])
    }
    expect(await runCommand(['seal'], sawlog.directory)).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^sealed 1 of \d+ segments, \d+ bytes on disk\n$/) as string })
    expect(await runCommand(['seal', '--server', sawlog.url], sawlog.directory)).toMatchObject({ code: 0, out: expect.stringMatching(/^sealed 0 of/) as string })
    await sawlog.post('{"n":6001}')
    expect(await sawlog.stop()).toBe(0)
    expect(files(sawlog.directory).filter((name) => name.endsWith('.jsonl')).length).toBe(1)
    expect(await runCommand(['seal'], sawlog.directory)).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^sealed 1 of/) as string })
    expect(unzipped(sawlog.directory)).toBe(COUNT + 2)
    expect(await runCommand(['count', '--data', 'data'], sawlog.directory)).toMatchObject({ code: 0, out: `${COUNT + 2}\n` })
  }, 60_000)

  test('is for those who may write: by POST, with credentials, not from other sites', async () => {
    const sawlog = await startSawlog(`${SEARCHED}server: { auth: { password: letmein-1 } }\n`)
    const ask = async (method: string, headers: Record<string, string>): Promise<number> => (await fetch(`${sawlog.url}/api/seal`, { method, headers })).status
    const basic = `Basic ${Buffer.from('me:letmein-1').toString('base64')}`
    expect(await ask('GET', { Authorization: basic })).toBe(405)
    expect(await ask('POST', {})).toBe(401)
    expect(await ask('POST', { Authorization: basic, Origin: 'http://evil.example' })).toBe(403)
    expect(await ask('POST', { Authorization: basic })).toBe(200)
    expect(await runCommand(['seal'], sawlog.directory)).toMatchObject({ code: 2, err: expect.stringMatching(/no credentials were sent/) as string })
    expect(await runCommand(['seal'], freshDirectory())).toMatchObject({ code: 2, err: expect.stringMatching(/is not a data directory/) as string })
    expect(await runCommand(['seal', 'level:error'], sawlog.directory)).toMatchObject({ code: 2, err: expect.stringMatching(/takes no query/) as string })
  }, 60_000)

  test('happens under a tail that is behind without a gap', async () => {
    const sawlog = await filledSawlog()
    const stream = await openEvents(`${sawlog.url}/api/tail?from=2026-01-01`)
    for (let n = 0; n < 10; n++) {
      await sawlog.post(`{"n":${COUNT + n}}`)
      expect((await fetch(`${sawlog.url}/api/seal`, { method: 'POST' })).status).toBe(200)
    }
    await until(() => stream.events.length >= COUNT + 10, 'all has come')
    expect(stream.events.map(({ data }) => (JSON.parse(data) as { body: { n: number } }).body.n)).toEqual(Array.from({ length: COUNT + 10 }, (_, n) => n))
  }, 60_000)
})
