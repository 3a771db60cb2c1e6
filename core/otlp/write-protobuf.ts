// ExportLogsServiceRequest of opentelemetry-proto v1.9 (stable since v1.0) as protobuf. Field numbers are those of logs.proto, common.proto, resource.proto.
import { PbfWriter } from 'pbf'
import type { RecordGroup } from './group-records.ts'
import { MAX_NESTING, nestedText } from './nesting.ts'
import type { OtlpRecord, OtlpValue } from './otlp-record.ts'
import { SCOPE } from './scope.ts'

/** Wire types of the encoding. */
const FIXED64 = 1
const LOW_32 = 0xffff_ffffn

/** An attribute on its way, and how deep it stands. */
interface Pair {
  readonly key: string
  readonly value: OtlpValue
  readonly depth: number
}
interface Nested {
  readonly value: OtlpValue
  readonly depth: number
}

export function writeProtobuf(groups: readonly RecordGroup[]): Buffer {
  const out = new PbfWriter()
  for (const group of groups) out.writeMessage(1, writeResourceLogs, group)
  const { buffer, byteOffset, byteLength } = out.finish()
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
}

function writeResourceLogs(group: RecordGroup, out: PbfWriter): void {
  out.writeMessage(1, writeResource, group)
  out.writeMessage(2, writeScopeLogs, group)
}

function writeResource({ resource }: RecordGroup, out: PbfWriter): void {
  for (const [key, value] of resource) out.writeMessage(1, writePair, { key, value, depth: 1 })
}

function writeScopeLogs({ records }: RecordGroup, out: PbfWriter): void {
  out.writeMessage(1, writeScope, SCOPE)
  for (const record of records) out.writeMessage(2, writeRecord, record)
}

function writeScope(name: string, out: PbfWriter): void {
  writeText(1, name, out)
}

function writeRecord(record: OtlpRecord, out: PbfWriter): void {
  writeFixed64(1, record.time, out)
  out.writeVarintField(2, record.severity)
  writeText(3, record.severityText, out)
  out.writeMessage(5, writeValue, { value: record.body, depth: 1 })
  for (const [key, value] of record.attributes) out.writeMessage(6, writePair, { key, value, depth: 1 })
  if (record.traceId !== '') out.writeBytesField(9, Buffer.from(record.traceId, 'hex'))
  if (record.spanId !== '') out.writeBytesField(10, Buffer.from(record.spanId, 'hex'))
  writeFixed64(11, record.observed, out)
}

/** The library's own writes characters beyond U+1FFFF as others (pbf 5.1.2), and loses half a surrogate pair. On the wire text is bytes. */
function writeText(field: number, text: string, out: PbfWriter): void {
  out.writeBytesField(field, Buffer.from(text, 'utf8'))
}

/** The library's own takes a number, which holds no nanoseconds of today. */
function writeFixed64(field: number, value: bigint, out: PbfWriter): void {
  if (value === 0n) return
  out.writeTag(field, FIXED64)
  out.writeFixed32(Number(value & LOW_32))
  out.writeFixed32(Number(value >> 32n))
}

function writePair({ key, value, depth }: Pair, out: PbfWriter): void {
  writeText(1, key, out)
  out.writeMessage(2, writeValue, { value, depth })
}

/** Null is a value with none of the fields. */
function writeValue({ value, depth }: Nested, out: PbfWriter): void {
  switch (typeof value) {
    case 'string': return writeText(1, value, out)
    case 'boolean': return out.writeBooleanField(2, value)
    case 'number': return Number.isSafeInteger(value) && !Object.is(value, -0) ? out.writeVarintField(3, value) : out.writeDoubleField(4, value)
    case 'bigint': return writeInt64(3, value, out)
  }
  if (value === null) return
  if (depth > MAX_NESTING) return writeText(1, nestedText(value), out)
  if (Array.isArray(value)) out.writeMessage(5, writeArray, { value, depth: depth + 1 })
  else out.writeMessage(6, writePairs, { value, depth: depth + 1 })
}

function writeArray({ value, depth }: Nested, out: PbfWriter): void {
  for (const item of value as OtlpValue[]) out.writeMessage(1, writeValue, { value: item, depth })
}

function writePairs({ value, depth }: Nested, out: PbfWriter): void {
  for (const [key, item] of Object.entries(value as { [name: string]: OtlpValue })) out.writeMessage(1, writePair, { key, value: item, depth })
}

/** A varint of two's complement, seven bits a byte. */
function writeInt64(field: number, value: bigint, out: PbfWriter): void {
  out.writeTag(field, 0)
  let rest = BigInt.asUintN(64, value)
  out.realloc(10)
  while (rest > 0x7fn) {
    out.buf[out.pos++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  out.buf[out.pos++] = Number(rest)
}
