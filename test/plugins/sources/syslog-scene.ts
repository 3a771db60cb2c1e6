// A syslog source that listens on a port of its own, and senders to it, for the tests of that source.
import { createSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Emit } from '../../../core/emit.ts'
import syslog from '../../../plugins/sources/syslog.ts'
import { createHost, type Host } from '../../contract/create-host.ts'
import { eventually } from '../../contract/eventually.ts'

export type SyslogHost = Host<typeof syslog>

/** A source that listens, until the test ends. */
export async function listening(options: object = {}, emit?: (original: Emit) => Emit): Promise<{ host: SyslogHost; port: number; stop(): Promise<void> }> {
  const host = createHost(syslog, { address: '127.0.0.1:0', ...options })
  if (emit !== undefined) Object.assign(host.context, { emit: emit(host.intake.emit) })
  await host.setup()
  await host.component.start(host.context.signal)
  let stopped: Promise<void> | null = null
  const stop = (): Promise<void> => (stopped ??= Promise.resolve(host.component.stop()))
  onTestFinished(stop)
  return { host, stop, port: Number(/:(\d+)\.(?: |$)/.exec(host.logs.find((line) => line.includes('Listening')) ?? '')?.[1]) }
}

export async function connection(port: number, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}

export async function sendDatagrams(port: number, datagrams: ReadonlyArray<string | Buffer>): Promise<void> {
  const socket = createSocket('udp4')
  for (const datagram of datagrams) await new Promise((resolve) => socket.send(datagram, port, '127.0.0.1', resolve))
  socket.close()
}

/** Waits for so many lines; returns what there is. */
export const lines = (host: SyslogHost, count: number) => eventually(() => host.intake.lines.length >= count).then(() => host.intake.lines)
