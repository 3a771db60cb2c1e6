// The syslog source over real sockets: framing, limits, backpressure, drops that are counted, stopping.
import { execFileSync } from 'node:child_process'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../contract/eventually.ts'
import { selfSigned } from '../self-signed.ts'
import { connection, lines, listening, sendDatagrams } from './syslog-scene.ts'

describe('TCP', () => {
  test.each([
    ['newlines', '<13>one\n<13>two\n<13>three'],
    ['NULs', '<13>one\0<13>two\0<13>three\0'],
    ['lengths', '7 <13>one7 <13>two9 <13>three'],
    ['lengths that count a newline', '8 <13>one\n8 <13>two\n10 <13>three\n'],
  ])('tells messages apart by %s, whichever a connection begins with', async (_what, text) => {
    const { host, port } = await listening()
    const socket = await connection(port)
    // Byte by byte: no read tells where a message ends.
    for (const byte of Buffer.from(text)) await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
    socket.end()
    expect(await lines(host, 3)).toEqual(['<13>one', '<13>two', '<13>three'])
  })

  test('each connection is a stream of its own, with the address of its peer as host and field', async () => {
    const { host, port } = await listening()
    const [first, second] = [await connection(port, '127.0.0.2'), await connection(port, '127.0.0.3')]
    first.end('a\n')
    second.end('b\n')
    await lines(host, 2)
    const seen = host.intake.emitted.map(({ stream, lines, options }) => [stream, lines[0], options.host, options.fields]).toSorted()
    const [one, two] = seen
    expect(seen.map(([stream, line, from]) => [String(stream).split(':')[0], line, from])).toEqual([['127.0.0.2', 'a', '127.0.0.2'], ['127.0.0.3', 'b', '127.0.0.3']])
    expect([one?.[3], two?.[0]]).toEqual([{ 'client.address': '127.0.0.2', 'client.port': Number(String(one?.[0]).split(':')[1]) }, expect.stringMatching(/:\d+$/)])
  })

  test('cuts a message that is too long, keeps what follows, and holds no more of it than that', async () => {
    const { host, port } = await listening({ max_line: '100B' })
    const socket = await connection(port)
    socket.end(`<13>${'x'.repeat(5_000_000)}\n<13>after\n`)
    expect((await lines(host, 2)).map((line) => line.length)).toEqual([100, 9])
    expect(host.counts.get('cut_lines')).toBe(1)
  })

  test('stops reading while the pipeline is full, so that the sender waits, and brings everything afterwards', { timeout: 30_000 }, async () => {
    let open: (() => void) | null = null
    const gate = new Promise<void>((resolve) => (open = resolve))
    const { host, port } = await listening({}, (emit) => async (...args) => {
      await gate
      return emit(...args)
    })
    const socket = await connection(port)
    const text = Array.from({ length: 40_000 }, (_, i) => `<13>n=${i} ${'x'.repeat(600)}\n`).join('')
    socket.write(text)
    // What the systems between us hold is a few MB; the rest stays with the sender.
    let before = -1
    await eventually(async () => {
      const same = before === socket.bytesWritten - socket.writableLength
      before = socket.bytesWritten - socket.writableLength
      await new Promise((resolve) => setTimeout(resolve, 200))
      return same
    })
    expect(socket.writableLength).toBeGreaterThan(5_000_000)
    ;(open as unknown as () => void)()
    socket.end()
    await eventually(() => host.intake.lines.length === 40_000, 20_000)
    expect(host.intake.lines.map((line) => Number(/n=(\d+)/.exec(line)?.[1]))).toEqual(Array.from({ length: 40_000 }, (_, i) => i))
  })

  test('refuses what is not on the list, and more connections than allowed, and counts both', async () => {
    const { host, port } = await listening({ allow_from: ['127.0.0.2'], max_connections: 1 })
    const kept = await connection(port, '127.0.0.2')
    kept.write('<13>one\n')
    await lines(host, 1)
    for (const from of ['127.0.0.1', '127.0.0.2']) {
      const refused = await connection(port, from)
      await new Promise((resolve) => refused.once('close', resolve).resume())
      kept.write('<13>more\n')
    }
    expect(await lines(host, 3)).toEqual(['<13>one', '<13>more', '<13>more'])
    expect(host.counts.get('refused_connections')).toBe(2)
    kept.destroy()
    await eventually(() => host.problems.length > 0)
    const free = await listening({ allow_from: ['127.0.0.2'] })
    const other = await connection(free.port)
    await new Promise((resolve) => other.once('close', resolve).resume())
    expect(free.host.problems.map(({ message }) => message)).toEqual(['cannot take connections from others than "allow_from" lists'])
  })

  test('closes an idle connection where that is wanted, not one that waits for us', async () => {
    let open: (() => void) | null = null
    const gate = new Promise<void>((resolve) => (open = resolve))
    const { host, port } = await listening({ idle_timeout: '200ms' }, (emit) => async (...args) => {
      await gate
      return emit(...args)
    })
    const waiting = await connection(port)
    waiting.write('<13>one\n')
    const idle = await connection(port)
    await new Promise((resolve) => idle.once('end', resolve).resume())
    expect(waiting.readableEnded).toBe(false)
    ;(open as unknown as () => void)()
    expect(await lines(host, 1)).toEqual(['<13>one'])
    expect(host.counts.get('idle_connections')).toBeGreaterThan(0)
  })

  test('a connection that breaks leaves what it brought, the torn message as well', async () => {
    const { host, port } = await listening()
    const socket = await connection(port)
    socket.write('<13>one\n<13>tw')
    await lines(host, 1)
    socket.resetAndDestroy()
    expect(await lines(host, 2)).toEqual(['<13>one', '<13>tw'])
    await eventually(() => host.counts.get('broken_connections') === 1)
    expect(host.counts.get('broken_connections')).toBe(1)
  })

  test('stopped, it tells its senders, and stores what they had sent until they have noticed', async () => {
    const { host, port, stop } = await listening()
    const polite = await connection(port)
    polite.write('<13>one\n')
    await lines(host, 1)
    // As a sender that is in the middle of something: it ends when it has read our end.
    polite.once('end', () => polite.end('<13>last words\n')).resume()
    const deaf = await connection(port, '127.0.0.2')
    deaf.pause()
    deaf.write('<13>not done')
    await eventually(() => deaf.writableLength === 0)
    const asked = performance.now()
    await stop()
    expect(performance.now() - asked).toBeLessThan(3000)
    expect(host.intake.lines.toSorted()).toEqual(['<13>last words', '<13>not done', '<13>one'])
    const late = connect({ port, host: '127.0.0.1' })
    await expect(new Promise((_resolve, reject) => late.once('error', reject))).rejects.toThrow('ECONNREFUSED')
  })

  test('waits for a port that another has, and says so', async () => {
    const first = await listening()
    const second = await listening({ address: `127.0.0.1:${first.port}` })
    expect(second.host.problems.map(({ message }) => message)).toEqual([expect.stringContaining(`cannot listen on 127.0.0.1:${first.port}: listen EADDRINUSE`)])
    await first.stop()
    const socket = await (async () => {
      await eventually(() => second.host.logs.some((line) => line.includes('Listening')), 10_000)
      return connection(first.port)
    })()
    socket.end('<13>one\n')
    expect(await lines(second.host, 1)).toEqual(['<13>one'])
  })
})

