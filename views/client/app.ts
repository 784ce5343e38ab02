// Everything that runs in the browser. Pages work without it; it makes them quicker and says what happens.
import 'htmx.org/dist/htmx.esm.min.js'
import './time-zone.ts'
import './toasts.ts'
import './drag.ts'
import './keyboard.ts'
import './live.ts'
import './panel.ts'
import './quick-add.ts'
