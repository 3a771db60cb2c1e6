// The page of the configuration: each value as it counts, and where it came from. Secrets are masked before they come here.
import type { ConfigShown } from '../core/http/config-view.ts'
import type { ConfigStatus } from '../core/read-model.ts'
import { ConfigCheck } from './config-check.tsx'
import { configGroups } from './config-groups.ts'
import { ConfigReload } from './config-reload.tsx'
import { ConfigSection } from './config-section.tsx'
import type { Shortcut } from './help.tsx'
import { Section } from './section.tsx'
import { visible } from './visible.ts'

export const CONFIG_SHORTCUTS: readonly Shortcut[] = [['/', 'Filter the values']]

/** Lowest to highest. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

export function ConfigPage({ status: { file, values, levels }, shown }: { status: ConfigStatus; shown: ConfigShown }) {
  const { all, filter, check, reloaded, canReload } = shown
  const sections = configGroups(values, all, filter)
  return (
    <>
      {reloaded === null ? null : <ConfigReload reloaded={reloaded} />}
      <div class="config-bar">
        <form class="config-filter" action="/config" method="get" role="search">
          {all ? <input type="hidden" name="all" value="1" /> : null}
          <label class="sr" for="config-filter">Filter the values</label>
          <input id="config-filter" type="search" name="filter" value={filter} placeholder="Filter keys and values" autocomplete="off" spellcheck={false} />
          <button class="tool">Filter</button>
        </form>
        {all ? <a class="tool" href="/config">Without defaults</a> : <a class="tool" href="/config?all=1">With all defaults</a>}
        {check === null ? null : <a class="tool" href="#check">Check a text</a>}
        {canReload ? <form action="/config/reload" method="post"><button class="tool primary">Reload the file</button></form> : null}
      </div>
      <p class="page-note">Read from <code>{visible(file)}</code>; a change of the file counts at once, where it is valid.</p>
      {levels.length === 0 ? null : (
        <Section id="levels" title="Levels" note="Changed here, they count at once." wide>
          <div class="level-forms">
            {levels.map(({ name, level }) => (
              <form class="level-form" action="/config/level" method="post">
                <input type="hidden" name="source" value={name} />
                <label>{visible(name)} <select name="level">{LEVELS.map((one) => <option value={one} selected={one === level}>{one}</option>)}</select></label>
                <button class="tool" type="submit">Change</button>
              </form>
            ))}
          </div>
        </Section>
      )}
      <div class="config-body">
        <nav class="config-nav" aria-label="Sections">
          <ul>{sections.map(({ name, groups }) => <li><a href={`#config-${name}`}>{name} <span class="soft num">{groups.reduce((sum, group) => sum + group.values.length, 0)}</span></a></li>)}</ul>
        </nav>
        <div class="config-sections">
          {sections.map((section) => <ConfigSection section={section} file={file} />)}
          <p id="config-none" class="empty" hidden={sections.length > 0}>No value matches. <a href="/config?all=1">Look among the defaults</a> as well, or clear the filter.</p>
        </div>
      </div>
      {check === null ? null : <ConfigCheck check={check} />}
    </>
  )
}