const certificates = await selfSigned()
describe.skipIf(certificates.missing !== '')(`TLS${certificates.missing}`, () => {
  const { ca, client, caPath, serverPath, serverKeyPath } = certificates
  const tls = { cert: serverPath, key: serverKeyPath }
  const speak = (port: number, options: object, text: string) => new Promise<void>((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca, ...options }, () => socket.write(text))
    onTestFinished(() => void socket.destroy())
    socket.once('close', () => resolve()).once('error', reject).resume()
    setTimeout(() => socket.end(), 300)
  })

  test('takes messages, and from those who do not speak TLS nothing', async () => {
    const { host, port } = await listening({ mode: 'tls', tls })
    await speak(port, {}, '7 <13>one7 <13>two')
    expect(await lines(host, 2)).toEqual(['<13>one', '<13>two'])
    const plain = await connection(port)
    plain.write('<13>plain\n')
    await eventually(() => host.counts.get('failed_handshakes') === 1)
    expect([host.counts.get('failed_handshakes'), host.intake.lines.length]).toEqual([1, 2])
  })

  test('with an authority only senders with its certificate are taken', async () => {
    const { host, port } = await listening({ mode: 'tls', tls: { ...tls, ca: caPath } })
    await speak(port, {}, '<13>nobody\n').catch(() => undefined)
    await speak(port, client, '<13>known\n')
    expect(await lines(host, 1)).toEqual(['<13>known'])
  })

  test('files that are not there are a problem, not the end', async () => {
    const { host } = await listening({ mode: 'tls', tls: { cert: '/no/such', key: '/no/such' } })
    expect(host.problems.map(({ message }) => message)).toEqual([expect.stringMatching(/cannot listen on 127.0.0.1:0: cannot read tls.cert: ENOENT/)])
  })
})

