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
  firstDetail: 'Work lives in projects. Make your first one, or bring a board along from Trello.',
  firstAction: 'Create a project',
}
