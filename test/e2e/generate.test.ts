// `sawlog generate` and `sawlog verify` as they are typed, alone and with a running server between them.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LINE_FORMATS } from '../../core/generate/render-line.ts'
import { runCommand, startCommand } from './command.ts'
import { freshDirectory, journalRecords, startSawlog, until } from './sawlog.ts'
import { mountTmpfs, tmpfsMissing } from './tmpfs.ts'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const FLAT_OUT = ['generate', '--rate', 'max', '--sequence']
const LOADED_MS = 120_000

const linesOf = (text: string): string[] => text.trimEnd().split('\n')

async function verify(target: string, directory: string, ...more: string[]): Promise<[code: number | null, counts: string | undefined]> {
  const { code, out } = await runCommand(['verify', target, ...more], directory)
  return [code, out.split('\n')[0]]
}

const WHOLE = [0, 'lost 0 doubled 0 reordered 0']

describe('generate', () => {
  test('makes exactly as many lines as the rate and its bursts say, in each half second, and in that time', async () => {
    const began = performance.now()
    const { code, out } = await runCommand(['generate', '--rate', '10000', '--for', '3s', '--burst', 'every=1s,for=500ms,factor=4', '--seed', '1'], freshDirectory())
    const seconds = (performance.now() - began) / 1000
    const counts = new Map<number, number>()
    for (const line of linesOf(out)) {
      const half = Math.floor((Date.parse((JSON.parse(line) as { timestamp: string }).timestamp) - Date.UTC(2026, 0, 1)) / 500)
      counts.set(half, (counts.get(half) ?? 0) + 1)
    }
    expect([code, [...counts]]).toEqual([0, [[0, 5000], [1, 5000], [2, 20_000], [3, 5000], [4, 20_000], [5, 5000]]])
    // Never sooner; later only as far as the machine is busy with others.
    expect([seconds >= 2.9, seconds < 20]).toEqual([true, true])
  }, LOADED_MS)

  test('the same seed makes the same bytes in every format, another seed others', async () => {
    const digest = async (format: string, seed: number): Promise<string> => (await runCommand([...FLAT_OUT, '--lines', '3000', '--format', format, '--seed', String(seed), '--malformed', '0.01'], freshDirectory())).out
    for (const format of LINE_FORMATS) {
      const [first, second] = await Promise.all([digest(format, 7), digest(format, 7)])
      expect([format, linesOf(first).length >= 3000, first === second]).toEqual([format, true, true])
    }
    expect(await digest('json', 8)).not.toBe(await digest('json', 7))
  }, LOADED_MS)

  test('mistakes are named with the option, what was expected and the nearest name', async () => {
    const check = async (args: readonly string[], want: string): Promise<void> => {
      const { code, err } = await runCommand(['generate', ...args], freshDirectory())
      expect([args, code, err.split('\n')[0]]).toEqual([args, 2, `[sawlog] ${want}`])
    }
    await Promise.all([
      check(['--format', 'jsn'], 'cannot run generate: --format: expected one of json, csv, text, logfmt, combined, syslog, got "jsn". Did you mean "json"?'),
      check(['--rate', 'fast'], 'cannot run generate: --rate: expected "max" or a number, got "fast".'),
      check(['--for', '10'], 'cannot run generate: --for: expected a duration such as 100ms, 30s, 5m, 1h or 7d, got "10".'),
      check(['--burst', 'every=1s,for=2s,factor=3'], 'cannot run generate: --burst: expected `for` to be shorter than `every`.'),
    ])
    await Promise.all([
      check(['--incident', 'service=paymnet'], 'cannot run generate: --incident: service: expected one of auth, payment, api, web, worker, got "paymnet". Did you mean "payment"?'),
      check(['--url', 'ftp://x'], 'cannot run generate: "ftp://x" is not an address. Write --url http://127.0.0.1:5000.'),
      check(['--fields', 'nowhere.yaml'], 'cannot read nowhere.yaml: ENOENT: no such file or directory, open \'nowhere.yaml\'.'),
    ])
  }, LOADED_MS)

  test('several incidents count side by side', async () => {
    const { out } = await runCommand([...FLAT_OUT, '--lines', '20000', '--incident', 'service=api,after=0s,every=1h,for=1h,errors=1;service=payment,after=0s,every=1h,for=1h,errors=1'], freshDirectory())
    const well = linesOf(out).map((line) => JSON.parse(line) as { service: string; status?: number }).filter(({ status = 500 }) => status < 500)
    expect([...new Set(well.map(({ service }) => service))].sort()).toEqual(['auth', 'web'])
  }, LOADED_MS)

  test('ends when its reader goes away, and when it is stopped although nobody reads', async () => {
    const headed = startCommand([...FLAT_OUT], freshDirectory())
    await until(() => headed.out() !== '', 'the first lines')
    headed.closeOutput()
    expect(await headed.ended).toBe(0)
    const unread = spawn(process.execPath, [CLI, ...FLAT_OUT], { stdio: ['ignore', 'pipe', 'ignore'] })
    onTestFinished(() => void unread.kill('SIGKILL'))
    await until(() => unread.stdout.readableLength > 0, 'the pipe fills')
    const ended = new Promise((resolve) => {
      unread.once('exit', resolve)
    })
    unread.kill('SIGINT')
    expect(await ended).toBe(0)
  }, LOADED_MS)

  test('stopped while it writes a file as fast as it can, it leaves whole lines, and goes on behind what a killed one left', async () => {
    const directory = freshDirectory()
    const file = join(directory, 'app.log')
    const running = startCommand([...FLAT_OUT, '--out', 'app.log'], directory)
    await until(() => existsSync(file) && statSync(file).size > 0, 'it writes')
    running.kill()
    expect(await running.ended).toBe(0)
    const made = Number(/made (\d+) lines/.exec(running.err())?.[1])
    expect(await verify('app.log', directory, '--expect', String(made))).toEqual(WHOLE)
    writeFileSync(file, '{"service":"api","seq":1', { flag: 'a' })
    await runCommand([...FLAT_OUT, '--first', String(made + 1), '--lines', '10', '--out', 'app.log'], directory)
    expect(await verify('app.log', directory, '--expect', String(made + 10))).toEqual(WHOLE)
  }, LOADED_MS)

  test('rotates as it was told, csv with its header in each file, and verify reads all of them', async () => {
    const directory = freshDirectory()
    await runCommand([...FLAT_OUT, '--lines', '20000', '--format', 'csv', '--out', 'logs/app.log', '--max-size', '200KB', '--backups', '100'], directory)
    const files = readdirSync(join(directory, 'logs')).map((name) => readFileSync(join(directory, 'logs', name), 'utf8'))
    const full = files.map((text) => Buffer.byteLength(text)).sort((a, b) => a - b).slice(1)
    expect([full.length > 10, full.every((size) => size <= 200_000 && size > 190_000), files.every((text) => text.startsWith('timestamp,level,service,seq,'))]).toEqual([true, true, true])
    expect(await verify('logs/app.log', directory, '--expect', '20000')).toEqual(WHOLE)
    await runCommand([...FLAT_OUT, '--lines', '5000', '--out', 'app.log', '--max-size', '100KB', '--backups', '2'], directory)
    expect(readdirSync(directory).sort()).toEqual(['app.log', 'app.log.1', 'app.log.2', 'logs'])
    expect((await runCommand(['verify', 'app.log'], directory)).out).toMatch(/^lost [1-9]\d* doubled 0 reordered 0\n.*missing: 1, 2, 3, 4, 5 \.\.\.\n$/)
  }, LOADED_MS)

  test.skipIf(tmpfsMissing !== '')(`a full disk ends it with a message, and whole lines in the file${tmpfsMissing}`, async () => {
    const directory = mountTmpfs('size=1M')
    const { code, err } = await runCommand([...FLAT_OUT, '--out', 'app.log'], directory)
    expect([code, err]).toEqual([2, '[sawlog] cannot write app.log: ENOSPC: no space left on device, write.\n'])
    const text = readFileSync(join(directory, 'app.log'), 'utf8')
    expect([text.length > 100_000, text.endsWith('}\n')]).toEqual([true, true])
    expect(await verify('app.log', directory)).toEqual(WHOLE)
  }, LOADED_MS)
})

