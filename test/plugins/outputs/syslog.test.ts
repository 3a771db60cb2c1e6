// The syslog output: messages as the RFCs want them, over real sockets, and what becomes of them when the target is slow, deaf or dead.
import { basename } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Output } from '../../../core/define-plugin.ts'
import { Retry } from '../../../core/delivery-errors.ts'
import type { Cursor, StoredLine } from '../../../core/journal/stored-line.ts'
import syslog from '../../../plugins/outputs/syslog.ts'
import { createHost, type Host } from '../../contract/create-host.ts'
import { eventually } from '../../contract/eventually.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { testOutput } from '../../contract/test-output.ts'
import type { StrictMessage } from '../strict-syslog.ts'
import { strictServer, strictUdpServer, type StrictOptions } from '../strict-syslog-server.ts'
import { selfSigned } from '../self-signed.ts'

const START: Cursor = { segment: 1, record: 0, state: null }
const NEVER = new AbortController().signal

const shared = await strictServer({ shared: true })
testOutput({ test, expect }, syslog, {
  guarantee: 'at-least-once',
  options: (directory) => ({ address: shared.address, max_message: '1MiB', app_name: `${basename(directory)}{nothing}` }),
  valid: [{ address: '[::1]:514' }, { address: 'logs.example.com:6514', mode: 'tls', tls: { cert: 'a', key: 'b' } }, { address: 'a:1', mode: 'udp', max_message: '60KiB' }],
  invalid: [
    {}, { address: '127.0.0.1' }, { address: 'a:0' }, { address: 'a:65536' }, { address: '::1:514' }, { address: 'a:1', tls: {} }, { address: 'a:1', mode: 'tls', tls: { cert: 'a' } },
    { address: 'a:1', mode: 'udp', framing: 'newline' }, { address: 'a:1', mode: 'udp', max_message: '1MiB' }, { address: 'a:1', facility: 'local9' }, { address: 'a:1', app_name: 'fixed' },
  ],
  read: async (directory) => {
    await eventually(() => shared.open === 0)
    return shared.messages().filter(({ app }) => app === basename(directory)).map(({ message }) => message)
  },
})

async function open(options: object): Promise<Host<typeof syslog> & { readonly component: Output }> {
  const host = await createHost(syslog, options).setup()
  onTestFinished(() => host.component.close?.())
  return host
}

async function sent(parts: Parameters<typeof makeStoredLine>[2], options: object = {}, server: StrictOptions = {}): Promise<StrictMessage> {
  const target = await strictServer(server)
  const { component } = await open({ address: target.address, ...options })
  await component.deliver([makeStoredLine(1, 0, parts)], START, NEVER)
  await eventually(() => target.messages().length > 0)
  return target.messages()[0] as StrictMessage
}

