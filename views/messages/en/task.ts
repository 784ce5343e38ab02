const of = (word: string) => (word === '' ? 'nothing' : `“${word}”`)

export const task = {
  close: 'Close',
  title: 'Title',
  description: 'Description',
  noDescription: 'No description yet.',
  writeDescription: 'Write a description',
  editDescription: 'Edit the description',
  markdownHint: 'Markdown works: **bold**, lists, links, `code`.',
  preview: 'Preview',

  chooseAssignees: 'Choose assignees',
  chooseLabels: 'Choose labels',
  chooseDue: 'Choose a due date',
  newLabel: 'New label',
  createLabel: 'Create and add',
  noLabels: 'No labels',
  dueDay: 'Day',
  dueTime: 'Time',
  dueHint: (zone: string) => `Without a time it is due on that day everywhere. Times are in ${zone}.`,
  clearDue: 'No due date',

  changedMeanwhile: 'Somebody changed this while you write. Your text is kept; saving shows both versions.',
  conflictTitle: (who: string, what: string) => `${who} changed the ${what} while you were at it.`,
  conflictDetail: 'Both versions are kept. Choose one, or put them together in yours.',
  yours: 'Yours',
  theirs: (who: string) => `From ${who}`,
  notSaved: 'not saved yet',
  savedAt: (when: string) => `saved ${when}`,
  keepMine: 'Keep mine',
  takeTheirs: 'Take theirs',
  fields: {
    title: 'title',
    description: 'description',
    status: 'status',
    priority: 'priority',
    due: 'due date',
  },
  empty: 'empty',

  comment: 'Comment',
  writeComment: 'Write a comment',
  editComment: 'Edit the comment',
  edited: 'edited',
  moreComments: 'Show later comments',
  activity: 'Activity',
  olderChanges: 'Show older changes',
  before: 'Before',
  after: 'After',

  links: 'Links',
  addLink: 'Add a link',
  linkAddress: 'Address',
  linkTitle: 'Text',
  removeLink: (title: string) => `Remove the link ${title}`,

  files: 'Files',
  addFiles: 'Add files',
  uploading: 'Uploading…',
  upload: 'Upload',
  removeFile: (name: string) => `Remove the file ${name}`,
  moreFiles: 'All files of the project',

  delete: 'Move to trash',
  deleted: (key: string) => `${key} is in the trash`,
  inTrash: 'This task is in the trash.',
  inTrashDetail: 'Nothing of it is lost. Restore it to work on it again.',
  restore: 'Restore',

  /** What somebody did, after their name. */
  did: {
    created: 'created the task',
    title: (from: string, to: string) => `renamed it from ${of(from)} to ${of(to)}`,
    description: 'changed the description',
    status: (from: string, to: string) => `moved it from ${from} to ${to}`,
    priority: (from: string, to: string) => `changed the priority from ${from} to ${to}`,
    labels: (added: string, removed: string) =>
      [added && `added the label ${added}`, removed && `removed the label ${removed}`]
        .filter(Boolean)
        .join(' and '),
    assignees: (added: string, removed: string) =>
      [added && `assigned ${added}`, removed && `unassigned ${removed}`].filter(Boolean).join(' and '),
    dueSet: (to: string) => `set the due date to ${to}`,
    due: (from: string, to: string) => `changed the due date from ${from} to ${to}`,
    dueCleared: (from: string) => `removed the due date (${from})`,
    linkAdded: (title: string) => `added the link ${title}`,
    linkRemoved: (title: string) => `removed the link ${title}`,
    deleted: 'moved it to the trash',
    restored: 'took it out of the trash',
    other: 'changed the task',
  },
  gone: { status: 'a removed column', label: 'a removed label' },
}
