// An HTTP server on a real socket that inflates request bodies and answers with what a function says.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** After decompression. */
  readonly body: Buffer
}

export interface Answer {
  /** 0 cuts the connection instead of answering. */
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

export interface AnsweringServer {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** An error thrown by `answer` is answered 500 and kept for `failures`: a test server that chokes must not look like a target that is down. */
export async function answeringServer(answer: (asked: Asked) => Answer, { port = 0, failures = [] }: { port?: number; failures?: unknown[] } = {}): Promise<AnsweringServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      let said: Answer
      try {
        const sent = Buffer.concat(chunks)
        const { method = '', url = '', headers } = request
        said = answer({ method, path: url, headers, body: headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent })
      } catch (error) {
        failures.push(error)
        said = { status: 500, body: String(error) }
      }
      if (said.status === 0) {
        request.socket.destroy()
        return
      }
      response.writeHead(said.status, said.headers)
      response.end(said.body)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${bound}`, port: bound,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}
