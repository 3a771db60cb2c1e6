// What Linux says of a connection is found by its two addresses, whichever family they are of.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { endianness, networkInterfaces } from 'node:os'
import { describe, expect, onTestFinished, test } from 'vitest'
import { procAddress } from '../../../core/net/proc-address.ts'
import { unacknowledged } from '../../../core/net/unacknowledged.ts'
import { eventually } from '../../contract/eventually.ts'

describe.skipIf(endianness() !== 'LE')('an address as /proc lists it', () => {
  test.each([
    ['127.0.0.1', 514, '0100007F:0202'],
    ['192.0.2.255', 65_535, 'FF0200C0:FFFF'],
    ['::', 0, '00000000000000000000000000000000:0000'],
    ['::1', 1, '00000000000000000000000001000000:0001'],
    ['2001:db8::ff00:42:8329', 80, 'B80D01200000000000FF000029834200:0050'],
    ['::ffff:192.0.2.1', 80, '0000000000000000FFFF0000010200C0:0050'],
    ['fe80::1%eth0', 80, '000080FE000000000000000001000000:0050'],
  ])('%s, %i', (address, port, expected) => expect(procAddress(address, port)).toBe(expected))

  test('is none for a name', () => expect(procAddress('localhost', 80)).toBeNull())
})

const hasV6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))

describe.skipIf(process.platform !== 'linux')('bytes that are not acknowledged', () => {
  test.each(['127.0.0.1', '::1'])('are seen while the peer does not read, and gone when it does: %s', async (address) => {
    if (address === '::1' && !hasV6) return
    const peers: Socket[] = []
    const server = createServer((socket) => peers.push(socket.pause())).listen(0, address)
    await once(server, 'listening')
    const socket = connect({ host: address, port: (server.address() as AddressInfo).port })
    onTestFinished(() => {
      for (const one of [socket, ...peers]) one.destroy()
      server.close()
    })
    await once(socket, 'connect')
    await eventually(() => peers.length === 1)
    expect(await unacknowledged(socket)).toBe(0)
    socket.write(Buffer.alloc(30_000_000))
    expect(await eventually(async () => ((await unacknowledged(socket)) ?? 0) > 100_000)).toBe(true)
    peers[0]?.resume()
    expect(await eventually(async () => socket.writableLength === 0 && (await unacknowledged(socket)) === 0, 15_000)).toBe(true)
    socket.destroy()
    expect(await unacknowledged(socket)).toBeNull()
  })
})
