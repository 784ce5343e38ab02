import type { Elysia } from 'elysia'
import { type Config, ConfigError, wholeNumber } from './config.ts'
import { isUnavailable } from './database.ts'
import { log } from './log.ts'
import { draining } from './service.ts'

type Leaving = () => Promise<void> | void
/** What is served: an app, or anything that answers requests. */
export type Serves = Pick<Elysia, 'fetch'>

/**
 * Listens, and leaves cleanly on SIGTERM or SIGINT: /ready says no, endpoints get time to learn it (DRAIN_SECONDS, 0 unless told; Kubernetes
 * wants some) while answers ask clients to close their connections, `beforeStop` ends streams and loops, what is in flight gets 20 seconds.
 */
export function serve(
  app: Serves,
  config: Config,
  { beforeStop, afterStop }: { beforeStop?: Leaving; afterStop?: Leaving } = {},
) {
  const drainSeconds = wholeNumber('DRAIN_SECONDS', 0)
  let server: ReturnType<typeof Bun.serve>
  try {
    server = Bun.serve({
      hostname: config.host,
      port: config.port,
      // Silent streams would be cut at the default of ten seconds; long work sets its own deadline.
      idleTimeout: 60,
      // Bodies are counted as they stream, with a limit of the route's own.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      fetch: (request, server) => {
        servers.set(request, server)
        return draining.now ? lastAnswer(app.fetch(request)) : app.fetch(request)
      },
    })
  } catch (error) {
    if ((error as { code?: string }).code === 'EADDRINUSE')
      throw new ConfigError(`Port ${config.port} is in use by another program.`)
    throw error
  }
  log.info({ port: server.port }, `${config.name} listens`)

  let leaving = false
  const leave = async () => {
    if (leaving) return
    leaving = true
    draining.now = true
    await Bun.sleep(drainSeconds * 1000)
    await beforeStop?.()
    await Promise.race([server.stop(), Bun.sleep(20_000)])
    await server.stop(true)
    await afterStop?.()
    log.info(`${config.name} has stopped`)
    process.exit(0)
  }
  process.on('SIGTERM', leave)
  process.on('SIGINT', leave)
  // The database's driver leaves a rejection behind when its server goes while a connection is being set up. It tries again by itself.
  process.on('unhandledRejection', error => {
    if (isUnavailable(error)) return
    log.fatal({ err: error }, 'a failure that nobody handles')
    process.exit(1)
  })
  return server
}

/** A client that keeps its connection would send its next request to a server that is gone. */
async function lastAnswer(answer: Response | Promise<Response>) {
  const response = await answer
  response.headers.set('connection', 'close')
  return response
}

const servers = new WeakMap<Request, ReturnType<typeof Bun.serve>>()
/** Lets this request's answer stay silent for as long as it takes: for streams that beat themselves. */
export const keepOpen = (request: Request) => servers.get(request)?.timeout(request, 0)
/** The address that the request came from, as the socket says. */
export const socketAddress = (request: Request) => servers.get(request)?.requestIP(request)?.address ?? null

/** Runs a program's `main` and turns what goes wrong at the start into one line and exit code 1. */
export async function run(main: () => Promise<void>) {
  try {
    await main()
  } catch (error) {
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`)
    else log.fatal({ err: error }, 'could not start')
    process.exit(1)
  }
}
