// The query box: completes fields and values where the caret is, and checks what is typed. Without it the server checks what is sent.
(() => {
  'use strict'
  /** Asked when typing rests this long; what is wrong is told when it rests longer, since what is half typed is always wrong. */
  const REST_MS = 120
  const PROBLEM_MS = 900
  const box = document.getElementById('q')
  const list = document.getElementById('q-options')
  const status = document.getElementById('q-status')
  const trouble = document.getElementById('q-problem')
  let asking = null
  let timer = 0
  let later = 0
  /** The answer on show: where it replaces from, its options, and which is chosen. */
  let shown = { from: 0, options: [] }
  let chosen = -1

  box.setAttribute('role', 'combobox')
  box.setAttribute('aria-autocomplete', 'list')
  box.setAttribute('aria-controls', list.id)
  box.setAttribute('aria-expanded', 'false')

  function close() {
    list.hidden = true
    list.replaceChildren()
    box.setAttribute('aria-expanded', 'false')
    box.removeAttribute('aria-activedescendant')
    chosen = -1
  }

  function forget() {
    clearTimeout(timer)
    asking?.abort()
    close()
  }

  function choose(i) {
    chosen = i
    for (const [at, item] of [...list.children].entries()) item.setAttribute('aria-selected', String(at === i))
    if (i === -1) return box.removeAttribute('aria-activedescendant')
    list.children[i].scrollIntoView({ block: 'nearest' })
    return box.setAttribute('aria-activedescendant', `q-option-${i}`)
  }

  function show(answer) {
    shown = answer
    close()
    if (answer.options.length === 0) return
    list.append(...answer.options.map(({ label, detail }, i) => {
      const item = document.createElement('li')
      item.id = `q-option-${i}`
      item.setAttribute('role', 'option')
      item.setAttribute('aria-selected', 'false')
      const name = document.createElement('span')
      name.textContent = label
      const note = document.createElement('span')
      note.className = 'detail'
      note.textContent = detail
      item.append(name, note)
      return item
    }))
    list.hidden = false
    box.setAttribute('aria-expanded', 'true')
    status.textContent = `${answer.options.length} completions`
  }

  function take(i) {
    const { insert } = shown.options[i]
    const name = insert.endsWith(':')
    const rest = box.value.slice(box.selectionStart)
    const space = name || rest.startsWith(' ') || rest.startsWith(')') ? '' : ' '
    box.setRangeText(insert + space, shown.from, box.selectionStart, 'end')
    close()
    // A name wants its values at once.
    ask(name)
  }

  /** `all`: also where nothing of a name is typed yet. */
  function ask(all) {
    forget()
    clearTimeout(later)
    const at = box.selectionStart
    timer = setTimeout(async () => {
      asking = new AbortController()
      const { signal } = asking
      const here = new URLSearchParams(location.search)
      const values = new URLSearchParams({ q: box.value, at: String(at), from: here.get('from') ?? '', to: here.get('to') ?? '' })
      try {
        const answer = await fetch(`/logs/complete?${values}`, { signal })
        if (!answer.ok) return
        const found = await answer.json()
        if (signal.aborted || document.activeElement !== box) return
        const before = box.value.slice(0, at)
        if (all || !/(^|[\s(])-?$/.test(before)) show(useful(found, before))
        const wait = found.problem === null ? 0 : PROBLEM_MS
        later = setTimeout(() => tell(found.problem), wait)
      } catch {
        // Cancelled, or no server: typing goes on without help.
      }
    }, REST_MS)
  }

  /** What stands there already needs no completion. */
  function useful(found, before) {
    const typed = before.slice(found.from)
    return found.options.some(({ insert }) => insert === typed) ? { ...found, options: [] } : found
  }

  function tell(problem) {
    trouble.hidden = problem === null
    trouble.replaceChildren()
    if (problem === null) return box.removeAttribute('aria-invalid')
    box.setAttribute('aria-invalid', 'true')
    const { message, at, length } = problem
    const end = at + Math.max(1, length)
    const text = document.createElement('p')
    text.textContent = message.charAt(0).toUpperCase() + message.slice(1)
    const place = document.createElement('pre')
    const mark = document.createElement('mark')
    mark.textContent = box.value.slice(at, end) || ' '
    place.append(box.value.slice(0, at), mark, box.value.slice(end))
    return trouble.append(text, place)
  }

  box.addEventListener('input', () => ask(false))
  box.addEventListener('blur', forget)
  box.addEventListener('keydown', (event) => {
    if (event.isComposing) return
    const open = !list.hidden
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      if (!open) return ask(true)
      const n = list.children.length
      // Behind the last one comes none, then the first.
      return choose(((chosen + 1 + step + (n + 1)) % (n + 1)) - 1)
    }
    if (event.key === 'Enter' && open && chosen !== -1) {
      event.preventDefault()
      take(chosen)
    } else if (event.key === 'Enter') forget()
    else if (event.key === 'Tab' && !event.shiftKey && open) {
      event.preventDefault()
      take(Math.max(0, chosen))
    } else if (event.key === 'Escape' && open) {
      event.preventDefault()
      event.stopPropagation()
      forget()
    }
    return undefined
  })
  // Before the box loses its focus.
  list.addEventListener('pointerdown', (event) => {
    const item = event.target.closest('li')
    event.preventDefault()
    if (item) take([...list.children].indexOf(item))
  })

  window.sawlog?.onKeys({ '/': () => { box.focus(); box.select() } })
})()
