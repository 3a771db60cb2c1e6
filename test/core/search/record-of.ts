// Builds a record as parsers would, and the line the journal would keep of it.
import { encodeRecord } from '../../../core/journal/encode-record.ts'
import { FrameBuffer } from '../../../core/journal/frame-buffer.ts'
import { StoredLine } from '../../../core/journal/stored-line.ts'
import type { Json, JsonObject } from '../../../core/json.ts'
import type { Level } from '../../../core/level.ts'
import { splitLines } from '../../../core/lines.ts'
import { LogRecord, type Fields } from '../../../core/record.ts'

export interface RecordSketch {
  readonly time?: string
  readonly level?: Level
  readonly source?: string
  readonly host?: string
  readonly tags?: readonly string[]
  readonly fields?: { readonly [name: string]: Json }
  readonly error?: string
}

/** A line that begins with `{` is a JSON body, copied as it is; any other is text. */
export function recordOf(line: string, sketch: RecordSketch = {}): LogRecord {
  const bytes = Buffer.from(line)
  const chunk = splitLines(bytes)
  const record = new LogRecord(sketch.source ?? 'app', sketch.host ?? 'web1', 0, chunk, 0, bytes.length, null)
  record.timeFound(Date.parse(sketch.time ?? '2026-11-01T12:00:00.250Z'))
  record.levelFound(sketch.level ?? 'info')
  record.tags.push(...(sketch.tags ?? []))
  record.error = sketch.error ?? null
  if (line.startsWith('{')) record.setJson(JSON.parse(line) as JsonObject)
  if (sketch.fields !== undefined) Object.assign(record.fields, sketch.fields as Fields)
  return record
}

export function storedOf(record: LogRecord): StoredLine {
  const out = new FrameBuffer()
  encodeRecord(record, out)
  return new StoredLine(1, 0, Buffer.from(out.bytes.subarray(0, out.length - 1)))
}