describe('verify', () => {
  test('counts what is lost, doubled and out of order, in every format, in compressed copies and from standard input', async () => {
    const directory = freshDirectory()
    const write = (name: string, lines: readonly string[]): void => {
      const text = `${lines.join('\n')}\n`
      writeFileSync(join(directory, name), name.endsWith('.gz') ? gzipSync(text) : text)
    }
    for (const format of LINE_FORMATS) {
      const { out } = await runCommand([...FLAT_OUT, '--lines', '2000', '--format', format, '--seed', '3', '--malformed', '0.02'], directory)
      // What belongs to a line: csv begins with a header, a stack trace follows a line of text.
      const head = format === 'csv' ? linesOf(out).slice(0, 1) : []
      const lines = linesOf(out).slice(head.length).filter((line) => format !== 'text' || line.includes('[seq='))
      expect([format, lines.length]).toEqual([format, 2000])
      // Lost: 11, 12. Doubled: 101, 501. Out of order: 1000 behind 1001.
      const doctored = lines.toSpliced(999, 2, lines[1000] as string, lines[999] as string).toSpliced(500, 0, lines[500] as string).toSpliced(101, 0, lines[100] as string).toSpliced(10, 2)
      write(`${format}.log.2.gz`, [...head, ...doctored.slice(0, 700)])
      write(`${format}.log.1`, [...head, ...doctored.slice(700, 1200)])
      write(`${format}.log`, [...head, ...doctored.slice(1200)])
      const { code, out: said } = await runCommand(['verify', `${format}.log`], directory)
      expect([format, code, said]).toEqual([format, 1, 'lost 2 doubled 2 reordered 1\n2000 numbered lines, the largest number is 2000; missing: 11, 12\n'])
      if (format !== 'csv') continue
      const piped = spawnSync(process.execPath, [CLI, 'verify', '-'], { input: `${[...head, ...doctored].join('\n')}\n`, encoding: 'utf8' })
      expect([format, piped.status, piped.stdout]).toEqual([format, 1, said])
    }
  }, LOADED_MS)

  test('names what it cannot count, and a number of lines that is not the expected one', async () => {
    const directory = freshDirectory()
    writeFileSync(join(directory, 'app.log'), '{"seq":1,"a":1}\n{"seq":2,"a":1}\n{"seq":3')
    writeFileSync(join(directory, 'torn.gz'), gzipSync('x'.repeat(100_000)).subarray(0, 60))
    writeFileSync(join(directory, 'plain.log'), 'nothing is numbered here\n')
    const check = async (args: readonly string[], code: number, want: string): Promise<void> => {
      const done = await runCommand(['verify', ...args], directory)
      expect([args, done.code, linesOf(done.out + done.err)[done.code === 2 ? 0 : 1]]).toEqual([args, code, want])
    }
    await check(['app.log'], 0, '2 numbered lines, the largest number is 2')
    await check(['app.log', '--expect', '3'], 1, '2 numbered lines, the largest number is 2; missing: 3')
    await check(['app.log', '--expect', '1'], 1, '2 numbered lines, the largest number is 2; that is 1 more than expected')
    await check(['plain.log'], 1, '0 numbered lines, the largest number is 0')
    await check(['nowhere.log'], 2, '[sawlog] cannot find nowhere.log. Name a file, - for standard input, or http://HOST:PORT.')
    await check(['torn.gz'], 2, '[sawlog] cannot verify torn.gz: unexpected end of file.')
    await check(['.'], 2, '[sawlog] cannot verify .: EISDIR: illegal operation on a directory, read.')
  }, LOADED_MS)
})

