// The body of an OTLP/HTTP request for logs.
import type { StoredLine } from '../journal/stored-line.ts'
import { groupRecords } from './group-records.ts'
import { otlpRecord } from './otlp-record.ts'
import { writeJson } from './write-json.ts'
import { writeProtobuf } from './write-protobuf.ts'

export const OTLP_ENCODINGS = { protobuf: 'application/x-protobuf', json: 'application/json' } as const

export type OtlpEncoding = keyof typeof OTLP_ENCODINGS

/** `journal` is the id of the journal the lines are from: part of each record's identity. */
export function otlpRequest(lines: readonly StoredLine[], journal: string, encoding: OtlpEncoding): Buffer | string {
  const groups = groupRecords(lines.map((line) => otlpRecord(line, journal)))
  return encoding === 'json' ? writeJson(groups) : writeProtobuf(groups)
}
