import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { LineMaker, type LineMakerOptions } from '../../../core/generate/line-maker.ts'
import { LINE_FORMATS } from '../../../core/generate/render-line.ts'
import { sequenceColumn, sequenceOf } from '../../../core/generate/sequence-of.ts'

const START = Date.UTC(2026, 0, 1)

function lines(count: number, options: Partial<LineMakerOptions> = {}): string[] {
  const maker = new LineMaker({ format: 'json', incidents: [], malformed: 0, fields: {}, seed: 7, sequence: true, first: 1, ...options })
  return Array.from({ length: count }, (_, at) => maker.line(START + at * 20, at * 20))
}

interface Line {
  timestamp: string
  level: string
  service: string
  seq: number
  request_id?: string
  user_id?: string
  session?: string
  ip?: string
  path?: string
  status?: number
  duration_ms: number
  message: string
  exception?: string
}

const parsed = (count: number, options: Partial<LineMakerOptions> = {}): Line[] => lines(count, options).map((line) => JSON.parse(line) as Line)

describe('a flow', () => {
  const flows = [...grouped(parsed(20_000))].filter(([session]) => session !== undefined).map(([, flow]) => flow)

  test('keeps its user, address and session, numbers its requests, and grows in time', () => {
    for (const flow of flows) {
      expect(new Set(flow.map(({ user_id, ip }) => `${user_id} ${ip}`)).size).toBe(1)
      const numbers = flow.map(({ request_id }) => Number(request_id?.split('-').at(-1)))
      expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] as number) + at))
      expect(flow.map(({ timestamp }) => timestamp)).toEqual(flow.map(({ timestamp }) => timestamp).toSorted())
    }
  })

  test('goes from login over browsing and the cart to a payment, and some fail and are tried again', () => {
    const whole = flows.filter((flow) => flow[0]?.request_id?.endsWith('-1') === true)
    expect(whole.length).toBeGreaterThan(1000)
    for (const flow of whole) {
      const at = (message: string): number => flow.findIndex((line) => line.message.startsWith(message))
      if (at('payment authorized') !== -1) expect([at('login succeeded') < at('order'), at('order') < at('payment authorized')]).toEqual([true, true])
    }
    const declined = whole.filter((flow) => flow.some(({ message }) => message.startsWith('card declined')))
    expect([declined.length > 50, declined.some((flow) => flow.some(({ message }) => message.startsWith('payment authorized')))]).toEqual([true, true])
  })
})

/** Map.groupBy came with Node 21. */
function grouped(all: readonly Line[]): Map<string | undefined, Line[]> {
  const groups = new Map<string | undefined, Line[]>()
  for (const line of all) groups.set(line.session, [...(groups.get(line.session) ?? []), line])
  return groups
}

test('answers take their time with a long tail, and some errors have a stack trace', () => {
  const all = parsed(20_000)
  const times = all.filter(({ service }) => service === 'payment').map(({ duration_ms }) => duration_ms).toSorted((a, b) => a - b)
  const at = (share: number): number => times[Math.floor(times.length * share)] as number
  expect([at(0.5) > 100 && at(0.5) < 300, at(0.99) > 4 * at(0.5)]).toEqual([true, true])
  expect(all.filter(({ exception }) => exception !== undefined).length).toBeGreaterThan(3)
})

test('in an incident the share of failing requests of that service is what was asked for, and others are well', () => {
  const all = parsed(40_000, { incidents: [{ service: 'payment', after: 0, every: 1e9, for: 400_000, errors: 0.6 }] })
  const share = (from: number, to: number, service: string): number => {
    const some = all.slice(from, to).filter((line) => line.service === service)
    return some.filter(({ level }) => level === 'ERROR').length / some.length
  }
  expect(share(0, 20_000, 'payment')).toBeCloseTo(0.6, 1)
  expect([share(20_000, 40_000, 'payment') < 0.1, share(0, 20_000, 'api') < 0.05]).toEqual([true, true])
})

test('the same seed makes the same bytes, whatever the runtime; another makes others', () => {
  const digest = (options: Partial<LineMakerOptions>): string => createHash('sha256').update(lines(5000, options).join('\n')).digest('hex').slice(0, 16)
  const options = { incidents: [{ service: 'api', after: 10_000, every: 60_000, for: 5000, errors: 0.5 }] as const, malformed: 0.02, fields: { region: ['eu', 'us'], tier: { from: 1, to: 5 }, who: { names: 'person' as const } } }
  // Node 20.20 and 24.21 gave these.
  expect(Object.fromEntries(LINE_FORMATS.map((format) => [format, digest({ ...options, format })]))).toMatchInlineSnapshot(`
    {
      "combined": "f41c84cbea6096d5",
      "csv": "71bdefb4fd00cfc9",
      "json": "8554eeec16b38b37",
      "logfmt": "745452c6f95ba6b8",
      "syslog": "d4beb52e7f898fc5",
      "text": "3d02a4980fc9fa69",
    }
  `)
  expect(digest({ ...options, seed: 8 })).not.toBe(digest(options))
})

test('every line of every format tells its number, also a malformed one, and inside a stored record', () => {
  for (const format of LINE_FORMATS) {
    const maker = new LineMaker({ format, incidents: [], malformed: 0.3, fields: {}, seed: 7, sequence: true, first: 1 })
    const column = maker.header === null ? null : sequenceColumn(maker.header)
    const made = Array.from({ length: 2000 }, (_, at) => maker.line(START + at, at))
    expect([format, made.map((line) => sequenceOf(line, column))]).toEqual([format, made.map((_, at) => at + 1)])
    if (column === null) expect(made.map((line) => sequenceOf(JSON.stringify({ body: line }), null))).toEqual(made.map((_, at) => at + 1))
  }
  expect([sequenceOf('{"body":{"seq":17}}', null), sequenceOf('"{""seq"":17}"', null), sequenceOf('\tat com.shop.Seq(seq.java:17)', null), sequenceOf('timestamp,level,service,seq', 3)]).toEqual([17, 17, null, null])
  // Torn in its number, by a writer that was killed.
  expect([sequenceOf('{"service":"api","seq":17', null), sequenceOf('{"service":"api","seq":17,', null), sequenceOf('2026,INFO,api,17', 3), sequenceOf('2026,INFO,api,17,', 3)]).toEqual([null, 17, null, 17])
  // Commas in the cells before.
  expect(sequenceOf('"one, ""two"", three",2026,17,x', 2)).toBe(17)
})

test('malformed lines have their share, and unnumbered lines no number', () => {
  const broken = lines(10_000, { malformed: 0.1 }).filter((line) => {
    try {
      JSON.parse(line)
      return false
    } catch {
      return true
    }
  }).length
  expect([broken > 900, broken < 1100]).toEqual([true, true])
  expect(lines(10, { sequence: false }).some((line) => line.includes('seq'))).toBe(false)
})

test('custom fields are chosen from lists, ranges and names', () => {
  const all = lines(1000, { fields: { region: ['eu', 'us'], tier: { from: 1, to: 3 }, who: { names: 'person' }, shop: { names: 'company' }, town: { names: 'city' }, beta: [true] } }).map((line) => JSON.parse(line) as Record<string, unknown>)
  expect([new Set(all.map(({ region }) => region)), new Set(all.map(({ tier }) => tier)), all[0]?.['beta']]).toEqual([new Set(['eu', 'us']), new Set([1, 2, 3]), true])
  for (const name of ['who', 'shop', 'town']) expect(new Set(all.map((line) => line[name])).size).toBeGreaterThan(10)
})
