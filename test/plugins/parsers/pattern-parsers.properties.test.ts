import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ParserPlugin } from '../../../core/define-plugin.ts'
import embeddedJson from '../../../plugins/parsers/embedded-json.ts'
import grok from '../../../plugins/parsers/grok.ts'
import regex from '../../../plugins/parsers/regex.ts'
import { propertyMs, propertyRuns } from '../../property-runs.ts'
import { batchOf, host, recordsOf } from '../tap-host.ts'

/** Pieces of the formats below, glued together at random, reach places that random bytes never do. */
const piece = fc.oneof(
  fc.constantFrom('2026-11-01T00:00:00Z', ' ', 'ERROR', '[', ']', '"', '{', '}', '{"a":1}', '10.0.0.1', '::1', ' - - ', '01/Nov/2026:00:00:00 +0000', 'GET / HTTP/1.1', '200', '\\', '\n', 'a.b.', 'é', '😀'),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const line = fc.oneof(fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')), fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('utf8')))

function survives(plugin: ParserPlugin, options: object): void {
  const { parse, detect } = host(plugin, options)
  fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
    const records = recordsOf(lines)
    const texts = records.map((record) => record.line)
    parse.get(plugin.type)?.call(batchOf(records))
    for (const [i, record] of records.entries()) {
      expect(Number.isFinite(record.time)).toBe(true)
      if (record.object === null && record.error !== null) expect(record.line).toBe(texts[i])
      JSON.stringify(record.readFields)
    }
    detect.call({ stream: 's', source: 's', lines })
  }), propertyRuns)
}

test('regex survives any line', { timeout: propertyMs }, () => survives(regex, { pattern: ['^(?<time>\\S+) (?<level>\\w+) (?<message>.*?)(?: "(?<quoted>.*)")?$', '(?i)(?<a>[a-f]+)(?<b>\\W*)(?<c>.+)'], time_format: '%Y-%m-%dT%H:%M:%SZ' }))
test('grok survives any line', { timeout: propertyMs }, () => survives(grok, { pattern: ['%{COMBINEDAPACHELOG}', '%{SYSLOGLINE}', '%{HAPROXYHTTP}', '%{URI:uri}', '%{QS:q}'] }))
test('embedded_json survives any line', { timeout: propertyMs }, () => survives(embeddedJson, {}))

test('embedded_json gives back an object that stands in a line', { timeout: propertyMs }, () => {
  const { parse } = host(embeddedJson)
  // Text with a brace in it may hold an object of its own.
  const around = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[{}]/.test(text))
  fc.assert(fc.property(around, fc.dictionary(fc.string(), fc.jsonValue()), around, (before, object, behind) => {
    const text = JSON.stringify(object)
    const records = recordsOf([`${before}${text}${behind}`])
    parse.get('embedded_json')?.call(batchOf(records))
    expect(records[0]?.error).toBeNull()
    expect(records[0]?.line).toBe(text)
    expect(JSON.stringify(records[0]?.body)).toBe(text)
    expect(records[0]?.readFields['prefix'] ?? '').toBe(before.trim())
    expect(records[0]?.readFields['suffix'] ?? '').toBe(behind.trim())
  }), propertyRuns)
})
