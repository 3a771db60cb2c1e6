// Reads OTLP/HTTP log requests as a receiver does: protobuf by protobufjs with the messages of opentelemetry-proto v1.9, strictly.
import protobuf from 'protobufjs'

/** Name, number and type of each field as logs.proto, common.proto, resource.proto and logs_service.proto have them. */
const MESSAGES: Readonly<Record<string, string>> = {
  ExportLogsServiceRequest: 'repeated ResourceLogs resource_logs = 1',
  ResourceLogs: 'Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3',
  Resource: 'repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2',
  ScopeLogs: 'InstrumentationScope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3',
  InstrumentationScope: 'string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4',
  LogRecord: 'fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5; repeated KeyValue attributes = 6; '
    + 'uint32 dropped_attributes_count = 7; fixed32 flags = 8; bytes trace_id = 9; bytes span_id = 10; fixed64 observed_time_unix_nano = 11; string event_name = 12',
  KeyValue: 'string key = 1; AnyValue value = 2',
  AnyValue: 'oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; }',
  ArrayValue: 'repeated AnyValue values = 1',
  KeyValueList: 'repeated KeyValue values = 1',
  ExportLogsServiceResponse: 'ExportLogsPartialSuccess partial_success = 1',
  ExportLogsPartialSuccess: 'int64 rejected_log_records = 1; string error_message = 2',
  Status: 'int32 code = 1; string message = 2',
}

const root = protobuf.parse(`syntax = "proto3"; ${Object.entries(MESSAGES).map(([name, fields]) => `message ${name} { ${fields}${fields.endsWith('}') ? '' : ';'} }`).join('\n')}`).root

type Value = string | boolean | number | bigint | null | Value[] | { [key: string]: Value }

export interface Decoded {
  readonly resource: Record<string, Value>
  readonly scope: string
  readonly records: ReadonlyArray<{
    readonly time: bigint
    readonly observed: bigint
    readonly severity: number
    readonly text: string
    readonly body: Value
    readonly attributes: Record<string, Value>
    readonly traceId: string
    readonly spanId: string
  }>
}

/** A message in protobuf, for a test server's answers. */
export function encodeMessage(name: 'ExportLogsServiceResponse' | 'Status', value: object): Buffer {
  const type = root.lookupType(name)
  return Buffer.from(type.encode(type.fromObject(value)).finish())
}

export function decodeOtlp(body: Buffer, contentType: string): Decoded[] {
  if (contentType === 'application/json') return groupsOf(JSON.parse(body.toString()) as Raw, fromJson)
  if (contentType !== 'application/x-protobuf') throw new Error(`no OTLP content type: ${contentType}`)
  const type = root.lookupType('ExportLogsServiceRequest')
  return groupsOf(type.toObject(type.decode(body), { longs: String, bytes: Buffer, defaults: false }) as Raw, fromProtobuf)
}

interface Raw { resourceLogs?: Any[] }
// oxlint-disable-next-line no-explicit-any -- what came over the wire
type Any = any

interface Reader {
  id(value: Any): string
  int(value: Any): bigint
  double(value: Any): number
}

const fromProtobuf: Reader = {
  id: (value) => Buffer.from(value).toString('hex'),
  int: (value) => BigInt(value),
  double: (value) => value,
}
/** The proto3 JSON mapping with OTLP's exceptions, and nothing it does not allow a sender. */
const fromJson: Reader = {
  id: (value) => {
    if (!/^([0-9a-f]{32}|[0-9a-f]{16})$/.test(value)) throw new Error(`no id in hexadecimal: ${value}`)
    return value
  },
  int: (value) => {
    if (typeof value !== 'string' || !/^-?\d+$/.test(value)) throw new Error(`a 64-bit integer is no decimal string: ${JSON.stringify(value)}`)
    return BigInt(value)
  },
  double: (value) => {
    if (typeof value === 'string' && !['NaN', 'Infinity', '-Infinity', '-0'].includes(value)) throw new Error(`no double: ${value}`)
    return Number(value)
  },
}

function groupsOf(request: Raw, reader: Reader): Decoded[] {
  return (request.resourceLogs ?? []).flatMap(({ resource, scopeLogs }) => scopeLogs.map(({ scope, logRecords }: Any) => ({
    resource: pairs(resource.attributes, reader), scope: scope.name,
    records: logRecords.map((record: Any) => {
      if (typeof record.severityNumber !== 'number') throw new Error('an enum is no number')
      return {
        time: int64(record.timeUnixNano, reader), observed: int64(record.observedTimeUnixNano, reader), severity: record.severityNumber, text: record.severityText ?? '',
        body: valueOf(record.body, reader), attributes: pairs(record.attributes, reader),
        traceId: record.traceId === undefined ? '' : reader.id(record.traceId), spanId: record.spanId === undefined ? '' : reader.id(record.spanId),
      }
    }),
  })))
}

function int64(value: Any, reader: Reader): bigint {
  return value === undefined ? 0n : reader.int(value)
}

/** Keys must be unique. */
function pairs(list: Any[] | undefined, reader: Reader): Record<string, Value> {
  const found = Object.create(null) as Record<string, Value>
  for (const { key, value } of list ?? []) {
    // An empty text is not on the wire.
    if (Object.hasOwn(found, key ?? '')) throw new Error(`a key came twice: ${key}`)
    found[key ?? ''] = valueOf(value, reader)
  }
  return found
}

function valueOf(value: Any, reader: Reader): Value {
  const [kind, ...more] = Object.keys(value ?? {}).filter((key) => key !== 'value')
  if (more.length > 0) throw new Error(`more than one kind of value: ${kind} and ${more.join(' and ')}`)
  switch (kind) {
    case undefined: return null
    case 'stringValue': return value.stringValue
    case 'boolValue': return value.boolValue
    case 'doubleValue': return reader.double(value.doubleValue)
    case 'intValue': {
      const int = reader.int(value.intValue)
      return Number.isSafeInteger(Number(int)) ? Number(int) : int
    }
    case 'arrayValue': return (value.arrayValue.values ?? []).map((item: Any) => valueOf(item, reader))
    case 'kvlistValue': return pairs(value.kvlistValue.values, reader)
    default: throw new Error(`no kind of value: ${kind}`)
  }
}
