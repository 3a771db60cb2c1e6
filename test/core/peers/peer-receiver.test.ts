// What a receiver takes, acknowledges and refuses.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shortId } from '../../../core/peers/peer-request.ts'
import { makeStoredLine } from '../../contract/make-stored-line.ts'
import { PeerScene } from './peer-scene.ts'

let scene: PeerScene
beforeAll(async () => {
  scene = await PeerScene.open()
})
afterAll(() => scene.close())

const line = (n: number, parts: Parameters<typeof makeStoredLine>[2] = {}): string => makeStoredLine(1, n, { body: `line ${n}`, ...parts }).text
const lines = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => line(from + i))
const OPENS = { opens: true }

let nodes = 0
/** Of a node that no other test uses. */
const fresh = (): string => `node-${nodes++}`

async function bodies(name: string): Promise<unknown[]> {
  return (await (await scene.node(name)).records()).map(({ value }) => value.body)
}

describe('a stretch', () => {
  test('is stored once, however often it comes, and in order', async () => {
    expect(await scene.post('once', lines(0, 3), ['1.0', '1.3'], OPENS)).toMatchObject({ status: 200, accepted: 3, last: '1.3' })
    expect(await scene.post('once', lines(0, 3), ['1.0', '1.3'], OPENS)).toMatchObject({ status: 200, accepted: 0 })
    expect(await scene.post('once', lines(3, 5), ['1.3', '2.7'])).toMatchObject({ status: 200, accepted: 2, last: '2.7' })
    expect(await scene.post('once', lines(1, 2), ['1.1', '1.2'])).toMatchObject({ status: 200, accepted: 0 })
    expect(await bodies('once')).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4'])
  })

  test.each([
    ['begins before what is stored', '1.2', '1.9', {}],
    ['begins behind it', '1.4', '1.9', {}],
    ['was stored under another run of the sender', '1.0', '1.3', { run: 'bbbbbbbbbbbbbbbb' }],
  ])('that %s is told where the stream stands', async (_what, from, to, more) => {
    const name = fresh()
    await scene.post(name, lines(0, 3), ['1.0', '1.3'], OPENS)
    expect(await scene.post(name, lines(0, 3), [from, to], more)).toMatchObject({ status: 409, last: '1.3', run: 'aaaaaaaaaaaaaaaa' })
    expect((await bodies(name)).length).toBe(3)
  })

  test('of a stream nobody opened is not taken', async () => {
    expect(await scene.post('unknown', lines(0, 3), ['1.0', '1.3'])).toMatchObject({ status: 409, last: null })
    expect(await bodies('unknown')).toEqual([])
  })

  test('that overtook the one before it waits for it', async () => {
    await scene.post('order', lines(0, 1), ['1.0', '1.1'], OPENS)
    const answers = await Promise.all([
      scene.post('order', lines(3, 4), ['1.3', '1.4'], { follows: true }), scene.post('order', lines(2, 3), ['1.2', '1.3'], { follows: true }),
      new Promise((resolve) => setTimeout(resolve, 100)).then(() => scene.post('order', lines(1, 2), ['1.1', '1.2'])),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await bodies('order')).toEqual(['line 0', 'line 1', 'line 2', 'line 3'])
  })

  test('that comes twice at the same time is stored once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => scene.post('twice', lines(0, 500), ['1.0', '1.500'], OPENS)))
    expect(answers.map(({ accepted }) => accepted).toSorted()).toEqual([0, 0, 500])
    expect((await bodies('twice')).length).toBe(500)
  })
})

