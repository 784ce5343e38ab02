import { Html } from '../html.ts'
import type { Children } from '../children.ts'
import { Avatar } from '../components/avatar.tsx'
import { Icon, Mark } from '../components/icon.tsx'
import { Dot } from '../components/labels.tsx'
import { number } from '../format.ts'
import type { IconName } from '../icons.ts'
import type { Reader } from '../reader.ts'

/** The frame of a signed-in person: sidebar, top bar, the view, and beside it a panel. On phones the sidebar is a drawer. */
export const Frame = ({
  reader,
  top,
  panel,
  children,
}: {
  reader: Reader & { user: NonNullable<Reader['user']> }
  top: Children
  panel?: Children
  /** The `main` element. */
  children: JSX.Element
}) => (
  <div class="app">
    <Sidebar reader={reader} />
    <div class="main">
      <header class="top">
        <button class="btn btn-quiet btn-icon menu" popovertarget="sidebar">
          <Icon name="menu" />
          <span class="sr-only" safe>
            {reader.text.common.openMenu}
          </span>
        </button>
        {top}
      </header>
      <div class="work">
        {children}
        {panel ?? <NoPanel />}
      </div>
    </div>
  </div>
)

/** Where a panel will be. */
export const NoPanel = () => <aside class="panel" id="panel" hidden />

const Sidebar = ({ reader }: { reader: Reader & { user: NonNullable<Reader['user']> } }) => {
  const { common } = reader.text
  const path = reader.path.split('?')[0]!
  const here = (href: string) => path === href || path.startsWith(`${href}/`)
  return (
    <nav class="side" id="sidebar" popover aria-label={common.mainMenu}>
      <a class="brand" href="/">
        <Mark />
        <span safe>{common.app}</span>
      </a>
      <button class="btn btn-quiet btn-icon shutter" popovertarget="sidebar" popovertargetaction="hide">
        <Icon name="close" />
        <span class="sr-only" safe>
          {common.closeMenu}
        </span>
      </button>
      <Place href="/" icon="work" text={common.myWork} current={path === '/'} />
      <Place href="/projects" icon="projects" text={common.allProjects} current={path === '/projects'} />
      <Place href="/import" icon="import" text={common.importBoard} current={path === '/import'} />
      {reader.projects?.length !== 0 && (
        <h2 class="group" safe>
          {common.projects}
        </h2>
      )}
      {reader.projects === null ? (
        <p class="side-note">
          <Icon name="late" small />
          <span safe>{common.projectsAway}</span>
        </p>
      ) : (
        <ul>
          {reader.projects.map(project => (
            <li>
              <a
                class="nav"
                href={`/projects/${project.key}`}
                aria-current={here(`/projects/${project.key}`) ? 'page' : undefined}
                title={project.name}
              >
                <span class="lead">
                  <Dot color={project.color} square />
                </span>
                <span safe>{project.name}</span>
                <span class="n">
                  <span data-open={project.id} safe>
                    {number(reader, project.openCount)}
                  </span>
                  <span class="sr-only" safe>
                    {common.open}
                  </span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
      <div class="side-end">
        <a
          class="nav"
          href="/settings"
          title={`${reader.user.name}, ${common.settings}`}
          aria-current={here('/settings') ? 'page' : undefined}
        >
          <span class="lead">
            <Avatar id={reader.user.id} name={reader.user.name} quiet />
          </span>
          <span safe>{reader.user.name}</span>
          <Icon name="settings" class="n" />
          <span class="sr-only" safe>
            {common.settings}
          </span>
        </a>
        <form method="post" action="/sign-out">
          <button class="nav" title={common.signOut}>
            <span class="lead">
              <Icon name="sign-out" />
            </span>
            <span safe>{common.signOut}</span>
          </button>
        </form>
      </div>
    </nav>
  )
}

const Place = ({
  href,
  icon,
  text,
  current,
}: {
  href: string
  icon: IconName
  text: string
  current: boolean
}) => (
  <a class="nav" href={href} title={text} aria-current={current ? 'page' : undefined}>
    <span class="lead">
      <Icon name={icon} />
    </span>
    <span safe>{text}</span>
  </a>
)

/** The top bar of a page that belongs to no project: where am I, and what can be done here. */
export const Top = ({ title, children }: { title: string; children?: Children }) => (
  <>
    <h1 safe>{title}</h1>
    <span class="grow" />
    {children}
  </>
)

const views = [
  { at: '', icon: 'board', text: 'board' },
  { at: '/list', icon: 'list', text: 'list' },
  { at: '/files', icon: 'files', text: 'files' },
  { at: '/dashboard', icon: 'dashboard', text: 'dashboard' },
  { at: '/settings', icon: 'settings', text: 'settings' },
] as const

/** The top bar of a project: its name and its views. `current` is the path of a view below the project: empty for the board. */
export const ProjectTop = ({
  reader,
  project,
  current,
  children,
}: {
  reader: Reader
  project: { key: string; name: string }
  current: (typeof views)[number]['at'] | null
  children?: Children
}) => (
  <>
    <h1 title={project.name} safe>
      {project.name}
    </h1>
    <nav class="views" aria-label={reader.text.common.views}>
      {views.map(view => (
        <a
          href={`/projects/${project.key}${view.at}`}
          aria-current={view.at === current ? 'page' : undefined}
        >
          <Icon name={view.icon} />
          {view.at === '/settings' ? (
            <>
              <span class="max-phone:hidden" safe>
                {reader.text.common.projectSettings}
              </span>
              <span class="phone:hidden" safe>
                {reader.text.common.settings}
              </span>
            </>
          ) : (
            <span safe>{reader.text.common[view.text]}</span>
          )}
        </a>
      ))}
    </nav>
    <span class="grow" />
    {children}
  </>
)
