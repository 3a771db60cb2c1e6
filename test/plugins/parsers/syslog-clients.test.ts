import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { OctetFrames } from '../../../core/octet-frames.ts'
import { LogRecord } from '../../../core/record.ts'
import syslog from '../../../plugins/parsers/syslog.ts'
import { sharedData } from '../../shared-data.ts'
import { ARRIVAL, batchOf, host } from '../tap-host.ts'

interface Data {
  readonly bytes: number
  readonly head?: string
  readonly head_b64?: string
}
interface Capture {
  readonly scenarios: Readonly<Record<string, { readonly transport?: string; readonly connections?: ReadonlyArray<{ readonly data: Data }>; readonly packets?: ReadonlyArray<{ readonly data: Data }> }>>
}

/** What one connection, or one packet, brings: its frames as parsed records. */
function records(bytes: Buffer, parse: (records: LogRecord[]) => void): LogRecord[] {
  const frames = new OctetFrames({ framing: 'auto', maxFrame: 65_536, onFault: (reason) => expect.fail(reason) })
  return [frames.push(bytes), frames.end()].flatMap((chunk) => {
    if (chunk === null) return []
    const all = chunk.starts.map((start, i) => new LogRecord('app', 'web1', ARRIVAL, chunk, start, chunk.ends[i] as number, null))
    parse(all)
    return all
  })
}

/**
 * Each client sent `hello one` (info), `zażółć "two"` (warning) and `boom three` (error) to local0, some with more lines behind. A datagram is one
 * message, also with newlines in it; syslog-client sends those over TCP too, where nothing can tell them from the end of a message.
 */
const CLIENTS = ['rsyslog', 'syslog-ng', 'python-syslog', 'util-linux-logger', 'pino-syslog', 'winston-syslog', 'syslog-client']
const SPLIT = new Set(['syslog-client tcp_3164'])

describe('what real clients send', () => {
  for (const client of CLIENTS) {
    const path = sharedData(`wire/${client}.json`)
    test.skipIf(path === null)(`${client}: three messages with their facility and levels${path === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
      const { scenarios } = JSON.parse(readFileSync(path as string, 'utf8')) as Capture
      const hooks = host(syslog)
      let looked = 0
      for (const [scenario, { connections, packets, transport }] of Object.entries(scenarios)) {
        if (transport !== 'tcp' && transport !== 'udp') continue
        const parts = (connections ?? packets ?? []).map(({ data }) => ({ data, bytes: data.head_b64 === undefined ? Buffer.from(data.head ?? '') : Buffer.from(data.head_b64, 'base64') }))
        // Only the head of a long one was recorded.
        if (parts.some(({ data, bytes }) => bytes.length !== data.bytes)) continue
        looked++
        const all = parts.flatMap(({ bytes }) => {
          if (transport === 'tcp') return records(bytes, (found) => hooks.parse.get('syslog')?.call(batchOf(found)))
          const record = new LogRecord('app', 'web1', ARRIVAL, null, 0, 0, null)
          record.replaceBody(bytes.toString())
          hooks.parse.get('syslog')?.call(batchOf([record]))
          return [record]
        })
        const name = `${client} ${scenario}`
        const read = all.filter(({ error }) => error === null)
        expect(all.length - read.length, name).toBe(SPLIT.has(name) ? 1 : 0)
        expect(read.map(({ level }) => level), name).toEqual(['info', 'warn', 'error'])
        expect(read.map(({ fields }) => fields['facility']), name).toEqual(['local0', 'local0', 'local0'])
        const messages = read.map(({ fields }) => `${fields['appname']} ${fields['message']}`)
        for (const [i, text] of ['hello one', 'zażółć', 'boom three'].entries()) expect(messages[i], name).toContain(text)
      }
      expect(looked).toBeGreaterThan(0)
    })
  }
})