describe('a line', () => {
  test.each([
    line(1),
    line(1, { time: '2026-11-01T00:00:00.123456789Z', guessed: ['level'], fields: { 'log.file.path': '/x\ny', n: 1.5 }, error: 'bad, "quoted" \u001b' }),
    line(1, { body: 'a "quoted" \\ text\twith \u0000 and \u{1f600}', tags: [], guessed: ['time', 'level'] }),
    line(1, { body: { a: [1, { b: null }, -1.5e-7, true], '': '\u2028' }, tags: ['a b', '"'], guessed: ['time'] }),
    line(1).replace('"line 1"', '{"n": 12345678901234567890, "again":1,"again":2 }'),
  ])('is stored as it is, %#', async (text) => {
    const name = fresh()
    await scene.post(name, [text], ['1.0', '1.1'], OPENS)
    const node = await scene.node(name)
    const reader = node.journal.reader(node.journal.beginning())
    expect((await reader.read(10, 1e6)).lines.map((stored) => stored.text)).toEqual([text])
    await reader.close()
  })

  test.each([
    ['not JSON at all', 'begin as stored'],
    ['{"time":"2026-11-01T00:00:00.001Z","level":"info"', 'are missing or wrong'],
    [line(1).replace('"info"', '"loud"'), 'are missing or wrong'],
    [line(1).replace('00.001Z', 'xx.001Z'), 'are missing or wrong'],
    [line(1).replace('"line 1"', '12'), 'neither a JSON object nor a string'],
    [line(1).replace('"line 1"', '{"a":01}'), 'neither a JSON object nor a string'],
    [line(1).replace('"line 1"', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`), 'neither a JSON object nor a string'],
    [line(1).replace(/\}$/, ',"erased":true}'), 'does not end as'],
    [line(1).replace(/\}$/, ',"fields":[]}'), 'fields are no JSON object'],
    [line(1).replace(/\}$/, ',"error":7}'), 'error is no text'],
  ])('that is no stored line is kept as text, with the reason, %#', async (text, reason) => {
    const name = fresh()
    expect(await scene.post(name, [line(0), text, line(2)], ['1.0', '1.3'], OPENS)).toMatchObject({ status: 200, accepted: 3 })
    const records = await (await scene.node(name)).records()
    expect(records.map(({ value }) => value.body)).toEqual(['line 0', text, 'line 2'])
    expect(records[1]?.value.error).toContain(reason)
  })

  test('that a filter changes is written anew, the others as they are', async () => {
    const { hooks } = await scene.node('filtered')
    hooks.filter.tap('test', (batch) => {
      for (const record of batch.records) {
        if (record.line === 'line 1') record.replaceBody('hidden')
        if (record.readFields['secret'] !== undefined) record.fields['secret'] = '-'
        if (record.object?.['drop'] === true) record.level = 'error'
      }
      return { ...batch, records: batch.records.filter(({ line: text }) => text !== 'line 3') }
    })
    const sent = [line(0), line(1, { error: 'why', fields: { a: 1 } }), line(2, { fields: { secret: 'x', n: 2 } }), line(3), line(4, { body: { drop: true, n: 1 } })]
    await scene.post('filtered', sent, ['1.0', '1.5'], OPENS)
    const expected = [line(0), line(1, { body: 'hidden', error: 'why', fields: { a: 1 } }), line(2, { fields: { secret: '-', n: 2 } }), line(4, { body: { drop: true, n: 1 }, level: 'error' })]
    expect((await (await scene.node('filtered')).records()).map(({ value }) => value)).toEqual(expected.map((text) => JSON.parse(text) as object))
  })
})

test('a request whose lines may come from here is refused', async () => {
  const { journal } = await scene.node('loop')
  expect(await scene.post('loop', lines(0, 1), ['1.0', '1.1'], { ...OPENS, via: ['sender-j', shortId(journal.id)] })).toMatchObject({ status: 508 })
})

test('of the epochs of one stream the last four are remembered', async () => {
  for (let epoch = 1; epoch <= 7; epoch++) await scene.post('epochs', lines(epoch, epoch + 1), [`1.${epoch}`, `1.${epoch + 1}`], { ...OPENS, epoch: `000000000000000${epoch}` })
  await scene.post('epochs', lines(0, 1), ['1.0', '1.1'], { ...OPENS, output: 'other' })
  expect((await scene.node('epochs')).streams().map((name) => name.slice(-4)).toSorted()).toEqual(['0001', '0004', '0005', '0006', '0007'])
})

test.each([
  ['sawlog-range', '1.5-1.5', 400], ['sawlog-range', '1.5', 400], ['sawlog-stream', 'a/b', 400], ['sawlog-stream', 'a/%/0/00000000', 400], ['sawlog-run', '', 400], ['sawlog-via', 'a b', 400],
  ['content-type', 'application/vnd.sawlog.lines; version=2', 415],
])('a request with %s: %s is answered %s', async (header, value, status) => {
  const headers = { 'content-type': 'application/vnd.sawlog.lines; version=1', 'sawlog-stream': 'a/b/0/00000000', 'sawlog-range': '1.0-1.1', 'sawlog-run': 'aaaaaaaa', 'sawlog-via': 'x', [header]: value }
  const response = await fetch(scene.url('wrong'), { method: 'POST', headers, body: `${line(0)}\n` })
  expect([response.status, ((await response.json()) as { detail: string }).detail.startsWith('cannot take')]).toEqual([status, true])
})

test('a probe is answered without anything being stored', async () => {
  const response = await fetch(scene.url('probe'), { method: 'POST', headers: { 'content-type': 'application/vnd.sawlog.lines; version=1' } })
  expect([response.status, (await (await scene.node('probe')).records()).length]).toEqual([204, 0])
})
