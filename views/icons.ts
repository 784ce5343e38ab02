/** A shape of our own: what goes inside a 24 × 24 symbol. It is drawn in the colour of the text around it. */
const own = (markup: string) => ({ markup })

/**
 * Every icon, by what it means here: the name of a lucide icon, or a shape of our own. Statuses and priorities are told by shape first, so theirs are
 * made to be told apart at 16 px. The build puts all of them into one sprite.
 */
export const icons = {
  add: 'plus',
  api: 'braces',
  attach: 'paperclip',
  back: 'arrow-left',
  board: own(
    '<rect x="4" y="4" width="6" height="16" rx="1.5"/><rect x="14" y="4" width="6" height="10" rx="1.5"/>',
  ),
  calendar: 'calendar',
  chart: 'chart-line',
  check: 'check',
  checklist: 'square-check',
  clock: 'clock',
  close: 'x',
  comment: 'message-circle',
  copy: 'copy',
  dashboard: 'chart-line',
  devices: 'monitor-smartphone',
  down: 'chevron-down',
  download: 'download',
  edit: 'pencil',
  external: 'external-link',
  file: 'file-text',
  files: 'folder',
  filter: 'list-filter',
  history: 'history',
  image: 'image',
  import: 'import',
  inbox: 'inbox',
  key: 'key-round',
  label: 'tag',
  language: 'languages',
  late: own('<path d="M12 4 2.8 19.5h18.4z"/><path d="M12 10v4.5M12 17h.01"/>'),
  left: 'chevron-left',
  link: 'link',
  list: 'list',
  lock: 'lock',
  menu: 'menu',
  more: 'ellipsis',
  move: 'arrow-right',
  offline: 'wifi-off',
  people: 'users',
  person: 'user-round',
  projects: 'layout-grid',
  retry: 'refresh-cw',
  right: 'chevron-right',
  search: 'search',
  settings: 'sliders-horizontal',
  'sign-out': 'log-out',
  swap: 'arrow-left-right',
  theme: 'sun-moon',
  trash: 'trash-2',
  undo: 'undo-2',
  up: 'chevron-up',
  upload: 'upload',
  work: 'user-round-check',

  'status-backlog': own('<circle cx="12" cy="12" r="8.5" stroke-dasharray="3.2 3.47"/>'),
  'status-ready': own('<circle cx="12" cy="12" r="8.5"/>'),
  'status-doing': own(
    '<circle cx="12" cy="12" r="8.5"/><path d="M12 7a5 5 0 0 1 0 10z" fill="currentColor" stroke="none"/>',
  ),
  'status-review': own(
    '<circle cx="12" cy="12" r="8.5"/><path d="M12 7a5 5 0 1 1-5 5h5z" fill="currentColor" stroke="none"/>',
  ),
  'status-done': own(
    '<circle cx="12" cy="12" r="9.3" fill="currentColor" stroke="none"/><path d="m8 12.4 2.8 2.8L16 9.7" stroke="var(--color-paper)" stroke-width="2.2"/>',
  ),

  'priority-none': own('<path d="M5 17.5h.01M12 17.5h.01M19 17.5h.01" stroke-width="3.4"/>'),
  'priority-low': own(
    '<path d="M5 15v4" stroke-width="3.4"/><path d="M12 10v9M19 5v14" stroke-width="3.4" opacity=".3"/>',
  ),
  'priority-medium': own(
    '<path d="M5 15v4M12 10v9" stroke-width="3.4"/><path d="M19 5v14" stroke-width="3.4" opacity=".3"/>',
  ),
  'priority-high': own('<path d="M5 15v4M12 10v9M19 5v14" stroke-width="3.4"/>'),
  'priority-urgent': own(
    '<rect x="3.5" y="3.5" width="17" height="17" rx="4.5" fill="currentColor" stroke="none"/><path d="M12 7.5v5.5M12 16.5h.01" stroke="var(--color-paper)" stroke-width="2.4"/>',
  ),
} as const satisfies Record<string, string | { markup: string }>

export type IconName = keyof typeof icons
