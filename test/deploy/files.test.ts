import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { freshDirectory, runSawlog } from '../e2e/sawlog.ts'
import { needsPackage } from '../needs-package.ts'
import { needs } from '../needs.ts'
import { ROOT } from '../project/source-files.ts'
import { composeText, deployFile, imageStage, SECRETS, stages } from './deploy-files.ts'
import { instructionsOf, pairsOf, settingOf } from './read-dockerfile.ts'
import { readCompose, variablesIn } from './read-compose.ts'

const run = promisify(execFile)
const compose = readCompose(composeText, SECRETS)
const services = Object.entries(compose.services)
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { description: string; license: string; engines: { node: string } }

/** Files that COPY takes from the checkout. */
const copied = stages.flatMap((stage) => instructionsOf(stage, 'COPY')).filter(({ flags }) => flags['from'] === undefined).flatMap(({ args }) => args.slice(0, -1))

describe('the Dockerfile', () => {
  test('copies what exists, and .dockerignore lets in just that', () => {
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
    const letIn = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1))
    // `test` has to be let in for `test/contract` to be.
    expect(letIn.filter((path) => path !== 'test').sort()).toEqual([...copied].sort())
  })

  test('copies everything that the build reads and the package holds', () => {
    const covered = (path: string): boolean => copied.some((one) => path === one || path.startsWith(`${one}/`))
    const { include } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as { include: string[] }
    const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] }
    const needed = [...include, ...files.filter((file) => file !== 'dist'), 'package.json', 'package-lock.json', 'tsconfig.json', 'README.md', 'LICENSE']
    expect(needed.filter((path) => !covered(path))).toEqual([])
  })

  test('ends with a stage that runs as a numbered user other than root, stops by SIGTERM and asks /healthz', () => {
    expect(stages.length).toBe(2)
    expect(settingOf(imageStage, 'USER')[0]).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    expect(settingOf(imageStage, 'STOPSIGNAL')).toEqual(['SIGTERM'])
    expect(settingOf(imageStage, 'HEALTHCHECK').join(' ')).toContain('/healthz')
    expect(instructionsOf(imageStage, 'RUN').filter(({ text }) => /apt-get|npm /.test(text))).toEqual([])
  })

  test('has one base, with a tag, that the package supports, and the words of the package', () => {
    const [base = '', ...others] = new Set(stages.map((stage) => stage.base))
    expect(others).toEqual([])
    const major = Number(/^node:(\d+)-\w+-slim$/.exec(base)?.[1])
    expect(major).toBeGreaterThanOrEqual(Number(/\d+/.exec(manifest.engines.node)?.[0]))
    const labels = pairsOf(imageStage, 'LABEL')
    expect([labels['org.opencontainers.image.description'], labels['org.opencontainers.image.licenses']]).toEqual([manifest.description, manifest.license])
  })
})

const dockerfileUtils = needsPackage('dockerfile-utils', '0.16.3')
test('the Dockerfile has no complaint from dockerfile-utils', { timeout: 60_000 }, async ({ skip }) => {
  const { entry, missing } = await dockerfileUtils
  if (missing !== '') return skip(missing)
  const { validate } = (await import(entry)) as { validate(text: string): unknown[] }
  expect(validate(deployFile('Dockerfile'))).toEqual([])
  expect(validate('FROM node\nCOPYY a b')).toHaveLength(1)
})

