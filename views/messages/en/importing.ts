export const importing = {
  title: 'Import a board',
  formTitle: 'Bring a board from Trello',
  lead: 'Choose the file of the board. You will see what it brings before anything is written.',
  file: 'Export of the board',
  fileHint: 'A JSON file of 20 MiB at most.',
  noFile: 'Choose a file first.',
  check: 'See what it brings',
  howTitle: 'Where the file comes from',
  how: [
    'Open the board in Trello, and then its menu.',
    'Choose “Print, export, and share”, then “Export as JSON”.',
    'Save the page that opens as a file. That is the file to choose here.',
  ],
  expiredTitle: 'The file is no longer at hand',
  expiredDetail: 'It is kept for 15 minutes after it was chosen. Nothing was imported. Choose it again.',

  newProject: (name: string) => `“${name}” becomes a new project`,
  newDetail: 'Nothing is written yet. You will be its admin.',
  moreFor: (name: string) => `“${name}” has something new`,
  moreDetail: (key: string) =>
    `The board was imported into ${key} before. What is there stays as it is; only what is missing is added.`,
  nothingNew: (name: string) => `All of “${name}” is here already`,
  nothingDetail: (key: string) =>
    `It was imported into ${key} before, and has nothing that is missing there.`,
  openBoard: 'Open the board',
  inTrello: 'In Trello',
  here: 'Becomes',
  found: 'Found',
  added: 'To add',
  present: 'Here already',
  things: {
    lists: { inTrello: 'Lists', here: 'Statuses' },
    cards: { inTrello: 'Cards', here: 'Tasks' },
    labels: { inTrello: 'Labels', here: 'Labels' },
    members: { inTrello: 'Members', here: 'People known by name only' },
    checklists: { inTrello: 'Checklists', here: 'Part of the description' },
    comments: { inTrello: 'Comments', here: 'Comments' },
    dueDates: { inTrello: 'Due dates', here: 'Due times' },
    attachments: { inTrello: 'Attachments', here: 'Links' },
  },
  notesTitle: 'What comes along otherwise, or not at all',
  notes: {
    archived_lists: (count: string) => `Archived lists (${count}) do not become statuses.`,
    archived_cards: (count: string) => `Archived cards (${count}) go to a status “Archived”.`,
    due_complete: (count: string) =>
      `Due dates that are marked complete (${count}) on cards that are not done come along as due.`,
    start_dates: (count: string) => `Start dates (${count}) stay behind.`,
    custom_fields: (count: string) => `Values of custom fields (${count}) stay behind.`,
    votes: (count: string) => `Votes (${count}) stay behind.`,
    uploads_in_trello: (count: string) =>
      `Files that are kept in Trello (${count}) become links. Trello shows them to members of its board only.`,
    links_refused: (count: string) =>
      `Links (${count}) that are too long, or neither http nor https, stay behind.`,
    text_cut: (count: string) => `Texts (${count}) are too long and come shortened.`,
    unused_labels: (count: string) => `Labels without a name that no card has (${count}) stay behind.`,
    comments_not_exported: (count: string) =>
      `Comments (${count}) are not in the file: Trello exports the latest 1,000 actions.`,
    empty_comments: (count: string) => `Comments without text (${count}) stay behind.`,
    missing: (count: string) =>
      `The file refers to things that it does not hold (${count}), such as a former member.`,
    repeated: (count: string) => `Things that the file has twice (${count}) come once.`,
  },
  import: 'Import',
  another: 'Choose another file',
}
