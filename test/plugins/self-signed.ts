// An authority of the tests' own, and certificates it signed for `localhost` and for a client; made by openssl, gone with the process.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { needs } from '../needs.ts'

const run = promisify(execFile)

export interface Certificates {
  readonly ca: Buffer
  readonly server: { readonly cert: Buffer; readonly key: Buffer }
  readonly client: { readonly cert: Buffer; readonly key: Buffer }
  readonly caPath: string
  readonly serverPath: string
  readonly serverKeyPath: string
  readonly clientPath: string
  readonly clientKeyPath: string
  /** Why there are none, for the name of the skipped suite; empty when there are. */
  readonly missing: string
}

export async function selfSigned(): Promise<Certificates> {
  const { path: openssl, missing } = await needs('openssl')
  const folder = mkdtempSync(join(tmpdir(), 'sawlog-tls-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string): string => join(folder, name)
  if (missing === '') {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    await run(openssl, ['req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.crt'), '-subj', '/CN=Sawlog test authority'])
    for (const [name, subject, extension] of [['server', '/CN=localhost', 'subjectAltName=DNS:localhost'], ['client', '/CN=sender', 'extendedKeyUsage=clientAuth']] as const) {
      await writeFile(at(`${name}.ext`), extension)
      await run(openssl, ['req', ...key, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', subject])
      await run(openssl, ['x509', '-req', '-in', at(`${name}.csr`), '-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at(`${name}.ext`), '-out', at(`${name}.crt`)])
    }
  }
  const read = (name: string): Promise<Buffer> => (missing === '' ? readFile(at(name)) : Promise.resolve(Buffer.alloc(0)))
  return {
    ca: await read('ca.crt'), server: { cert: await read('server.crt'), key: await read('server.key') }, client: { cert: await read('client.crt'), key: await read('client.key') },
    caPath: at('ca.crt'), serverPath: at('server.crt'), serverKeyPath: at('server.key'), clientPath: at('client.crt'), clientKeyPath: at('client.key'), missing,
  }
}
