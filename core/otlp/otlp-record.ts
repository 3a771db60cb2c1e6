// A stored line in OpenTelemetry's log data model.
import { type ExactJson, parseExact } from '../exact-json.ts'
import type { StoredLine, StoredRecord } from '../journal/stored-line.ts'
import { otelOfLevel } from '../level.ts'
import { unixNanos } from '../time/unix-nanos.ts'

/** What OTLP's AnyValue can say: JSON, with integers of 64 bits. */
export type OtlpValue = ExactJson

export interface OtlpRecord {
  readonly source: string
  readonly host: string
  /** When it happened, ns; 0 where the record did not say. */
  readonly time: bigint
  /** When it was seen: the time of the record in any case, for the same record must always look the same. */
  readonly observed: bigint
  readonly severity: number
  readonly severityText: string
  readonly body: OtlpValue
  readonly attributes: ReadonlyArray<readonly [key: string, value: OtlpValue]>
  /** 32 and 16 hexadecimal digits, or empty. */
  readonly traceId: string
  readonly spanId: string
}

/** Shorter integers are exact as they are. */
const LONG_DIGITS = /\d{16}/
/** A fixed64. */
const MAX_NANOS = 2n ** 64n - 1n
const TRACE_NAMES = ['trace_id', 'traceId', 'trace.id', 'traceID', 'TraceId'] as const
const SPAN_NAMES = ['span_id', 'spanId', 'span.id', 'spanID', 'SpanId'] as const
/** All zeros is what tracers write when there is none. */
const TRACE_ID = /^(?!0+$)[0-9a-f]{32}$/i
const SPAN_ID = /^(?!0+$)[0-9a-f]{16}$/i

/** `journal` makes the record's identity one of its own in the world. */
export function otlpRecord(line: StoredLine, journal: string): OtlpRecord {
  const { time, level, source, host, tags, body, fields = {}, guessed = [], error } = exactly(line)
  const nanos = unixNanos(time)
  const fits = nanos !== null && nanos >= 0n && nanos <= MAX_NANOS
  const observed = fits ? nanos : 0n
  const attributes: Array<readonly [string, OtlpValue]> = Object.entries(fields)
  // A record that came from OpenTelemetry keeps the identity it came with.
  if (!Object.hasOwn(fields, 'log.record.uid')) attributes.push(['log.record.uid', `${journal}-${line.segment}-${line.record}`])
  const own: Array<readonly [string, OtlpValue | null]> = [
    ['sawlog.tags', tags.length === 0 ? null : tags], ['sawlog.guessed', guessed.length === 0 ? null : guessed],
    ['sawlog.error', error ?? null], ['sawlog.time', fits ? null : time],
  ]
  for (const [key, value] of own) if (value !== null && !Object.hasOwn(fields, key)) attributes.push([key, value])
  return {
    source, host, observed,
    time: guessed.includes('time') ? 0n : observed,
    severity: otelOfLevel(level),
    severityText: level.toUpperCase(),
    body, attributes,
    traceId: idIn(body, fields, TRACE_NAMES, TRACE_ID),
    spanId: idIn(body, fields, SPAN_NAMES, SPAN_ID),
  }
}

type Exact = Omit<StoredRecord, 'body' | 'fields'> & { body: OtlpValue; fields?: { [name: string]: OtlpValue } }

/** `value` has rounded what a double cannot hold. A damaged line is text without fields there, and stays so. */
function exactly(line: StoredLine): Exact {
  const { value } = line
  if ((typeof value.body === 'string' && value.fields === undefined) || !LONG_DIGITS.test(line.text)) return value
  return parseExact(line.text) as Exact
}

function idIn(body: OtlpValue, fields: { [name: string]: OtlpValue }, names: readonly string[], pattern: RegExp): string {
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : isObject(body) && Object.hasOwn(body, name) ? body[name] : undefined
    if (typeof value === 'string' && pattern.test(value)) return value.toLowerCase()
  }
  return ''
}

function isObject(value: OtlpValue): value is { [name: string]: OtlpValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
