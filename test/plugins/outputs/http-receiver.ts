// A strict receiver of HTTP requests for tests: checks what every request must have, keeps what came, answers as told.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Decompressed. */
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly body?: string
  readonly headers?: Record<string, string>
}

export interface Receiver {
  readonly url: string
  /** Every request, refused ones as well. */
  readonly requests: Received[]
  /** What to answer from now on; null leaves the request hanging. */
  answer: (request: Received, index: number) => Answer | null | Promise<Answer | null>
  close(): void
}

export async function startReceiver(answer: Receiver['answer'] = () => ({ status: 200 })): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      void (async () => {
        const sent = Buffer.concat(chunks)
        const broken = request.headers['content-length'] === String(sent.length) ? null : 'Content-Length is not the length'
        const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
        const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: body.toString() }
        receiver.requests.push(received)
        const { status, body: text = '', headers = {} } = broken === null ? ((await receiver.answer(received, receiver.requests.length - 1)) ?? { status: 0 }) : { status: 599, body: broken }
        if (status !== 0) response.writeHead(status, headers).end(text)
      })()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: [], answer,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return receiver
}