describe('a message of RFC 5424', () => {
  test('has the level as severity, time, host, source and body', async () => {
    const { data: _, ...message } = await sent({ time: '2026-11-01T00:00:00.013456789Z', level: 'error', host: 'web1', source: 'app', body: 'card declined' })
    expect(message).toEqual({ facility: 1, severity: 3, time: '2026-11-01T00:00:00.013456Z', host: 'web1', app: 'app', procid: '-', msgid: '-', message: 'card declined' })
  })

  test('carries each level as the severity that is read as it', async () => {
    const severities = await Promise.all((['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const).map(async (level) => (await sent({ level })).severity))
    expect(severities).toEqual([2, 3, 4, 6, 7, 7])
  })

  test('carries an object as the JSON it came as, beyond ASCII behind a byte order mark', async () => {
    expect((await sent({ body: { msg: 'zażółć "two"\nline2', n: 1e21 } })).message).toBe('{"msg":"zażółć \\"two\\"\\nline2","n":1e+21}')
    expect((await sent({ body: 'two\nlines of text\u0000 ' })).message).toBe('two\nlines of text#000 ')
  })

  test('has only what fits into a header', async () => {
    const message = await sent({ host: `Käthe 1\n${'h'.repeat(300)}`, source: `app [1] ${'x'.repeat(100)}`, body: { procid: 'a b', msgid: 'é'.repeat(40), text: 'x' } })
    expect([message.host, message.app, message.procid, message.msgid]).toEqual([`K_the_1_${'h'.repeat(247)}`, `app_[1]_${'x'.repeat(40)}`, 'a_b', '_'.repeat(32)])
    expect(await sent({ host: '', source: '', body: '' })).toMatchObject({ host: '-', app: '-', message: '' })
  })

  test('says source and tags in structured data, escaped', async () => {
    expect((await sent({ source: 'a"b]c\\d', tags: ['payment', 'käthe'] })).data).toEqual({ 'sawlog@32473': [['source', 'a"b]c\\d'], ['tags', 'payment,käthe']] })
    expect((await sent({ tags: [] }, { structured_data: 'none' })).data).toEqual({})
  })

  test('says what parsers found where that is wanted', async () => {
    const { data } = await sent({ fields: { 'a=b ]"': 1, ['long'.repeat(20)]: true, list: ['x', 2], deep: { a: ']' }, message: 'not here' } }, { structured_data: 'fields' })
    expect(data['fields@32473']).toEqual([['a_b___', '1'], ['long'.repeat(8), 'true'], ['list', 'x'], ['list', '2'], ['deep', '{"a":"]"}']])
  })

  test('passes on what came as syslog: facility, severity, ids, structured data and the message inside', async () => {
    const fields = {
      facility: 'local4', severity: 'notice', hostname: 'web1', appname: 'checkout', procid: 4711, msgid: 'ID47', version: 1, message: 'card declined',
      structured_data: { 'order@32473': { id: '17', item: ['a', 'b'] }, 'sawlog@32473': { source: 'before' } },
    }
    const message = await sent({ level: 'info', host: 'web1', source: 'syslog', tags: [], body: '<165>1 2026-11-01T00:00:00Z web1 checkout 4711 ID47 [order@32473 id="17"] card declined', fields })
    expect(message).toMatchObject({ facility: 20, severity: 5, host: 'web1', app: 'checkout', procid: '4711', msgid: 'ID47', message: 'card declined' })
    expect(message.data).toEqual({ 'sawlog@32473': [['source', 'syslog']], 'order@32473': [['id', '17'], ['item', 'a'], ['item', 'b']] })
    // A tagger or filter that changed the level is believed.
    expect((await sent({ level: 'error', fields })).severity).toBe(3)
  })

  test('takes header and message from templates', async () => {
    const options = { hostname: '{host}.example', app_name: '{body_app}-{source}', procid: '{tags}', msgid: '{LEVEL}', message: '{level} {user}', facility: 'local7' }
    expect(await sent({ source: 's', host: 'h', tags: ['a', 'b'], body: { body_app: 'shop', user: 'u1' } }, options))
      .toMatchObject({ facility: 23, host: 'h.example', app: 'shop-s', procid: 'a,b', msgid: 'INFO', message: 'info u1' })
  })

  test('is cut to size between characters, and counted', async () => {
    const target = await strictServer()
    const { component, counts } = await open({ address: target.address, max_message: '1KiB' })
    await component.deliver([makeStoredLine(1, 0, { body: '😀'.repeat(1000) }), makeStoredLine(1, 1, { body: 'short' }), makeStoredLine(1, 2, { body: 'whole', tags: ['t'.repeat(2000)] })], START, NEVER)
    await eventually(() => target.messages().length === 3)
    const [long, short, dataless] = target.messages()
    expect([/^(?:😀){200,}$/u.test(long?.message ?? ''), short?.message, dataless?.message, dataless?.data]).toEqual([true, 'short', 'whole', {}])
    expect(counts.get('cut_messages')).toBe(2)
  })
})

test('a message of RFC 3164 has local time, host, tag and process id', async () => {
  const time = new Date(2026, 10, 1, 3, 4, 5).toISOString()
  const message = await sent({ time, level: 'warn', host: 'web1', source: 'my app', body: 'café', fields: { procid: 12 } }, { format: 'rfc3164' }, { format: 'rfc3164' })
  expect(message).toEqual({ facility: 1, severity: 4, time: 'Nov  1 03:04:05', host: 'web1', app: 'my_app', procid: '12', msgid: '-', data: {}, message: 'café' })
})

test('with newline framing a message is one line', async () => {
  const message = await sent({ body: 'a\nb\r\nc\r', tags: ['x\ny'] }, { framing: 'newline' }, { framing: 'newline' })
  expect([message.message, message.data['sawlog@32473']?.at(-1)]).toEqual(['a#012b#015#012c#015', ['tags', 'x#012y']])
})

const lines = (from: number, count: number, pad = 0): StoredLine[] => Array.from({ length: count }, (_, i) => makeStoredLine(1, from + i, { body: `n=${from + i} ${'x'.repeat(pad)}` }))
const numbersOf = (messages: readonly StrictMessage[]): number[] => messages.map(({ message }) => Number(/^n=(\d+) /.exec(message)?.[1]))
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

describe('the connection', () => {
  test('is kept from batch to batch, and opened anew when the target has closed it meanwhile: nothing is lost or doubled', async () => {
    const target = await strictServer()
    const { component } = await open({ address: target.address })
    await component.deliver(lines(0, 10), START, NEVER)
    await component.deliver(lines(10, 10), START, NEVER)
    expect(target.connections).toBe(1)
    target.cut('end')
    await eventually(() => target.open === 0)
    await component.deliver(lines(20, 10), START, NEVER)
    await eventually(() => target.messages().length === 30)
    expect([numbersOf(target.messages()), target.connections]).toEqual([upTo(30), 2])
  })

  test.each(['reset', 'end'] as const)('that ends in mid-batch (%s) makes all of the batch come again', { timeout: 30_000 }, async (how) => {
    const target = await strictServer({ paused: true })
    const { component } = await open({ address: target.address })
    // More than both systems hold, so that it cannot be done before the cut.
    const batch = lines(0, 200, 60_000)
    const delivery = component.deliver(batch, START, NEVER)
    delivery.catch(() => undefined)
    await eventually(() => target.connections === 1)
    target.cut(how)
    await expect(delivery).rejects.toThrow(Retry)
    target.resume()
    await component.deliver(batch, START, NEVER)
    await eventually(() => target.messages().length >= 200)
    expect(numbersOf(target.messages()).slice(-200)).toEqual(upTo(200))
  })

  test('to a target that reads nothing holds the batch back, takes no memory, and is given up after the time limit', { timeout: 30_000 }, async () => {
    const target = await strictServer({ paused: true })
    const { component } = await open({ address: target.address, timeout: '1s' })
    const before = process.memoryUsage()
    const asked = performance.now()
    await expect(component.deliver(lines(0, 400, 60_000), START, NEVER)).rejects.toThrow(/127\.0\.0\.1:\d+: the target has taken nothing for 1 s/)
    expect(performance.now() - asked).toBeGreaterThan(900)
    const after = process.memoryUsage()
    // The lines are 24 MB by themselves: what is beyond them would be a second copy.
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(30_000_000)
  })

  test('small enough for the receive buffer of a target that reads nothing, the batch is delivered: nobody can know better', async () => {
    const target = await strictServer({ paused: true })
    const { component } = await open({ address: target.address, timeout: '5s' })
    await component.deliver(lines(0, 3), START, NEVER)
    target.resume()
    await eventually(() => target.messages().length === 3)
    expect(numbersOf(target.messages())).toEqual(upTo(3))
  })

  test('ends at once with the signal', async () => {
    const target = await strictServer({ paused: true })
    const { component } = await open({ address: target.address })
    const stop = new AbortController()
    const delivery = component.deliver(lines(0, 400, 60_000), START, stop.signal)
    delivery.catch(() => undefined)
    await eventually(() => target.connections === 1)
    const asked = performance.now()
    stop.abort()
    await expect(delivery).rejects.toThrow('the output was stopped')
    expect(performance.now() - asked).toBeLessThan(1000)
    await expect(component.deliver(lines(0, 1), START, stop.signal)).rejects.toThrow(Retry)
  })

  test('that nobody answers, or a name that nobody knows, is a reason to try again', async () => {
    const target = await strictServer()
    await target.close()
    await expect((await open({ address: target.address })).component.deliver(lines(0, 1), START, NEVER)).rejects.toThrow(/ECONNREFUSED/)
    await expect((await open({ address: 'no-such-host.invalid:514' })).component.deliver(lines(0, 1), START, NEVER)).rejects.toThrow(/^no-such-host\.invalid:514: /)
  })
})

const certificates = await selfSigned()
describe.skipIf(certificates.missing !== '')(`TLS${certificates.missing}`, () => {
  const { ca, server, client, caPath, clientPath, clientKeyPath } = certificates
  const tlsServer = () => strictServer({ tls: { ...server } })

  test('a target with a certificate of the given authority gets every record', async () => {
    const target = await tlsServer()
    const { component } = await open({ mode: 'tls', address: `localhost:${target.port}`, tls: { ca: caPath } })
    await component.deliver(lines(0, 500, 1000), START, NEVER)
    await eventually(() => target.messages().length === 500)
    expect(numbersOf(target.messages())).toEqual(upTo(500))
  })

  test('a certificate that is not trusted, or for another name, is refused unless that is wanted', async () => {
    const target = await tlsServer()
    const deliver = async (tls: object | undefined, host = 'localhost') => (await open({ mode: 'tls', address: `${host}:${target.port}`, ...(tls === undefined ? {} : { tls }) })).component.deliver(lines(0, 1), START, NEVER)
    await expect(deliver(undefined)).rejects.toThrow(/self-signed certificate|unable to verify/)
    await expect(deliver({ ca: caPath }, '127.0.0.1')).rejects.toThrow(/does not match certificate|not in the cert's list/)
    await deliver({ ca: caPath, server_name: 'localhost' }, '127.0.0.1')
    await deliver({ verify: false }, '127.0.0.1')
    await expect(deliver({ ca: '/no/such/file' })).rejects.toThrow(/cannot read tls\.ca: ENOENT/)
    expect(target.messages().length).toBe(2)
  })

  test('our own certificate is shown to a target that asks for one', async () => {
    const target = await strictServer({ tls: { ...server, ca, requestCert: true, rejectUnauthorized: true } })
    const { component } = await open({ mode: 'tls', address: `localhost:${target.port}`, tls: { ca: caPath, cert: clientPath, key: clientKeyPath } })
    await component.deliver(lines(0, 1), START, NEVER)
    await eventually(() => target.messages().length === 1)
    expect(client.cert.length).toBeGreaterThan(0)
    const without = await open({ mode: 'tls', address: `localhost:${target.port}`, tls: { ca: caPath } })
    // The refusal comes after the handshake is done for us.
    await expect(without.component.deliver(lines(1, 1), START, NEVER)).rejects.toThrow(Retry)
  })
})

describe('UDP', () => {
  test('sends a datagram a record, line ends and all', async () => {
    const target = await strictUdpServer()
    const { component } = await open({ mode: 'udp', address: target.address })
    await component.deliver([makeStoredLine(1, 0, { body: 'two\nlines' }), ...lines(1, 99)], START, NEVER)
    await eventually(() => target.messages().length === 100)
    expect([target.messages()[0]?.message, numbersOf(target.messages()).slice(1)]).toEqual(['two\nlines', upTo(100).slice(1)])
  })

  test('cuts what no datagram holds, and counts it', async () => {
    const target = await strictUdpServer()
    const { component, counts } = await open({ mode: 'udp', address: target.address })
    await component.deliver([makeStoredLine(1, 0, { body: 'x'.repeat(100_000) })], START, NEVER)
    await eventually(() => target.messages().length === 1)
    expect([(target.messages()[0]?.message.length ?? 0) > 8000, counts.get('cut_messages')]).toEqual([true, 1])
  })

  test('notices a port where nobody listens, and goes on when somebody does', async () => {
    const gone = await strictUdpServer()
    await gone.close()
    const { component } = await open({ mode: 'udp', address: gone.address })
    await expect(component.deliver(lines(0, 1), START, NEVER)).rejects.toThrow(/ECONNREFUSED/)
    const target = await strictUdpServer(Number(gone.address.split(':')[1]))
    await component.deliver(lines(0, 3), START, NEVER)
    await eventually(() => target.messages().length === 3)
    expect(numbersOf(target.messages())).toEqual(upTo(3))
  })
})
