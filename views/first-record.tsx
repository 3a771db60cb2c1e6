// What the dashboard shows before there is anything to show: how to send the first record.
import { plural } from './format.ts'

export function FirstRecord({ origin, dropped }: { origin: string; dropped: number }) {
  const command = `curl -H 'Content-Type: application/json' -d '{"level":"info","message":"hello"}' '${origin}/ingest?source=hello'`
  return (
    <section id="first-record" class="card wide first" aria-labelledby="first-record-title">
      <h2 id="first-record-title">No records yet</h2>
      {dropped > 0 && <p>{plural(dropped, 'record')} came, and filters dropped all of them.</p>}
      <p>Send one, and this page shows it within two seconds:</p>
      <pre tabindex={0}><code>{command}</code></pre>
      <p class="soft">This needs a source of type <code>http</code> in the configuration. Files named under a source of type <code>file</code> appear by themselves as soon as they hold a line.</p>
    </section>
  )
}
