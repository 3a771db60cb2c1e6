// The form that tries a parser on lines: those that did not parse, or pasted ones. Outside the polled part, so that nothing typed is lost.
import type { TrialView } from '../core/http/trial-view.ts'
import { PipelineTrialResult } from './pipeline-trial-result.tsx'
import { Section } from './section.tsx'

export function PipelineTrial({ trial }: { trial: TrialView }) {
  const { node, choices, parser, options, text } = trial
  return (
    <Section id="trial" title="Try another parser on these lines" note="Nothing is stored, and the configuration stays as it is." wide>
      <form class="trial-form" action="/pipeline/try#trial" method="post" data-part="/pipeline/try/fragment" data-target="trial-result">
        <input type="hidden" name="node" value={node} />
        <div class="trial-field">
          <label for="trial-lines">Lines, at most 100</label>
          <textarea id="trial-lines" name="lines" rows={7} wrap="off" spellcheck={false} required>{`\n${text}`}</textarea>
        </div>
        <div class="trial-field">
          <label for="trial-parser">Parser</label>
          <select id="trial-parser" name="parser">{choices.map(({ value, label }) => <option value={value} selected={value === parser}>{label}</option>)}</select>
          <label for="trial-options">Options, as YAML</label>
          <textarea id="trial-options" name="options" rows={3} spellcheck={false} placeholder={"pattern: '^(?P<time>\\S+) (?P<message>.*)$'"}>{`\n${options}`}</textarea>
          <button class="tool primary">Try</button>
        </div>
      </form>
      <div id="trial-result" aria-live="polite"><PipelineTrialResult trial={trial} /></div>
    </Section>
  )
}