describe('compose.yaml', () => {
  test('refuses to start without the token and the password, and holds neither', () => {
    expect(() => readCompose(composeText, {})).toThrow('required variable SAWLOG_TOKEN')
    expect(() => readCompose(composeText, { SAWLOG_TOKEN: 'x' })).toThrow('required variable SAWLOG_PASSWORD')
    for (const [, value = ''] of deployFile('.env.example').matchAll(/^SAWLOG_\w+=(.*)$/gm)) expect(value).toBe('')
  })

  test('.env.example has its variables with their defaults, and the README names them', () => {
    const written = [...deployFile('.env.example').matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value])
    const defaults = Object.fromEntries([...composeText.matchAll(/\$\{([A-Z_]+):(?:-([^}]*)|\?[^}]*)\}/g)].map(([, name = '', value = '']) => [name, value]))
    expect(Object.fromEntries(written)).toEqual(defaults)
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
    expect(Object.keys(defaults).filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
  })

  test.each(services)('%s is confined: read-only, no capabilities, limits, time to drain, networks and volumes that are declared', (_name, service) => {
    expect(service).toMatchObject({ init: true, restart: 'unless-stopped', read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], image: 'sawlog:local' })
    expect(Object.keys(service.deploy.resources.limits).sort()).toEqual(['cpus', 'memory', 'pids'])
    // Sawlog promises an end within 10 s of SIGTERM.
    expect(Number.parseInt(service.stop_grace_period, 10)).toBeGreaterThan(10)
    expect(existsSync(join(ROOT, 'deploy', service.build.context, service.build.dockerfile))).toBe(true)
    for (const network of service.networks ?? []) expect(compose.networks).toHaveProperty(network)
    for (const volume of service.volumes) {
      const [source = '', target = ''] = volume.split(':')
      if (source.startsWith('.')) expect(existsSync(join(ROOT, 'deploy', source))).toBe(true)
      else expect(compose.volumes).toHaveProperty(source)
      expect(target).toMatch(/^\/(?:etc\/sawlog\/config\.yaml|var\/lib\/sawlog\/\w+)$/)
    }
  })

  test('only the storage can be reached, on this machine alone unless said otherwise; the shared logs are read-only to the collector', () => {
    expect(services.filter(([, { ports }]) => ports !== undefined).map(([name, { ports }]) => [name, ports])).toEqual([['storage', ['127.0.0.1:5000:5000']]])
    expect(compose.services['logger']?.network_mode).toBe('none')
    expect(compose.services['collector']?.volumes).toContain('logs:/var/lib/sawlog/logs:ro')
  })

  const dclint = needsPackage('dclint', '3.1.0')
  test('has no complaint from dclint, the schema of Compose among its rules', { timeout: 60_000 }, async ({ skip }) => {
    const { entry, missing } = await dclint
    if (missing !== '') return skip(missing)
    // Three are taste; the last two do not see through the variables of a port.
    const rules = ['service-keys-order', 'services-alphabetical-order', 'top-level-properties-order', 'no-unbound-port-interfaces', 'require-quotes-in-ports']
    const args = [...rules.flatMap((rule) => ['--disable-rule', rule]), '--max-warnings', '0', join(ROOT, 'deploy/compose.yaml')]
    expect((await run(process.execPath, [fileURLToPath(new URL('../bin/dclint.cjs', entry)), ...args])).stdout.trim()).toBe('')
  })
})

describe('the configurations', () => {
  test.each(services)('%s.yaml is valid with what compose.yaml gives, and uses all of it', async (name, service) => {
    const text = deployFile(`${name}.yaml`)
    expect(service.volumes).toContain(`./${name}.yaml:/etc/sawlog/config.yaml:ro`)
    const env = Object.fromEntries(Object.entries(service.environment).map(([key, value]) => [key, String(value)]))
    expect(Object.keys(env).filter((key) => !variablesIn(text).has(key))).toEqual([])
    expect(await runSawlog(text, { args: ['--check'], env })).toEqual({ code: 0, output: 'OK\n' })
  })

  test('without the environment of compose only secrets are missing', async () => {
    const checks = services.map(([name]) => runSawlog(deployFile(`${name}.yaml`), { args: ['--check'], env: SECRETS }))
    for (const result of await Promise.all(checks)) expect(result).toEqual({ code: 0, output: 'OK\n' })
  })
})

const { path: analyze, missing } = await needs('systemd-analyze')

describe.skipIf(missing !== '')(`sawlog.service${missing}`, () => {
  const unit = (): string => {
    // It names Debian's Node; the Node that runs here may lie elsewhere.
    const file = join(freshDirectory(), 'sawlog.service')
    writeFileSync(file, deployFile('sawlog.service').replaceAll('/usr/bin/node', process.execPath))
    return file
  }

  test('is a valid unit', async () => {
    expect(await run(analyze, ['verify', '--man=no', unit()])).toEqual({ stdout: '', stderr: '' })
  })

  test('is confined: an exposure of at most 2 of 10', async () => {
    const { stdout } = await run(analyze, ['security', '--offline=true', '--threshold=20', '--no-pager', unit()])
    expect(stdout).toMatch(/Overall exposure level for sawlog\.service: [01]\.\d/)
  })
})
