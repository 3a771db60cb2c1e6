// Posts one small record a request over N connections for S seconds, as bytes on sockets, so that the sender costs little. Prints requests/s.
import { connect } from 'node:net'

const [port, connections, seconds] = process.argv.slice(2).map(Number)
let done = 0
let failed = 0
let sequence = 0
const end = performance.now() + seconds * 1000
const request = () => {
  const body = `{"timestamp":"2026-11-01T00:00:00.000Z","level":"INFO","service":"api-svc","message":"GET /api/v1/orders completed","n":${sequence++}}`
  return `POST /ingest HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}
await Promise.all(Array.from({ length: connections }, () => new Promise((resolve, reject) => {
  const socket = connect(port, '127.0.0.1', () => socket.write(request()))
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    const head = text.indexOf('\r\n\r\n')
    if (head === -1) return
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
    if (text.length < head + 4 + length) return
    if (!text.startsWith('HTTP/1.1 200')) failed++
    text = text.slice(head + 4 + length)
    done++
    if (performance.now() < end) socket.write(request())
    else {
      socket.destroy()
      resolve()
    }
  })
  socket.on('error', reject)
})))
console.log(JSON.stringify({ perSecond: done / seconds, done, failed }))
