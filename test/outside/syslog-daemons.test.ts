// rsyslog, syslog-ng and logger: what we send they store, and what they send we store.
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { LogRecord } from '../../core/record.ts'
import syslogOutput from '../../plugins/outputs/syslog.ts'
import syslogParser from '../../plugins/parsers/syslog.ts'
import { createHost } from '../contract/create-host.ts'
import { eventually } from '../contract/eventually.ts'
import { makeStoredLine } from '../contract/make-stored-line.ts'
import { freePort } from '../crash/server-process.ts'
import { freshDirectory } from '../e2e/sawlog.ts'
import { needs } from '../needs.ts'
import { needsDaemon } from '../needs-daemon.ts'
import { listening } from '../plugins/sources/syslog-scene.ts'
import { selfSigned } from '../plugins/self-signed.ts'
import { batchOf, host as parserHost, recordsOf } from '../plugins/tap-host.ts'

const rsyslog = await needsDaemon('rsyslogd')
const syslogNg = await needsDaemon('syslog-ng')
const logger = await needs('logger')
const tls = await selfSigned()

/** A daemon takes a second or two to start on a busy machine. */
const LIMIT_MS = 15_000
const TEXTS = ['hello one', 'zażółć "two" ]', 'boom three']

interface Daemon {
  /** The lines it has stored. */
  stored(): string[]
  log(): string
}

function daemon(path: string, args: readonly string[], env: NodeJS.ProcessEnv, file: string): Daemon {
  const child = spawn(path, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (log += bytes.toString()))
  const ended = new Promise((resolve) => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { log: () => log, stored: () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '') : []) }
}

function startRsyslog(rules: string, directory: string): Daemon {
  const config = join(directory, 'rsyslog.conf')
  writeFileSync(config, `global(workDirectory="${directory}")\n${rules}\n`)
  const modules = ['x86_64', 'aarch64'].map((arch) => `${rsyslog.root}/usr/lib/${arch}-linux-gnu/rsyslog`).find((path) => existsSync(path)) ?? ''
  return daemon(rsyslog.path, ['-n', '-f', config, '-i', join(directory, 'rsyslog.pid'), '-M', modules], rsyslog.env, join(directory, 'stored'))
}

function startSyslogNg(rules: string, directory: string): Daemon {
  const config = join(directory, 'syslog-ng.conf')
  writeFileSync(config, `@version: 3.38\noptions { keep-hostname(yes); use-dns(no); };\n${rules}\n`)
  const at = (name: string): string => join(directory, name)
  const args = ['-F', '--no-caps', '-f', config, '--persist-file', at('persist'), '--pidfile', at('pid'), '--control', at('control'), '--module-path', `${syslogNg.root}/usr/lib/syslog-ng/3.38`]
  return daemon(syslogNg.path, args, syslogNg.env, at('stored'))
}

/** Delivers the three texts until the daemon listens, with fields of their own, and returns what it stored. */
async function deliveredTo({ stored, log }: Daemon, options: object): Promise<string[]> {
  const { component } = await createHost(syslogOutput, options).setup()
  onTestFinished(() => component.close?.())
  const lines = TEXTS.map((body, i) => makeStoredLine(1, i, { body, level: (['info', 'warn', 'error'] as const)[i] ?? 'info', host: 'web1', source: 'demo', tags: ['a', 'b'], fields: { procid: 42 + i } }))
  const { signal } = new AbortController()
  expect(await eventually(() => component.deliver(lines, { segment: 1, record: 0, state: null }, signal).then(() => true, () => false), LIMIT_MS), log()).toBe(true)
  await eventually(() => stored().length >= TEXTS.length, LIMIT_MS)
  expect(stored().length, log()).toBe(TEXTS.length)
  return stored()
}

const EXPECTED = TEXTS.map((text, i) => `${['info', 'warning', 'err'][i]}|web1|demo|${42 + i}|${text}`)
const RSYSLOG_FORMAT = 'template(name="t" type="string" string="%syslogseverity-text%|%hostname%|%app-name%|%procid%|%msg:::drop-last-lf%\\n")'
const NG_FORMAT = 'template("$LEVEL|$HOST|$PROGRAM|$PID|$MESSAGE\\n")'

