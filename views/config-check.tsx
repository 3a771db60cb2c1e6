// The form that checks the text of a configuration without applying it.
import type { CheckView } from '../core/http/config-view.ts'
import { ConfigCheckResult } from './config-check-result.tsx'
import { Section } from './section.tsx'

export function ConfigCheck({ check }: { check: CheckView }) {
  return (
    <Section id="check" title="Check a configuration" note="Nothing is applied. Of the environment, only variables shown on this page are read." wide>
      <form class="check-form" action="/config/check#check" method="post" data-part="/config/check/fragment" data-target="check-result">
        <label for="check-text">Text of a configuration (YAML)</label>
        <textarea id="check-text" name="text" rows={12} wrap="off" spellcheck={false} required placeholder={'sources:\n  - { type: file, paths: [/var/log/app/*.log] }'}>{`\n${check.text}`}</textarea>
        <button class="tool primary">Check</button>
      </form>
      <div id="check-result" aria-live="polite"><ConfigCheckResult check={check} /></div>
    </Section>
  )
}
