import { apidocs } from './en/apidocs.ts'
import { auth } from './en/auth.ts'
import { board } from './en/board.ts'
import { common } from './en/common.ts'
import { dashboard } from './en/dashboard.ts'
import { errors } from './en/errors.ts'
import { files } from './en/files.ts'
import { home } from './en/home.ts'
import { importing } from './en/importing.ts'
import { list } from './en/list.ts'
import { projects } from './en/projects.ts'
import { settings } from './en/settings.ts'
import { task } from './en/task.ts'
import { apidocs as koApidocs } from './ko/apidocs.ts'
import { auth as koAuth } from './ko/auth.ts'
import { board as koBoard } from './ko/board.ts'
import { common as koCommon } from './ko/common.ts'
import { dashboard as koDashboard } from './ko/dashboard.ts'
import { errors as koErrors } from './ko/errors.ts'
import { files as koFiles } from './ko/files.ts'
import { home as koHome } from './ko/home.ts'
import { importing as koImporting } from './ko/importing.ts'
import { list as koList } from './ko/list.ts'
import { projects as koProjects } from './ko/projects.ts'
import { settings as koSettings } from './ko/settings.ts'
import { task as koTask } from './ko/task.ts'

const en = {
  apidocs,
  auth,
  board,
  common,
  dashboard,
  errors,
  files,
  home,
  importing,
  list,
  projects,
  settings,
  task,
}

/** All sentences that the pages say: text, or a function of what fills it. English gives the shape, and the types hold every other language to it. */
export type Messages = typeof en

const ko: Messages = {
  apidocs: koApidocs,
  auth: koAuth,
  board: koBoard,
  common: koCommon,
  dashboard: koDashboard,
  errors: koErrors,
  files: koFiles,
  home: koHome,
  importing: koImporting,
  list: koList,
  projects: koProjects,
  settings: koSettings,
  task: koTask,
}

/** The sentences by language. */
export const messages = { en, ko }
