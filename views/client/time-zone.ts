// Who signs up gets the time zone of their browser, which nothing else tells.
for (const field of document.querySelectorAll<HTMLInputElement>('input[data-time-zone]'))
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone
