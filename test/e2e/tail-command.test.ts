import { describe, expect, test } from 'vitest'
import { runCommand, startCommand } from './command.ts'
import { startSawlog, type Started, until } from './sawlog.ts'

const CONFIG = 'sources: [{ type: http }]\njournal: { segment_size: 4KiB }\n'

function numbers(out: string): number[] {
  return out.split('\n').slice(0, -1).map((line) => (JSON.parse(line) as { body: { n: number } }).body.n)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

async function post(sawlog: Started, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 10) expect((await sawlog.post(range(n, Math.min(n + 10, to)).map((one) => JSON.stringify({ n: one })).join('\n'))).status).toBe(200)
}

/** Patient with a busy machine; what is missing is named. */
function within(look: () => boolean, missing: () => string): Promise<unknown> {
  return until(look, 'all has come', 90_000).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${missing()}`)
  })
}

describe('sawlog tail', () => {
  test('follows through the server, and beside it over many segments: each record once', async () => {
    const sawlog = await startSawlog(CONFIG)
    await post(sawlog, 0, 5)
    const ways = [['--server', sawlog.url], ['--data', 'data'], []]
    const tails = ways.map((where) => startCommand(['tail', '--format', 'json', '--from', '1h', ...where], sawlog.directory))
    await until(() => tails.every((tail) => numbers(tail.out()).length === 5), 'they begin in the past')
    await post(sawlog, 5, 300)
    await within(() => tails.every((tail) => numbers(tail.out()).length >= 300), () => JSON.stringify(tails.map((tail) => [numbers(tail.out()).length, range(0, 300).filter((n) => !numbers(tail.out()).includes(n)).slice(0, 20), tail.err()])))
    for (const tail of tails) {
      expect(numbers(tail.out())).toEqual(range(0, 300))
      expect(tail.err()).toBe('')
      tail.kill()
      expect(await tail.ended).toBe(null)
    }
  }, 150_000)

  test('goes on over a kill of the server, and says so', async () => {
    const first = await startSawlog(CONFIG)
    const port = new URL(first.url).port
    const tails = [['--server', first.url], ['--data', 'data']].map((where) => startCommand(['tail', 'n:*', '--format', 'json', ...where], first.directory))
    await post(first, 0, 1)
    await until(async () => {
      await post(first, 0, 1)
      return tails.every((tail) => numbers(tail.out()).length > 0)
    }, 'they follow')
    await first.kill()
    const second = await startSawlog(CONFIG, { directory: first.directory, args: ['--port', port] })
    await post(second, 1, 50)
    await within(() => tails.every((tail) => numbers(tail.out()).at(-1) === 49), () => JSON.stringify(tails.map((tail) => [numbers(tail.out()).slice(-5), tail.err()])))
    for (const tail of tails) expect(numbers(tail.out()).filter((n) => n > 0)).toEqual(range(1, 50))
    expect(tails[0]?.err()).toMatch(/lost the connection to .*; trying again\.\n\[sawlog\] connected to .* again\.\n$/)
    expect(tails[1]?.err()).toBe('')
  }, 150_000)

  test('ends with its reader, and at once where it cannot follow', async () => {
    const sawlog = await startSawlog(CONFIG)
    for (const where of [['--server', sawlog.url], ['--data', 'data']]) {
      const tail = startCommand(['tail', ...where], sawlog.directory)
      await until(async () => {
        await post(sawlog, 0, 1)
        return tail.out() !== ''
      }, 'it follows')
      tail.closeOutput()
      const more = setInterval(() => void post(sawlog, 1, 2), 100)
      expect(await tail.ended).toBe(0)
      clearInterval(more)
      expect(tail.err()).toBe('')
    }
    expect(await runCommand(['tail', '--server', 'http://127.0.0.1:1'], sawlog.directory)).toMatchObject({ code: 2, err: expect.stringMatching(/cannot reach/) as string })
    expect(await runCommand(['tail', '"'], sawlog.directory)).toMatchObject({ code: 2, err: expect.stringMatching(/this quote is never closed/) as string })
  }, 150_000)
})
