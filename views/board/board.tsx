import { Html } from '../html.ts'
import type { Board } from '../../services/task-service/contract.ts'
import { Empty } from '../components/empty.tsx'
import { Toast } from '../components/toast.tsx'
import type { Children } from '../children.ts'
import { canEdit as mayEdit, type Surroundings } from '../people.ts'
import type { Reader } from '../reader.ts'
import { Column } from './column.tsx'
import { QuickAdd, type QuickAdded } from './quick-add.tsx'

/** Links inside open in the panel, one after the other. Without script they are links to the page of a task. */
export const opensPanel = {
  'hx-boost:inherited': 'target:"#panel" swap:"outerMorph show:none"',
  'hx-sync:inherited': '#panel:queue all',
} as const

/** The sentences that the browser says itself. */
const wordsOf = ({ text: { board, common } }: Reader) => ({
  ...board.words,
  live: common.live,
  reconnecting: common.reconnecting,
})
export type Word = keyof ReturnType<typeof wordsOf>

/** The `main` of a board or list: what the browser needs to know of the project to keep it up to date. */
export const LiveView = ({
  around: { reader, project },
  path,
  after,
  children,
}: {
  around: Surroundings
  /** Where this view is, without a panel. */
  path: string
  /** Which events it already shows. */
  after: string
  children: Children
}) => (
  <main
    class="view"
    id="main"
    tabindex="-1"
    data-project={project.id}
    data-path={path}
    data-after={after}
    data-reader={reader.user?.id}
    data-can-edit={mayEdit(project) ? '' : undefined}
    data-words={JSON.stringify(wordsOf(reader))}
  >
    {children}
    <template id="bad-toast">
      <Toast reader={reader} bad text="" />
    </template>
  </main>
)

/** The board of a project. `more`: of one column these later cards are shown instead of its first. */
export const BoardView = ({
  board,
  names,
  reader,
  after,
  more,
  folded = [],
  typed,
}: {
  board: Board
  names: Map<string, string>
  reader: Reader
  after: string
  more?: string
  /** Ids of statuses whose columns are folded. */
  folded?: string[]
  typed?: QuickAdded
}) => {
  const { project, columns } = board
  const around = { reader, project, names }
  const canEdit = mayEdit(project)
  const { board: text } = reader.text
  const nothing = columns.every(column => column.items.length === 0)
  return (
    <LiveView around={around} path={`/projects/${project.key}`} after={after}>
      {canEdit && <QuickAdd reader={reader} project={project} typed={typed} />}
      <div class="board" id="board" role="group" aria-label={text.columns} {...opensPanel}>
        {project.statuses.map((status, index) => (
          <Column
            {...around}
            status={status}
            column={columns[index]!}
            canEdit={canEdit}
            continued={more === status.id}
            isFolded={folded.includes(status.id)}
          />
        ))}
      </div>
      {nothing && (
        <div class="first">
          <Empty title={text.emptyTitle} detail={canEdit ? text.emptyDetail : text.emptyForViewers}>
            {canEdit && (
              <p>
                <a class="link" href="/import" safe>
                  {text.importLink}
                </a>
              </p>
            )}
          </Empty>
        </div>
      )}
      {canEdit && (
        <p class="sr-only" id="card-help" safe>
          {text.cardHelp}
        </p>
      )}
      <BoardHints reader={reader} canEdit={canEdit} />
    </LiveView>
  )
}

/** The keys of the board, and whether it is up to date. */
const BoardHints = ({ reader, canEdit }: { reader: Reader; canEdit: boolean }) => {
  const { keys } = reader.text.board
  return (
    <Hints reader={reader}>
      <Key keys={['←', '↑', '↓', '→']} does={keys.move} />
      {canEdit && (
        <>
          <Key keys={['Space']} does={keys.lift} class="not-lifted" />
          <Key keys={['Space']} does={keys.drop} class="when-lifted" />
          <Key keys={['Esc']} does={keys.putBack} class="when-lifted" />
          <Key keys={['c']} does={keys.add} class="not-lifted" />
        </>
      )}
      <Key keys={['Enter']} does={keys.open} class="not-lifted" />
    </Hints>
  )
}

/** The line below a view: its keys, and whether it is live. Script shows it, since both need script. */
export const Hints = ({ reader, children }: { reader: Reader; children: Children }) => (
  <div class="hints" hidden>
    {children}
    <span class="live with" id="live" data-state="off">
      <span class="pulse" />
      <span safe>{reader.text.common.reconnecting}</span>
    </span>
  </div>
)

export const Key = ({ keys, does, class: extra }: { keys: string[]; does: string; class?: string }) => (
  <span class={['with', extra]}>
    {keys.map(key => (
      <kbd safe>{key}</kbd>
    ))}
    <span safe>{does}</span>
  </span>
)
