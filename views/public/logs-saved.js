// The menu of saved searches on the page of logs: saves and deletes without leaving it, and lists what was searched for last in this browser.
(() => {
  'use strict'
  const KEY = 'sawlog-recent'
  const MOST = 20
  const menu = document.getElementById('saved-menu')
  const q = document.getElementById('q')
  if (!menu) return
  const here = new URLSearchParams(location.search)

  for (const form of menu.querySelectorAll('form')) {
    form.elements.columns.value = here.get('columns') ?? ''
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      // What is typed is what is meant, searched for or not.
      if (form.id === 'save-search') form.elements.q.value = q.value
      void send(form)
    })
  }

  async function send(form) {
    const button = form.querySelector('button')
    button.disabled = true
    try {
      const answer = await fetch(form.getAttribute('action'), { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' })
      // A redirect is what a page without scripts is sent on by: it is done.
      if (answer.type === 'opaqueredirect') await done(form)
      else tell((await answer.json().catch(() => null))?.detail ?? `The server answered with ${answer.status}.`)
    } catch {
      tell('The server does not answer. Nothing was changed.')
    } finally {
      button.disabled = false
    }
  }

  async function done(form) {
    tell('')
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const fresh = page.getElementById('saved-menu')
    // Signed out meanwhile, or another page: the address says it best.
    if (!fresh) return location.reload()
    const now = () => menu.querySelector('.saved-list, .panel > .note')
    now().replaceWith(fresh.querySelector('.saved-list, .panel > .note'))
    for (const one of now().querySelectorAll('form')) {
      one.elements.columns.value = here.get('columns') ?? ''
      one.addEventListener('submit', (event) => {
        event.preventDefault()
        void send(one)
      })
    }
    if (form.id === 'save-search') form.elements.name.value = ''
    return menu.querySelector('#save-search input[name="name"]').focus()
  }

  function tell(text) {
    const line = menu.querySelector('[role="alert"]')
    line.textContent = text.charAt(0).toUpperCase() + text.slice(1)
    line.hidden = text === ''
  }

  /** Newest first; whatever else stands in the store is no search. */
  function recent() {
    try {
      const list = JSON.parse(localStorage.getItem(KEY)) ?? []
      return list.filter((one) => ['q', 'from', 'to'].every((name) => typeof one?.[name] === 'string')).slice(0, MOST)
    } catch {
      return []
    }
  }

  function keep(list) {
    try {
      localStorage.setItem(KEY, JSON.stringify(list.slice(0, MOST)))
    } catch {
      // No room or no permission: nothing is remembered.
    }
  }

  function showRecent() {
    const place = document.getElementById('recent')
    const list = recent()
    place.hidden = list.length === 0
    const title = document.createElement('h2')
    title.textContent = 'Recent, in this browser'
    const items = document.createElement('ul')
    items.className = 'menu-list'
    items.append(...list.map((search) => {
      const item = document.createElement('li')
      const link = document.createElement('a')
      link.href = `/logs?${new URLSearchParams(Object.entries(search).filter(([, value]) => value !== ''))}`
      link.className = 'query'
      link.textContent = search.q
      link.dir = 'auto'
      item.append(link)
      return item
    }))
    const forget = document.createElement('button')
    forget.type = 'button'
    forget.className = 'tool'
    forget.textContent = 'Forget these'
    forget.addEventListener('click', () => {
      keep([])
      showRecent()
      menu.querySelector('summary').focus()
    })
    place.replaceChildren(title, items, forget)
  }

  const now = { q: here.get('q') ?? '', from: here.get('from') ?? '', to: here.get('to') ?? '' }
  if (now.q !== '' && !q.hasAttribute('aria-invalid')) keep([now, ...recent().filter((one) => one.q !== now.q)])
  showRecent()
})()
