import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeRecord } from '../../../core/journal/encode-record.ts'
import { FrameBuffer } from '../../../core/journal/frame-buffer.ts'
import json from '../../../plugins/parsers/json.ts'
import text from '../../../plugins/parsers/text.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { batchOf, host, recordsOf } from '../tap-host.ts'

const parsers = { json: host(json).parse.get('json'), text: host(text).parse.get('text') }
const anyLine = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
  fc.array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', '\\u00', '1e', '-', 'null', '{"time":', '"level":', '2026-11-01T00:00:00', 'Z', ' ', '\u0000', 'é', '\ud800', 'ERROR', '\ufeff'), { maxLength: 30 }).map((pieces) => pieces.join('')),
)

test.each(['json', 'text'] as const)('%s survives any line, and keeps one it cannot read', { timeout: propertyMs }, (name) => {
  fc.assert(fc.property(fc.array(anyLine, { minLength: 1, maxLength: 5 }), (lines) => {
    const records = recordsOf(lines)
    const before = records.map((record) => record.line)
    parsers[name]?.call(batchOf(records))
    for (const [i, record] of records.entries()) {
      expect(Number.isFinite(record.time)).toBe(true)
      if (record.object === null) expect(record.body).toBe(before[i])
    }
  }), propertyRuns)
})

test('json gives a record back as it was, and stores it as the bytes it came in', { timeout: propertyMs }, () => {
  const object = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('time', 'level', 'message', '__proto__', 'error')), fc.jsonValue())
  fc.assert(fc.property(object, fc.nat({ max: 2 }), (value, indent) => {
    // A line has no line breaks of its own: what would be pretty-printed is joined by spaces.
    const line = JSON.stringify(value, null, indent).replaceAll(/\n\s*/g, ' ')
    const [record] = recordsOf([line])
    if (record === undefined) return
    parsers.json?.call(batchOf([record]))
    expect(record.error).toBeNull()
    expect(JSON.stringify(record.body)).toBe(JSON.stringify(JSON.parse(line)))
    const stored = new FrameBuffer()
    encodeRecord(record, stored)
    expect(stored.filled().toString()).toContain(`"body":${line}`)
  }), propertyRuns)
})