describe('UDP', () => {
  test('a datagram of syslog is one message, any other one is split into lines; a NUL or line end behind it is dropped', async () => {
    const { host, port } = await listening({ mode: 'udp' })
    await sendDatagrams(port, ['<13>two\nlines\0', '{"n":1}\n{"n":2}\r\n', '', '\n', Buffer.from([0x3c, 0x31, 0x33, 0x3e, 0xff, 0x0a])])
    expect(await lines(host, 4)).toEqual(['<13>two\nlines', '{"n":1}', '{"n":2}', '<13>\ufffd'])
    expect([host.counts.get('invalid_utf8'), host.intake.emitted[0]?.stream, host.intake.emitted[0]?.options]).toEqual([1, '127.0.0.1', { host: '127.0.0.1', fields: { 'client.address': '127.0.0.1' } }])
  })

  test('what does not fit into the queue while the pipeline is full is dropped, counted and reported; all else arrives', async () => {
    let open: (() => void) | null = null
    const gate = new Promise<void>((resolve) => (open = resolve))
    const { host, port } = await listening({ mode: 'udp', max_queue: '64KiB' }, (emit) => async (...args) => {
      await gate
      return emit(...args)
    })
    for (let n = 0; n < 20; n++) await sendDatagrams(port, Array.from({ length: 20 }, (_, i) => `<13>n=${n * 20 + i} ${'x'.repeat(900)}`))
    await eventually(() => (host.counts.get('dropped_datagrams') ?? 0) > 0)
    ;(open as unknown as () => void)()
    await eventually(() => host.intake.lines.length + (host.counts.get('dropped_datagrams') ?? 0) + (host.counts.get('dropped_by_system') ?? 0) === 400)
    expect(host.intake.lines.length).toBeGreaterThan(40)
    expect(host.intake.lines.length + (host.counts.get('dropped_datagrams') ?? 0) + (host.counts.get('dropped_by_system') ?? 0)).toBe(400)
    expect(host.problems.map(({ message }) => message)).toContain('cannot store datagrams as fast as they come: some were dropped')
  })

  test.skipIf(process.platform !== 'linux')('what the system drops because nobody looked in time is counted, too', { timeout: 30_000 }, async () => {
    const { host, port, stop } = await listening({ mode: 'udp', receive_buffer: '4KiB' })
    // In another process, while this one does not look.
    const script = `const s=require('dgram').createSocket('udp4');let left=500;for(let i=0;i<500;i++)s.send('<13>n='+i+' '+'x'.repeat(500),${port},'127.0.0.1',()=>{if(--left===0)s.close()})`
    execFileSync(process.execPath, ['-e', script])
    await eventually(() => host.intake.lines.length + (host.counts.get('dropped_by_system') ?? 0) === 500)
    await stop()
    const dropped = host.counts.get('dropped_by_system') ?? 0
    expect([dropped > 0, host.intake.lines.length + dropped]).toEqual([true, 500])
  })

  test('refuses senders that are not on the list, and counts them', async () => {
    const { host, port } = await listening({ mode: 'udp', allow_from: ['192.0.2.0/24'] })
    await sendDatagrams(port, ['<13>one'])
    await eventually(() => host.counts.get('refused_datagrams') === 1)
    expect([host.counts.get('refused_datagrams'), host.intake.lines]).toEqual([1, []])
  })

  test('stopped, it stores what had arrived', async () => {
    const { host, port, stop } = await listening({ mode: 'udp' })
    await sendDatagrams(port, Array.from({ length: 50 }, (_, i) => `<13>n=${i}`))
    await stop()
    expect(host.intake.lines.length).toBe(50)
  })
})
