// Forms whose answer is a part of the page: sent in the background, and put where it belongs. Without this file they load the page anew.
(() => {
  'use strict'

  async function send(form, submitter) {
    const target = document.getElementById(form.dataset.target)
    const button = submitter ?? form.querySelector('button')
    button.disabled = true
    target.setAttribute('aria-busy', 'true')
    try {
      const answer = await fetch(form.dataset.part, { method: 'POST', body: new URLSearchParams(new FormData(form)) })
      if (!answer.ok) return say(target, answer.status === 413 ? 'This is too much text. Leave some out.' : `The server answers with an error (${answer.status}). Nothing was changed.`)
      // Escaped by the server, as the rest of the page.
      target.innerHTML = await answer.text()
    } catch {
      say(target, 'The server does not answer. Nothing was changed; try again.')
    } finally {
      button.disabled = false
      target.removeAttribute('aria-busy')
      // A button that was disabled has lost the focus; the keyboard goes on where it was.
      if (document.activeElement === document.body) button.focus()
    }
  }

  function say(target, text) {
    const note = document.createElement('p')
    note.className = 'said said-bad'
    note.textContent = text
    target.replaceChildren(note)
  }

  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!form.dataset.part) return
    event.preventDefault()
    void send(form, event.submitter)
  })
  // As in every editor.
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.target.closest?.('form[data-part]')?.requestSubmit()
  })
})()
