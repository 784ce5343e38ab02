import pino from 'pino'

/**
 * Structured logs, one JSON object a line on standard output (the platform gathers them). Never pass a request's body or
 * headers: passwords and tokens live there. LOG_LEVEL: trace, debug, info (default), warn, error, silent.
 */
export const log = pino({
  level: process.env.LOG_LEVEL ?? 'info',
  base: { service: process.env.SERVICE_NAME },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: level => ({ level }) },
})
