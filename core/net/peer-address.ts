// The address of a peer as people write it: an IPv4 address inside IPv6 (`::ffff:192.0.2.1`) is IPv4.

export function peerAddress(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address
}
