import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { runCommand } from './command.ts'
import { COUNT, filledSawlog, SEARCHED } from './filled-sawlog.ts'
import { parseCsv } from './parse-csv.ts'
import { freshDirectory, startSawlog } from './sawlog.ts'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

function numbers(out: string): number[] {
  return out.split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { body: { n: number } }).body.n)
}

describe('sawlog search and count', () => {
  test('say the same through the server, beside it, and without one', async () => {
    const sawlog = await filledSawlog()
    const ways: ReadonlyArray<readonly [string, readonly string[]]> = [['server', ['--server', sawlog.url]], ['data', ['--data', 'data']], ['found by itself', []]]
    const say = async (): Promise<unknown[]> => {
      const said: unknown[] = []
      for (const [name, where] of ways) {
        if (name === 'server' && sawlog.process.exitCode !== null) continue
        const found = await runCommand(['search', 'level:error', 'n:<100', ...where, '--format', 'json'], sawlog.directory)
        expect([name, found.code, numbers(found.out)]).toEqual([name, 0, [90, 80, 70, 60, 50, 40, 30, 20, 10, 0]])
        const count = await runCommand(['count', 'level:error', ...where], sawlog.directory)
        expect([name, count]).toEqual([name, { code: 0, out: '600\n', err: '' }])
        const all = await runCommand(['search', '--all', ...where, '--format', 'json'], sawlog.directory)
        expect([name, all.code, numbers(all.out).length, new Set(numbers(all.out)).size]).toEqual([name, 0, COUNT, COUNT])
        said.push(found.out)
      }
      return said
    }
    const running = await say()
    expect(new Set(running).size).toBe(1)
    expect(await sawlog.stop()).toBe(0)
    expect(await say()).toEqual([running[0], running[0]])
  }, 60_000)

  test('print text for people, rows of CSV, and records as they are; the oldest first where asked', async () => {
    const sawlog = await filledSawlog()
    const run = (...args: string[]) => runCommand(['search', ...args], sawlog.directory)
    expect((await run('n:4321')).out).toMatch(/^2026-11-01T00:05:21\.000Z INFO {2}http \[general\] needle in "quotes", comma\n$/)
    expect(parseCsv((await run('n:4321', '--format=csv', '--columns', 'n,message')).out)).toEqual([['n', 'message'], ['4321', 'needle in "quotes", comma']])
    expect(JSON.parse((await run('n:4321', '--format', 'raw')).out)).toMatchObject({ n: 4321 })
    expect(numbers((await run('--limit', '3', '--format', 'json', '--reverse')).out)).toEqual([3999, 4999, 5999])
    expect(numbers((await run('-level:info', '-level:warn', '--format', 'json', '--limit', '1')).out)).toEqual([5990])
    expect(numbers((await run('--from', '2026-11-01T00:00:05Z', '--to', '2026-11-01T00:00:06Z', '--format', 'json')).out)).toEqual([5005, 4005, 3005, 2005, 1005, 5])
  }, 60_000)

  test('end with 1 where nothing matches, with 2 and an explanation where they cannot search', async () => {
    const sawlog = await startSawlog(SEARCHED)
    const check = async (args: readonly string[], code: number, err: RegExp, directory = sawlog.directory): Promise<void> => {
      const ran = await runCommand(args, directory)
      expect([args, ran.code, ran.out]).toEqual([args, code, code === 1 && args[0] === 'count' ? '0\n' : ''])
      expect(ran.err).toMatch(err)
      expect(ran.err).not.toMatch(/\n\s+at /)
    }
    await check(['search', 'nothing'], 1, /^$/)
    await check(['count', 'nothing'], 1, /^$/)
    await check(['search', 'a', 'AND'], 2, /^\[sawlog\] cannot read the query: AND has nothing after it.*\n {2}a AND\n {4}\^\^\^\n$/)
    await check(['search', '--form', '2h'], 2, /there is no option --form\. Did you mean --from\?/)
    await check(['search', '--from', 'tomorrow'], 2, /"tomorrow" is not a time/)
    await check(['search', '--limit', 'many'], 2, /--limit "many" is not a number/)
    await check(['search', '--format', 'xml'], 2, /there is no format "xml"\. Use one of text, json, csv/)
    await check(['search', '--server', 'http://127.0.0.1:1'], 2, /cannot reach http:\/\/127\.0\.0\.1:1\/: .*Is Sawlog running there\?/)
    await check(['search', '--server', 'a', '--data', 'b'], 2, /exclude each other/)
    await check(['search', 'x'], 2, /cannot find logs in \.\/data: it is not a data directory/, freshDirectory())
    await check(['serach'], 2, /there is no command serach\. Did you mean search\?/)
    expect((await runCommand(['--help'], sawlog.directory)).out).toMatch(/search .*\n.*tail .*\n.*count /)
    expect((await runCommand(['search', '--help'], sawlog.directory)).out).toMatch(/^Usage: sawlog search \[QUERY\]/)
  }, 60_000)

  test('go through a server with a password or a token, or read the files where they have neither', async () => {
    const sawlog = await startSawlog(`${SEARCHED}server: { auth: { password: "letmein#1", tokens: { ci: tok-ci-123 } } }\n`)
    await sawlog.post('{"n":1}', { Authorization: 'Bearer tok-ci-123' })
    const run = (args: readonly string[], env: Record<string, string> = {}) => runCommand(['count', ...args], sawlog.directory, env)
    const denied = await run(['--server', sawlog.url])
    expect([denied.code, denied.err]).toEqual([2, expect.stringMatching(/no credentials were sent.*Give it with --token or SAWLOG_TOKEN/)])
    expect(await run(['--server', sawlog.url, '--token', 'tok-ci-123'])).toMatchObject({ code: 0, out: '1\n' })
    expect(await run(['--server', sawlog.url], { SAWLOG_TOKEN: 'tok-ci-123' })).toMatchObject({ code: 0, out: '1\n' })
    expect(await run(['--server', sawlog.url.replace('//', '//me:letmein%231@')])).toMatchObject({ code: 0, out: '1\n' })
    expect(await run([])).toMatchObject({ code: 0, out: '1\n' })
  }, 60_000)

  test('end quietly when their reader goes away', async () => {
    const sawlog = await filledSawlog()
    for (const where of [['--server', sawlog.url], ['--data', 'data']]) {
      const ran = spawnSync('bash', ['-c', 'set -o pipefail; "$@" | head -n 3', 'bash', process.execPath, CLI, 'search', '--all', '--format', 'debug', ...where], { cwd: sawlog.directory, encoding: 'utf8' })
      expect([ran.status, ran.stderr, ran.stdout.split('\n').length]).toEqual([0, '', 4])
    }
  }, 60_000)
})
