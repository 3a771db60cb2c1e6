// An HTTP server that counts the numbered lines it is sent; forked. Messages: 'listen', 'hang' (listens, and leaves every request without an answer), 'close', 'report'.
import { createServer } from 'node:http'

const MARK = Buffer.from('"n":"')
const DIGITS = 12
const PORT = Number(process.argv[2])
let seen = new Uint8Array(1 << 24)
let lines = 0
let doubled = 0
let hanging = false

const server = createServer(async (request, response) => {
  if (hanging) return request.resume()
  const parts = []
  for await (const part of request) parts.push(part)
  if (!hanging) count(Buffer.concat(parts))
  response.end('{}')
})

function count(body) {
  for (let at = body.indexOf(MARK); at !== -1; at = body.indexOf(MARK, at + MARK.length + DIGITS)) {
    let n = 0
    for (let i = at + MARK.length; i < at + MARK.length + DIGITS; i++) n = n * 10 + body[i] - 48
    if (n >= seen.length) {
      const larger = new Uint8Array(2 * Math.max(n, seen.length))
      larger.set(seen)
      seen = larger
    }
    if (seen[n] === 1) doubled++
    seen[n] = 1
    lines++
  }
}

process.on('disconnect', () => process.exit())
process.on('message', (what) => {
  if (what === 'report') return process.send({ lines, doubled })
  hanging = what === 'hang'
  if (what === 'close') {
    server.closeAllConnections()
    server.close(() => process.send('done'))
    return
  }
  // What hung until now is cut: its sender comes again.
  server.closeAllConnections()
  if (server.listening) return process.send('done')
  server.listen(PORT, '127.0.0.1', () => process.send('done'))
})