describe.skipIf(rsyslog.missing !== '')(`rsyslog${rsyslog.missing}`, () => {
  test.each([
    ['TCP, octet-counted, RFC 5424', 'imtcp', {}],
    ['TCP, newlines, RFC 3164', 'imtcp', { framing: 'newline', format: 'rfc3164' }],
    ['UDP', 'imudp', { mode: 'udp' }],
  ])('stores what we send: %s', { timeout: 60_000 }, async (_what, input, options) => {
    const directory = freshDirectory()
    const port = await freePort()
    const target = startRsyslog(`module(load="${input}")\ninput(type="${input}" port="${port}" address="127.0.0.1")\n${RSYSLOG_FORMAT}\naction(type="omfile" file="${directory}/stored" template="t")`, directory)
    const got = await deliveredTo(target, { address: `127.0.0.1:${port}`, bom: false, ...options })
    expect(got.map((line) => line.replace(/\| /, '|'))).toEqual(EXPECTED)
  })

  test.skipIf(tls.missing !== '')(`stores what we send over TLS${tls.missing}`, { timeout: 60_000 }, async () => {
    const directory = freshDirectory()
    const port = await freePort()
    const files = `DefaultNetstreamDriver="ossl" DefaultNetstreamDriverCAFile="${tls.caPath}" DefaultNetstreamDriverCertFile="${tls.serverPath}" DefaultNetstreamDriverKeyFile="${tls.serverKeyPath}"`
    const target = startRsyslog(`global(${files})\nmodule(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")\ninput(type="imtcp" port="${port}" address="127.0.0.1")\n${RSYSLOG_FORMAT}\naction(type="omfile" file="${directory}/stored" template="t")`, directory)
    const got = await deliveredTo(target, { mode: 'tls', address: `localhost:${port}`, tls: { ca: tls.caPath }, bom: false })
    expect(got.map((line) => line.replace(/\| /, '|'))).toEqual(EXPECTED)
  })

  test.each([
    ['TCP', 'protocol="tcp"', 'tcp'],
    ['TCP, octet-counted, RFC 5424', 'protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"', 'tcp'],
    ['UDP', 'protocol="udp"', 'udp'],
  ])('what it sends is stored: %s', { timeout: 60_000 }, async (_what, action, mode) => {
    const { host, port } = await listening({ mode })
    const directory = freshDirectory()
    writeFileSync(join(directory, 'input'), '')
    mkdirSync(join(directory, 'state'))
    startRsyslog(`module(load="imfile" PollingInterval="1" mode="polling")\ninput(type="imfile" file="${directory}/input" tag="demo:" facility="local0" severity="warning")\naction(type="omfwd" target="127.0.0.1" port="${port}" ${action})`, directory)
    appendFileSync(join(directory, 'input'), TEXTS.map((text) => `${text}\n`).join(''))
    expect(await eventually(() => ours(host.intake.lines).length >= 3, LIMIT_MS)).toBe(true)
    expect(ours(host.intake.lines).map(({ level, fields }) => [level, fields['facility'], fields['appname'], fields['message']])).toEqual(TEXTS.map((text) => ['warn', 'local0', 'demo', text]))
  })
})

describe.skipIf(syslogNg.missing !== '')(`syslog-ng${syslogNg.missing}`, () => {
  test.each([
    ['TCP, octet-counted, RFC 5424', 'syslog(ip(127.0.0.1) port(PORT) transport("tcp"))', {}],
    ['TCP, newlines, RFC 3164', 'network(ip(127.0.0.1) port(PORT) transport("tcp"))', { framing: 'newline', format: 'rfc3164' }],
    ['UDP', 'syslog(ip(127.0.0.1) port(PORT) transport("udp"))', { mode: 'udp' }],
    ['TLS', `syslog(ip(127.0.0.1) port(PORT) transport("tls") tls(cert-file("${tls.serverPath}") key-file("${tls.serverKeyPath}") peer-verify(optional-untrusted)))`, { mode: 'tls', tls: { ca: tls.caPath } }],
  ])('stores what we send: %s', { timeout: 60_000 }, async (_what, source, options) => {
    const directory = freshDirectory()
    const port = await freePort()
    const target = startSyslogNg(`source s { ${source.replace('PORT', String(port))}; };\ndestination d { file("${directory}/stored" ${NG_FORMAT}); };\nlog { source(s); destination(d); };`, directory)
    expect(await deliveredTo(target, { address: `${'mode' in options && options.mode === 'tls' ? 'localhost' : '127.0.0.1'}:${port}`, ...options })).toEqual(EXPECTED)
  })

  test.each([
    ['TCP', 'network("127.0.0.1" port(PORT) transport("tcp"))', 'tcp'],
    ['TCP, octet-counted, RFC 5424', 'syslog("127.0.0.1" port(PORT) transport("tcp"))', 'tcp'],
    ['UDP', 'network("127.0.0.1" port(PORT) transport("udp"))', 'udp'],
  ])('what it sends is stored: %s', { timeout: 60_000 }, async (_what, destination, mode) => {
    const { host, port } = await listening({ mode })
    const directory = freshDirectory()
    writeFileSync(join(directory, 'input'), TEXTS.map((text) => `${text}\n`).join(''))
    startSyslogNg(`source s { file("${directory}/input" flags(no-parse) program-override("demo") default-facility(local0) default-priority(warning)); };\ndestination d { ${destination.replace('PORT', String(port))}; };\nlog { source(s); destination(d); };`, directory)
    expect(await eventually(() => ours(host.intake.lines).length >= 3, LIMIT_MS)).toBe(true)
    expect(ours(host.intake.lines).map(({ level, fields }) => [level, fields['facility'], fields['appname'], fields['message']])).toEqual(TEXTS.map((text) => ['warn', 'local0', 'demo', text]))
  })
})

describe.skipIf(logger.missing !== '')(`logger${logger.missing}`, () => {
  test.each([
    ['UDP', 'udp', ['-d']], ['UDP, RFC 3164', 'udp', ['-d', '--rfc3164']], ['TCP', 'tcp', ['-T']], ['TCP, octet-counted', 'tcp', ['-T', '--octet-count']],
  ])('what it sends is stored: %s', async (_what, mode, args) => {
    const { host, port } = await listening({ mode })
    for (const text of TEXTS) execFileSync(logger.path, ['-n', '127.0.0.1', '-P', String(port), ...args, '-t', 'demo', '-p', 'local0.warning', text])
    await eventually(() => host.intake.lines.length === 3)
    expect(ours(host.intake.lines).map(({ level, fields }) => [level, fields['facility'], fields['appname'], fields['message']])).toEqual(TEXTS.map((text) => ['warn', 'local0', 'demo', text]))
  })
})

/** What the parser makes of the lines, without what a daemon says of itself. */
function ours(lines: readonly string[]): LogRecord[] {
  const records = recordsOf(lines)
  parserHost(syslogParser).parse.get('syslog')?.call(batchOf(records))
  return records.filter(({ fields }) => fields['appname'] === 'demo')
}
