// Starts one of the stand-ins for AWS on a port that the system picks, prints that, and
// ends when the standard input does: a test that is killed leaves nothing behind.
import { createRequire, isBuiltin, register } from 'node:module'
import { pathToFileURL } from 'node:url'

const [, , modules, name] = process.argv
const host = '127.0.0.1'

const start = {
  async dynalite () {
    const dynalite = createRequire(modules + '/')('dynalite')
    const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
    await new Promise((resolve, reject) => server.once('error', reject).listen(0, host, resolve))
    return server.address().port
  },
  async fauxqs () {
    if (!isBuiltin('node:sqlite')) withoutDatabase()
    const { startFauxqs } = await import(pathToFileURL(modules + '/fauxqs/dist/app.js'))
    return (await startFauxqs({ port: 0, host, logger: false })).port
  },
}

// withoutDatabase lets fauxqs be loaded by a Node.js before 22.5, which lacks what it
// keeps files with. It keeps none here.
function withoutDatabase () {
  const none = 'data:text/javascript,export class DatabaseSync {}'
  const hook = `export const resolve = (name, context, next) =>
    name === 'node:sqlite' ? { url: '${none}', shortCircuit: true } : next(name, context)`
  register('data:text/javascript,' + encodeURIComponent(hook))
}

console.log('port ' + await start[name]())
process.stdin.resume().on('end', () => process.exit())
