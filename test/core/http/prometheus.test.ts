import { execFile } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { createPrometheus } from '../../../core/http/prometheus.ts'
import { busyModel, fixtureModel, hostileModel } from '../../fixture-model.ts'
import { needs } from '../../needs.ts'

/** What Prometheus 3 sends. */
const PROMETHEUS_ACCEPT = 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,*/*;q=0.1'

const promtool = await needs('promtool')

function lint(text: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(promtool.path, ['check', 'metrics'], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, output: stdout + stderr })
    })
    child.stdin?.end(text)
  })
}

describe('the text format', () => {
  it('has every promised metric with its labels', async () => {
    const { contentType, body } = await createPrometheus(busyModel()).scrape(undefined)
    expect(contentType).toContain('text/plain; version=0.0.4')
    const lines = body.split('\n')
    for (const want of [
      'sawlog_records_total{level="error"} 85100', 'sawlog_source_records_total{source="nginx"} 3200000', 'sawlog_tag_records_total{tag="api"} 7100331',
      'sawlog_stored_bytes_total 2871562617', 'sawlog_parse_errors_total{stream="worker/billing"} 1520', 'sawlog_filtered_records_total 40233',
      'sawlog_output_lag_records{output="warehouse"} 1204', 'sawlog_output_lag_bytes{output="warehouse"} 278124', 'sawlog_output_lag_seconds{output="warehouse"} 0.4',
      'sawlog_output_delivered_records_total{output="archive"} 12431007', 'sawlog_output_errors_total{output="warehouse"} 2',
      'sawlog_plugin_seconds_total{plugin="keywords",kind="tagger",hook="tag"} 9.1204', 'sawlog_plugin_errors_total{plugin="only-errors",kind="filter",hook="filter"} 3',
      'sawlog_journal_segments 46', 'sawlog_ready 1', 'sawlog_build_info{version="1.2.3"} 1', 'sawlog_component_events_total{component="app",what="cut_lines"} 3',
    ]) expect(lines).toContain(want)
    expect(body).toMatch(/^sawlog_journal_bytes \d+/m)
    expect(body).toMatch(/^process_resident_memory_bytes \d+/m)
  })

  it('sets counters from the totals instead of adding them up at each scrape', async () => {
    let tick = 0
    const prometheus = createPrometheus(fixtureModel({ totals: () => ({ records: 5, bytes: 100 + tick, levels: { info: 5 + tick }, tags: {}, sources: {}, errors: 0, dropped: 0 }) }))
    await prometheus.scrape(undefined)
    await prometheus.scrape(PROMETHEUS_ACCEPT)
    tick = 3
    const { body } = await prometheus.scrape(undefined)
    expect(body).toContain('sawlog_records_total{level="info"} 8\n')
    expect(body).toContain('sawlog_stored_bytes_total 103\n')
  })

  it('drops labels that are gone', async () => {
    let names = ['a', 'b']
    const prometheus = createPrometheus(fixtureModel({
      outputs: () => names.map((name) => ({ name, type: 'x', lag: 1, lagBytes: 1, lagSeconds: 1, delivered: 1, errors: 1, rejected: 0, deadLetters: 0, lastError: null, state: 'running' })),
    }))
    await prometheus.scrape(undefined)
    names = ['b']
    const { body } = await prometheus.scrape(undefined)
    expect(body).not.toContain('output="a"')
    expect(body).toContain('sawlog_output_errors_total{output="b"} 1')
  })

  it('does not count the process from zero again when routes are rebuilt', async () => {
    const cpu = (body: string) => Number(/^process_cpu_seconds_total (\S+)/m.exec(body)?.[1])
    const first = createPrometheus(fixtureModel())
    const end = Date.now() + 50
    while (Date.now() < end) Math.sqrt(end)
    const before = cpu((await first.scrape(undefined)).body)
    expect(before).toBeGreaterThan(0.01)
    expect(cpu((await createPrometheus(fixtureModel()).scrape(undefined)).body)).toBeGreaterThanOrEqual(before)
  })

  it('says when records are not taken', async () => {
    const { body } = await createPrometheus(fixtureModel({ notReady: () => 'disk full' })).scrape(undefined)
    expect(body).toContain('sawlog_ready 0\n')
  })

  it('survives a wrong figure', async () => {
    const disk = { bytes: Number.NaN, segments: -1, free: Number.POSITIVE_INFINITY, oldest: null, sources: {} }
    const { body } = await createPrometheus(fixtureModel({ disk: () => disk })).scrape(undefined)
    expect(body).toContain('sawlog_journal_bytes 0\n')
    expect(body).toContain('sawlog_journal_segments 0\n')
  })

  it('escapes quotes, backslashes and newlines in label values', async () => {
    const { body } = await createPrometheus(hostileModel()).scrape(undefined)
    expect(body).toContain('sawlog_tag_records_total{tag="quo\\"te\\\\back\\nslash"} ')
    expect(body).toContain('sawlog_tag_records_total{tag="__proto__"} ')
    for (const line of body.split('\n')) expect(line).toMatch(/^(#[^\n]*|[a-z0-9_]+(\{[^\n]*\})? \S+|)$/i)
  })
})

describe('OpenMetrics', () => {
  it('goes to who asks for it and ends in EOF', async () => {
    const { contentType, body } = await createPrometheus(busyModel()).scrape(PROMETHEUS_ACCEPT)
    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    expect(body.endsWith('\n# EOF\n')).toBe(true)
    expect(body).toContain('# TYPE sawlog_records counter\n')
    expect(body).toContain('sawlog_records_total{level="error"} 85100\n')
  })

  it('leaves the names of the text format alone', async () => {
    const prometheus = createPrometheus(busyModel())
    const names = async (accept: string | undefined) => [...(await prometheus.scrape(accept)).body.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1])
    const before = await names(undefined)
    const open = await names(PROMETHEUS_ACCEPT)
    expect(await names(undefined)).toEqual(before)
    expect(await names(PROMETHEUS_ACCEPT)).toEqual(open)
    expect(before).toContain('sawlog_records_total')
    expect(open).toHaveLength(before.length)
  })
})

describe.skipIf(promtool.missing !== '')(`promtool check metrics${promtool.missing}`, () => {
  it('has nothing to say about a busy system', async () => {
    expect(await lint((await createPrometheus(busyModel()).scrape(undefined)).body)).toEqual({ code: 0, output: '' })
  })
  it('has nothing to say about hostile names', async () => {
    expect(await lint((await createPrometheus(hostileModel()).scrape(undefined)).body)).toEqual({ code: 0, output: '' })
  })
  it('does complain about a broken scrape', async () => {
    expect((await lint('sawlog_x{a="b} 1\n')).code).not.toBe(0)
  })
})