describe('with a server', () => {
  test('posts each line exactly once, also to a server that is killed and starts again in between', async () => {
    const config = 'sources: [{ type: http }]\n'
    const first = await startSawlog(config)
    const { directory, url } = first
    const generating = startCommand(['generate', '--rate', '3000', '--for', '3s', '--sequence', '--url', url], directory)
    await until(async () => (await first.stats()).total > 1000, 'some lines are stored')
    await first.kill()
    await until(() => generating.err().includes('Trying again'), 'the generator notices')
    const second = await startSawlog(config, { directory, args: ['--port', new URL(url).port] })
    expect(await generating.ended).toBe(0)
    expect(await verify(second.url, directory, '--expect', '9000')).toEqual(WHOLE)
  }, LOADED_MS)

  test('every format is parsed by `auto` without errors, with times and levels; outputs can be verified as well', async () => {
    const directory = freshDirectory()
    for (const format of LINE_FORMATS) execFileSync(process.execPath, [CLI, ...FLAT_OUT, '--lines', '3000', '--seed', '5', '--format', format, '--out', `${format}.log`], { cwd: directory, stdio: 'ignore' })
    const sources = LINE_FORMATS.map((format) => `  - { type: file, name: ${format}, paths: [${format}.log]${format === 'text' ? ", multiline: { start: '^\\d{4}-' }" : ''} }`)
    const sawlog = await startSawlog(`sources:
${sources.join('\n')}
  - { type: generator, name: made, rate: 20000, limit: 3000, seed: 1, format: csv }
outputs:
  - { type: jsonl, path: out.jsonl, when: 'source:text', start: beginning }
  - { type: csv, path: out.csv, when: 'source:json', start: beginning }
  - { type: csv, name: narrow, path: narrow.csv, columns: [message, seq, time], when: 'source:logfmt', start: beginning }
`, { directory })
    // Each csv has its header as a record, without fields.
    const all = 6 * 3000 + 1 + 3001
    await until(async () => (await sawlog.stats()).total === all && (await sawlog.stats()).outputs.every(({ lag }) => lag === 0), 'all lines are stored and delivered', 60_000)
    expect((await sawlog.stats()).parse_errors).toBe(0)
    expect(await sawlog.stop()).toBe(0)
    const records = journalRecords(directory)
    for (const source of [...LINE_FORMATS, 'made']) {
      const own = records.filter((record) => record.source === source && !String(record.body).startsWith('timestamp,level,service'))
      const guessed = new Set(own.flatMap((record) => (record as { guessed?: string[] }).guessed ?? []))
      const levels = new Set(own.map(({ level }) => level))
      // An access log has no level: it comes from the status.
      const [expected, told] = source === 'combined' ? [['info', 'warn'], ['level']] : [['info', 'warn', 'error'], []]
      expect([source, own.length, own.some(({ error }) => error !== undefined), [...guessed], expected.every((level) => levels.has(level))]).toEqual([source, 3000, false, told, true])
    }
    for (const file of ['out.jsonl', 'out.csv', 'narrow.csv']) expect([file, await verify(file, directory, '--expect', '3000')]).toEqual([file, WHOLE])
  }, LOADED_MS)

  test('through a rotated file at a high rate nothing is lost and nothing doubled', async () => {
    const sawlog = await startSawlog('sources: [{ type: file, name: app, paths: [logs/app.log*] }]\noutputs: [{ type: jsonl, path: out.jsonl }]\n')
    const { directory, url } = sawlog
    const { code } = await runCommand(['generate', '--rate', '20000', '--for', '2500ms', '--sequence', '--out', 'logs/app.log', '--max-size', '3MB', '--backups', '20'], directory)
    expect(code).toBe(0)
    await until(async () => (await sawlog.stats()).total >= 50_000 && (await sawlog.stats()).outputs[0]?.lag === 0, 'all lines are stored and delivered', 60_000)
    expect(await verify('logs/app.log', directory, '--expect', '50000')).toEqual(WHOLE)
    // In order within each file; two files are read side by side where one is rotated away before its end was reached.
    for (const target of [url, 'out.jsonl']) expect([target, await verify(target, directory, '--expect', '50000')]).toEqual([target, [0, expect.stringMatching(/^lost 0 doubled 0 /)]])
  }, LOADED_MS)

  test('--debug prints every record with its tags, and logs at level debug; batches are as large as was said', async () => {
    const directory = freshDirectory()
    writeFileSync(join(directory, 'app.log'), '{"level":"warn","message":"card declined"}\n')
    const sawlog = await startSawlog('sources: [{ type: http }]\n', { directory, args: ['--log-files', 'app.log', '--output-type', 'json', '--filter', 'card', '--batch-size', '20', '--batch-interval', '0.1', '--debug'] })
    await until(() => /WARN.*payment.*card declined/.test(sawlog.log()), 'the record is printed with its tag')
    await until(() => existsSync(join(directory, 'data/collected/collected.jsonl')), 'the file of the seed')
    expect(await sawlog.stop()).toBe(0)
    expect((JSON.parse(readFileSync(join(directory, 'data/collected/collected.jsonl'), 'utf8')) as { tags: string[] }).tags).toEqual(['payment'])
  }, LOADED_MS)
})
