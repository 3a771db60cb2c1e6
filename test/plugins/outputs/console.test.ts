// The console output with a real socket in the place of standard output.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, connect, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Output } from '../../../core/define-plugin.ts'
import type { Cursor } from '../../../core/journal/stored-line.ts'
import consoleOutput from '../../../plugins/outputs/console.ts'
import { createHost, type Host } from '../../contract/create-host.ts'
import { eventually } from '../../contract/eventually.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { testOptions } from '../../contract/test-options.ts'

const START: Cursor = { segment: 1, record: 0, state: null }
const TIME = '2026-11-01T00:00:00.000Z'

let directory: string
let server: Server
/** What stands in for stdout: a real socket, with a reader that a test can pause or hang up. */
let stream: Socket
let reader: Socket
let received: string
let host: Host<typeof consoleOutput>
const original = Object.getOwnPropertyDescriptor(process, 'stdout') as PropertyDescriptor

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sawlog-console-'))
  const path = join(directory, 'socket')
  server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(path, resolve)
  })
  const accepted = new Promise<Socket>((resolve) => {
    server.once('connection', resolve)
  })
  stream = connect(path)
  reader = await accepted
  received = ''
  reader.setEncoding('utf8').on('data', (text: string) => {
    received += text
  })
  Object.defineProperty(process, 'stdout', { value: stream, configurable: true })
})
afterEach(async () => {
  Object.defineProperty(process, 'stdout', original)
  stream.destroy()
  reader.destroy()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  rmSync(directory, { recursive: true, force: true })
})

async function start(options: object = {}): Promise<Output> {
  host = await createHost(consoleOutput, options).setup()
  return host.component
}

const print = (output: Output, parts: Parameters<typeof makeStoredLine>[2][], signal = new AbortController().signal) =>
  output.deliver(parts.map((part, i) => makeStoredLine(1, i, { time: TIME, ...part })), START, signal)

testOptions({ test, expect }, consoleOutput, {
  valid: [{}, { format: 'json' }, { to: 'stderr' }, { format: '{time} {message}', color: 'always' }],
  invalid: [{ format: 'xml' }, { format: '{time' }, { to: 'file' }, { color: 'red' }],
})

describe('a line', () => {
  const check = (options: object, parts: Parameters<typeof makeStoredLine>[2], want: string) =>
    test(JSON.stringify(parts), async () => {
      await print(await start(options), [parts])
      await eventually(() => received.includes('\n'))
      expect(received).toBe(`${want}\n`)
    })

  check({}, { body: 'hello', source: 'app', tags: [] }, `${TIME} INFO  app hello`)
  check({}, { body: 'hello', level: 'error', source: 'app', tags: ['api', 'payment'] }, `${TIME} ERROR app [api,payment] hello`)
  check({}, { body: { msg: 'from json', n: 1 }, tags: [] }, `${TIME} INFO  test from json`)
  check({}, { body: { n: 1 }, tags: [] }, `${TIME} INFO  test {"n":1}`)
  check({}, { body: 'one\ntwo\r\n', tags: [] }, String.raw`${TIME} INFO  test one\ntwo\r\n`)
  check({}, { body: '\u001b[31mred\u001b]0;t\u0007 \u009b2J \u202eevil', tags: ['\u001b'] }, String.raw`${TIME} INFO  test [\u001b] \u001b[31mred\u001b]0;t\u0007 \u009b2J \u202eevil`)
  const { text } = makeStoredLine(1, 0, { time: TIME, body: { a: 'é\u001b' }, tags: [] })
  check({ format: 'json' }, { body: { a: 'é\u001b' }, tags: [] }, text)
  check({ format: 'debug' }, { body: 'b', fields: { status: 200 }, error: 'no' }, `${TIME} INFO  test [general] b status=200 error="no"`)
  check({ format: '{source}: {message}' }, { body: 'two\nlines' }, String.raw`test: two\nlines`)
  check({ format: 'raw' }, { body: 'two\nlines\u001b' }, String.raw`two\nlines\u001b`)
  check({ format: 'raw', color: 'always' }, { level: 'error', body: 'red\u001b[0m' }, '\u001b[31mred\\u001b[0m\u001b[0m')
  check({ format: 'raw', color: 'always' }, { level: 'info', body: 'plain' }, 'plain')
})

test('is coloured by itself on a terminal alone, unless NO_COLOR says otherwise', async () => {
  const printed = async (): Promise<string> => {
    received = ''
    await print(await start({ format: 'raw' }), [{ level: 'warn', body: 'x' }])
    await eventually(() => received.includes('\n'))
    return received
  }
  const before = process.env['NO_COLOR']
  try {
    delete process.env['NO_COLOR']
    expect(await printed()).toBe('x\n')
    Object.defineProperty(stream, 'isTTY', { value: true })
    expect(await printed()).toBe('\u001b[33mx\u001b[0m\n')
    process.env['NO_COLOR'] = '1'
    expect(await printed()).toBe('x\n')
  } finally {
    if (before === undefined) delete process.env['NO_COLOR']
    else process.env['NO_COLOR'] = before
  }
})

test('json that hides control characters is still the same JSON', async () => {
  await print(await start({ format: 'json' }), [{ body: 'x\u009b2J\u2028\u202e\u007f' }])
  await eventually(() => received.includes('\n'))
  expect(received).not.toMatch(/[\u007f-\u009f\u2028\u202e]/)
  expect((JSON.parse(received) as { body: string }).body).toBe('x\u009b2J\u2028\u202e\u007f')
})

test('a reader that does not read holds the delivery back', async () => {
  const output = await start()
  reader.pause()
  let done = false
  const big = 'x'.repeat(4 * 1024 * 1024)
  const delivery = print(output, [{ body: big }]).then(() => {
    done = true
  })
  await eventually(() => stream.writableLength > 0)
  expect(stream.writableLength).toBeGreaterThan(0)
  expect(done).toBe(false)
  reader.resume()
  await delivery
  await eventually(() => received.endsWith('\n'))
  expect(received.length).toBeGreaterThan(big.length)
})

test('a delivery that is held back ends when the output is stopped', async () => {
  const output = await start()
  reader.pause()
  const stopper = new AbortController()
  const delivery = print(output, [{ body: 'x'.repeat(4 * 1024 * 1024) }], stopper.signal)
  stopper.abort()
  await expect(delivery).rejects.toThrow(/the output was stopped/)
})

test('a reader that has gone is reported once, and nothing more is printed', async () => {
  const output = await start()
  await print(output, [{ body: 'before' }])
  await eventually(() => received !== '')
  reader.destroy()
  await eventually(async () => {
    await print(output, [{ body: 'after' }])
    return host.problems.length > 0
  })
  for (let i = 0; i < 3; i++) await print(output, [{ body: 'later' }])
  expect(host.problems.map(({ message }) => message)).toEqual(['cannot write to stdout: its reader has gone.'])
})
