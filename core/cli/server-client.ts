// A running server as commands ask it, over its HTTP API.
import { ServerError } from './server-error.ts'
import { UsageError } from './usage-error.ts'

export interface ServerClient {
  readonly url: string
  /** Throws ServerError when the server cannot be reached or answers with a problem; its text says what the server said. */
  ask(path: string, init?: RequestInit): Promise<Response>
}

/** An answer that a proxy or another program gave may be anything. */
const SHOWN_CHARS = 300

/** `token` is sent as a bearer token; a name and password may stand in the address. */
export function serverClient(address: string, token: string | undefined): ServerClient {
  const { base, authorization } = readAddress(address, token)
  return {
    url: base.href,
    async ask(path, init = {}) {
      const headers = new Headers(init.headers)
      if (authorization !== null) headers.set('Authorization', authorization)
      let answer: Response
      try {
        answer = await fetch(new URL(path.replace(/^\//, ''), base), { ...init, headers })
      } catch (error) {
        if (init.signal?.aborted === true) throw error
        const cause = (error as Error).cause as { code?: string; message?: string } | undefined
        const what = cause?.code ?? cause?.message ?? (error as Error).message
        const remedy = /CERT|SIGNED/.test(what) ? 'Name the authority of its certificate: NODE_EXTRA_CA_CERTS=ca.pem sawlog ..., and a name the certificate is for with --server.' : 'Is Sawlog running there?'
        throw new ServerError(`cannot reach ${base.href}: ${what}. ${remedy}`, null)
      }
      if (!answer.ok) throw new ServerError(await problemOf(answer, base.href), answer.status)
      return answer
    },
  }
}

function readAddress(address: string, token: string | undefined): { base: URL; authorization: string | null } {
  const text = /^https?:\/\//i.test(address) ? address : `http://${address}`
  if (!URL.canParse(text)) throw new UsageError(`${JSON.stringify(address)} is not an address. Write --server http://127.0.0.1:5000.`)
  const base = new URL(text)
  const { username, password } = base
  Object.assign(base, { username: '', password: '', search: '', hash: '' })
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  if (token !== undefined) return { base, authorization: `Bearer ${token}` }
  if (username === '' && password === '') return { base, authorization: null }
  return { base, authorization: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}` }
}

async function problemOf(answer: Response, url: string): Promise<string> {
  const text = await answer.text()
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown }
    if (typeof detail === 'string') return answer.status === 401 ? `${detail} Give it with --token or SAWLOG_TOKEN, the password as http://any:PASSWORD@HOST.` : detail
  } catch {
    // no problem document: something else answered
  }
  return `${url} answered ${answer.status}: ${text.slice(0, SHOWN_CHARS).trim()}`
}
