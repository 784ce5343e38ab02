import { optionsFrom, start } from './start.ts'
import { command } from './trouble.ts'

const help = `Starts TaskMate for work on it: like scripts/start, with services, styles and scripts that follow each change, and their logs here.

  bun run dev [--demo] [--data DIR]`

await command(async () => {
  const options = optionsFrom(process.argv.slice(2))
  if (options.help) return console.log(help)
  await start({ ...options, watch: true })
})
