import type { PropsWithChildren } from '@elysiajs/html'

/** Markup that a component gets, or nothing. It is JSX's own type, which the check for unescaped text knows; text never comes this way. */
export type Children = PropsWithChildren['children']
