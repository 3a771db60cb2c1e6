// The same request in OTLP's JSON: the proto3 mapping (64-bit integers as decimal strings), but enums as numbers and trace ids in hexadecimal.
import { wellFormed } from '../well-formed.ts'
import type { RecordGroup } from './group-records.ts'
import { MAX_NESTING, nestedText } from './nesting.ts'
import type { OtlpRecord, OtlpValue } from './otlp-record.ts'
import { SCOPE } from './scope.ts'

interface KeyValue {
  readonly key: string
  readonly value: object
}

export function writeJson(groups: readonly RecordGroup[]): string {
  return JSON.stringify({
    resourceLogs: groups.map(({ resource, records }) => ({
      resource: { attributes: resource.map((pair) => pairOf(pair, 1)) },
      scopeLogs: [{ scope: { name: SCOPE }, logRecords: records.map(recordOf) }],
    })),
  })
}

/** Undefined is left out: a field that is not there. */
function recordOf({ time, observed, severity, severityText, body, attributes, traceId, spanId }: OtlpRecord): object {
  return {
    timeUnixNano: time === 0n ? undefined : String(time),
    observedTimeUnixNano: observed === 0n ? undefined : String(observed),
    severityNumber: severity,
    severityText,
    body: valueOf(body, 1),
    attributes: attributes.map((pair) => pairOf(pair, 1)),
    traceId: traceId === '' ? undefined : traceId,
    spanId: spanId === '' ? undefined : spanId,
  }
}

function pairOf([key, value]: readonly [string, OtlpValue], depth: number): KeyValue {
  return { key: wellFormed(key), value: valueOf(value, depth) }
}

function valueOf(value: OtlpValue, depth: number): object {
  switch (typeof value) {
    case 'string': return { stringValue: wellFormed(value) }
    case 'boolean': return { boolValue: value }
    case 'bigint': return { intValue: String(value) }
    case 'number': return numberOf(value)
  }
  if (value === null) return {}
  if (depth > MAX_NESTING) return { stringValue: wellFormed(nestedText(value)) }
  if (Array.isArray(value)) return { arrayValue: { values: value.map((item) => valueOf(item, depth + 1)) } }
  return { kvlistValue: { values: Object.entries(value).map((pair) => pairOf(pair, depth + 1)) } }
}

/** JSON has no infinity (`1e999` in a record is one) and no sign on zero. */
function numberOf(value: number): object {
  if (Object.is(value, -0)) return { doubleValue: '-0' }
  if (Number.isSafeInteger(value)) return { intValue: String(value) }
  return { doubleValue: Number.isFinite(value) ? value : String(value) }
}
