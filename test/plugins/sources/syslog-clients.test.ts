// What real clients sent, recorded on the wire, sent once more to the syslog source.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { sharedData } from '../../shared-data.ts'
import { connection, lines, listening, sendDatagrams } from './syslog-scene.ts'

interface Data {
  readonly bytes: number
  readonly head?: string
  readonly head_b64?: string
}
interface Capture {
  readonly scenarios: Readonly<Record<string, { readonly transport?: string; readonly connections?: ReadonlyArray<{ readonly data: Data }>; readonly packets?: ReadonlyArray<{ readonly data: Data }> }>>
}

/** Each sent `hello one`, some text with `zażółć` and `boom three`; syslog-client breaks one in two over TCP, where nobody can tell. */
const CLIENTS = ['rsyslog', 'syslog-ng', 'python-syslog', 'util-linux-logger', 'pino-syslog', 'winston-syslog', 'syslog-client', 'pino-socket']

describe('what real clients sent, sent once more', () => {
  for (const client of CLIENTS) {
    const path = sharedData(`wire/${client}.json`)
    test.skipIf(path === null)(`${client}${path === null ? ' (the shared logs are not beside this checkout)' : ''}`, async () => {
      const { scenarios } = JSON.parse(readFileSync(path as string, 'utf8')) as Capture
      let looked = 0
      for (const [scenario, { connections, packets, transport }] of Object.entries(scenarios)) {
        if (transport !== 'tcp' && transport !== 'udp') continue
        const parts = (connections ?? packets ?? []).map(({ data }) => ({ data, bytes: data.head_b64 === undefined ? Buffer.from(data.head ?? '') : Buffer.from(data.head_b64, 'base64') }))
        // Only the head of a long one was recorded.
        if (parts.some(({ data, bytes }) => bytes.length !== data.bytes)) continue
        looked++
        const { host, port, stop } = await listening({ mode: transport })
        if (transport === 'udp') await sendDatagrams(port, parts.map(({ bytes }) => bytes))
        else for (const { bytes } of parts) (await connection(port)).end(bytes)
        const count = client === 'syslog-client' && transport === 'tcp' && scenario.endsWith('3164') ? 4 : 3
        const got = await lines(host, count)
        expect(got.length, scenario).toBe(count)
        for (const [i, text] of ['hello one', 'zażółć', 'boom three'].entries()) expect(got[i === 2 ? count - 1 : i], scenario).toContain(text)
        await stop()
      }
      expect(looked).toBeGreaterThan(0)
    })
  }
})
