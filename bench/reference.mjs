// The reference loop: read a file, split it, JSON.parse each line, nothing else. Prints MB/s. Runs as a process of its own.
import { closeSync, openSync, readSync, statSync } from 'node:fs'

const file = process.argv[2]
const fd = openSync(file, 'r')
const buffer = Buffer.allocUnsafe(256 * 1024)
let carry = ''
let lines = 0
const began = performance.now()
for (;;) {
  const length = readSync(fd, buffer, 0, buffer.length, null)
  if (length === 0) break
  const parts = (carry + buffer.toString('latin1', 0, length)).split('\n')
  carry = parts.pop()
  for (const line of parts) {
    JSON.parse(line)
    lines++
  }
}
closeSync(fd)
const seconds = (performance.now() - began) / 1000
console.log(JSON.stringify({ mbPerSecond: statSync(file).size / 1e6 / seconds, lines }))
