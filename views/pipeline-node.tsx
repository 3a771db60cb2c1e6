// One plugin in detail: what it is told to do, what it did, what went wrong.
import type { Child } from 'hono/jsx'
import type { NodeView } from '../core/http/pipeline-view.ts'
import type { ConfigValue, ParseErrorSample, StreamStatus } from '../core/read-model.ts'
import { Cut } from './cut.tsx'
import { type Column, DataTable } from './data-table.tsx'
import { bytes, duration, exact, plural } from './format.ts'
import { Num } from './number.tsx'
import { lagText } from './lag-text.ts'
import { pipelineAddress } from './pipeline-address.ts'
import { PipelineLetters } from './pipeline-letters.tsx'
import { pluginCost } from './plugin-cost.ts'
import { Time } from './time.tsx'
import { visible } from './visible.ts'

const STREAMS: readonly Column[] = [{ label: 'Stream', wide: true }, { label: 'Parser' }, { label: 'Why', wide: true }, { label: 'Records', numeric: true }, { label: 'Errors', numeric: true }]
const SAMPLES: readonly Column[] = [{ label: 'When' }, { label: 'Reason', wide: true }, { label: 'Line', wide: true }]

/** Samples at once; the older ones are folded. */
const SHOWN = 5

export function PipelineNodePanel({ node: view, now }: { node: NodeView; now: number }) {
  const { node, options, streams, parseErrors, problems } = view
  const set = options.filter(({ from }) => from !== 'default')
  const rest = options.filter(({ from }) => from === 'default')
  return (
    <section id="node" class="card wide node" aria-labelledby="node-title" tabindex={-1}>
      <div class="card-head">
        <h2 id="node-title"><Cut text={node.name} max={80} /> <span class="soft">{node.kind} · <Cut text={node.type} max={40} /></span></h2>
        <a id="node-close" class="tool" href="/pipeline">Close</a>
      </div>
      <p class="soft">{visible(node.summary)}</p>
      {node.failed === null ? null : <p class="said said-bad">It does not run: {visible(node.failed)}</p>}
      <dl class="facts">{factsOf(view).map(([label, value]) => <div><dt>{label}</dt><dd>{value}</dd></div>)}</dl>
      {problems.length === 0 ? null : (
        <Part title="What it reported">
          <ul>{problems.map(({ level, message, remedy, time, count }) => <li class="problem"><p><span class={`badge badge-${level}`}>{level}</span> <Time at={time} now={now} />{count > 1 ? ` × ${count}` : ''}</p><p>{visible(message)}</p><p class="remedy">{visible(remedy)}</p></li>)}</ul>
        </Part>
      )}
      {node.lastError === null || problems.some(({ message }) => message.includes(node.lastError ?? '')) ? null : <Part title="Last error"><p class="node-error"><code>{visible(node.lastError)}</code></p></Part>}
      {node.kind === 'output' ? <PipelineLetters view={view} now={now} /> : null}
      {streams.length === 0 ? null : <Part title={node.kind === 'source' ? 'Streams and their parsers' : 'Streams it reads'}><DataTable caption="Streams" columns={STREAMS} rows={streams.map(streamRow)} /></Part>}
      {node.kind !== 'source' && node.kind !== 'parser' ? null : (
        <Part title="Lines that did not parse">
          {parseErrors.length === 0 ? <p class="empty">None since this process started.</p> : <DataTable caption="Newest lines that did not parse" columns={SAMPLES} rows={parseErrors.slice(0, SHOWN).map((sample) => sampleRow(sample, now))} />}
          {parseErrors.length <= SHOWN ? null : <details id="node-samples"><summary>{parseErrors.length - SHOWN} older</summary><DataTable caption="Lines that did not parse, continued" columns={SAMPLES} rows={parseErrors.slice(SHOWN).map((sample) => sampleRow(sample, now))} /></details>}
        </Part>
      )}
      <Part title="Options">
        {set.length === 0 ? <p class="empty">None is set.</p> : <Options options={set} />}
        {rest.length === 0 ? null : <details id="node-defaults"><summary>{plural(rest.length, 'default')}</summary><Options options={rest} /></details>}
      </Part>
    </section>
  )
}

function Options({ options }: { options: readonly ConfigValue[] }) {
  return (
    <dl class="option-list">
      {options.map(({ path, value, from, line, by }) => (
        <div>
          <dt><code>{visible(path)}</code></dt>
          <dd><code><Cut text={typeof value === 'string' ? value : JSON.stringify(value)} max={300} /></code>{from === 'default' ? null : <span class="soft"> {from}{by === null ? '' : ` ${by}`}{line === null || line === 0 ? '' : `, line ${line}`}</span>}</dd>
        </div>
      ))}
    </dl>
  )
}

function Part({ title, children }: { title: string; children?: Child }) {
  return <div class="part"><h3>{title}</h3>{children}</div>
}

function factsOf({ node }: NodeView): Array<[string, Child]> {
  const { kind, records, dropped, errors, ms, output, when } = node
  const facts: Array<[string, Child]> = []
  if (when !== null) facts.push(['When', <code><Cut text={when} max={120} /></code>])
  if (kind === 'source') facts.push(['Records, all time', <Num value={records ?? 0} />])
  else if (output !== null) {
    facts.push(['State', <span class={`badge badge-${output.state}`}>{output.state}</span>], ['Delivered', <Num value={output.delivered} />])
    facts.push(['Behind', <span title={`${exact(output.lag)} records`}>{lagText(output)}{output.lagBytes > 0 ? `, ${bytes(output.lagBytes)}` : ''}</span>], ['Refused', <Num value={output.rejected} />])
  } else if (records !== null) facts.push(['Records handed to it', <Num value={records} />])
  if (kind === 'filter') facts.push(['Dropped', <Num value={dropped} />])
  const cost = pluginCost(ms, records)
  if (cost !== null && kind !== 'source') facts.push(['Cost', <span title={`${exact(ms)} ms in all`}>{cost} per 1,000 records</span>], ['Time in all', duration(ms)])
  facts.push(['Errors', <span class={errors > 0 ? 'hot' : ''}><Num value={errors} /></span>])
  return facts
}

function streamRow({ name, records, errors, parser, parserReason }: StreamStatus): Child[] {
  return [
    <Cut text={name} max={80} />, parser === '' ? <span class="soft">none yet</span> : <a href={`${pipelineAddress(`parsers/${parser}`)}#node`}>{visible(parser)}</a>,
    parserReason === '' ? <span class="soft">not since the start</span> : <Cut text={parserReason} max={160} />, <Num value={records} />, <span class={errors > 0 ? 'hot' : ''}><Num value={errors} /></span>,
  ]
}

function sampleRow({ time, reason, line }: ParseErrorSample, now: number): Child[] {
  return [<Time at={time} now={now} />, <Cut text={reason} max={160} />, <code class="line"><Cut text={line} max={500} /></code>]
}
