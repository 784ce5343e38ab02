export const home = {
  title: 'My work',
  groups: {
    overdue: 'Overdue',
    today: 'Today',
    week: 'This week',
    later: 'Later',
    none: 'No date',
  },
  task: 'Task',
  project: 'Project',
  tasks: 'Tasks assigned to you',
  summary: (open: string, late: number, today: number) =>
    [`${open} open`, late > 0 ? `${late} late` : '', today > 0 ? `${today} due today` : '']
      .filter(part => part !== '')
      .join(', '),
  emptyTitle: 'Nothing is assigned to you',
  emptyDetail: 'What you take on, or what others hand to you, gathers here: the most urgent first.',
  emptyAction: 'Choose a project',
  firstTitle: (name: string) => `Welcome, ${name}`,
  firstDetail: (email: string) =>
    `Work lives in projects. Make your first one, bring a board along from Trello, or ask a project’s admin to add you: ${email}`,
  firstAction: 'Create a project',
}
