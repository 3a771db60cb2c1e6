// An address and a port as Linux lists them in /proc/net/tcp and udp: `0100007F:0202` is 127.0.0.1:514.
import { endianness } from 'node:os'
import { isIPv4, isIPv6 } from 'node:net'

/** Each four bytes are one number of the machine's own byte order. */
const REVERSED = endianness() === 'LE'

/** Null for what is no address. */
export function procAddress(address: string, port: number): string | null {
  const bytes = isIPv4(address) ? address.split('.').map(Number) : isIPv6(address) ? v6Bytes(address) : null
  if (bytes === null) return null
  let text = ''
  for (let i = 0; i < bytes.length; i += 4) {
    const word = bytes.slice(i, i + 4)
    for (const byte of REVERSED ? word.toReversed() : word) text += hex(byte, 2)
  }
  return `${text}:${hex(port, 4)}`
}

function v6Bytes(address: string): number[] {
  const text = (address.split('%', 1)[0] as string).replace(/[^:]+\..+$/, (v4) => {
    const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number)
    return `${hex(a * 256 + b, 4)}:${hex(c * 256 + d, 4)}`
  })
  const [before = '', after] = text.split('::', 2)
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail].map((group) => Number.parseInt(group, 16))
  return groups.flatMap((group) => [group >> 8, group & 255])
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}
