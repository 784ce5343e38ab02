import { existsSync } from 'node:fs'
import { Trouble } from './trouble.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const macs = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

const installed = () =>
  process.env.CHROMIUM ?? names.map(name => Bun.which(name)).find(path => path) ?? macs.find(existsSync)

/**
 * The path of a Chromium or Chrome: CHROMIUM, or an installed one. As root on Debian and Ubuntu it is installed when
 * missing, with fonts for Korean. Throws `Trouble` where there is none.
 */
export async function findChromium(): Promise<string> {
  const found = installed() ?? ((await installOnDebian()) ? installed() : undefined)
  if (!found)
    throw new Trouble('The browser tests need Chromium or Chrome: install one, or set CHROMIUM to its path.')
  return found
}

async function installOnDebian(): Promise<boolean> {
  if (process.getuid?.() !== 0 || !Bun.which('apt-get')) return false
  console.log('Installing Chromium')
  const apt = (...words: string[]) =>
    Bun.spawn(['apt-get', '-qq', ...words], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'inherit',
    }).exited
  await apt('update')
  return (await apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-noto-cjk')) === 0
}
