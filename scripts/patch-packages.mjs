// Mends packages where no release does it yet. Run after each install and before each start; does nothing when done.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));
const MARK = '// Mended by scripts/patch-packages.mjs\n';

/**
 * postgres 3.4.9, porsager/postgres issues 1066, 1154, 1208 (pull requests 1168 and 1209 are open). A statement that comes to a
 * connection after it was lost (the rollback of every transaction that it cuts off) wrote to a socket that is null: an exception
 * that nobody can catch ends the process. What was written between the loss and its notice was never answered, and stayed in
 * front of the greeting of the next connection.
 */
const CONNECTION = [
  // A lost connection answers at once. `true`: the pool must not take it for one that is busy.
  [
    `    if (stream)
      return queryError(q, Errors.generic('COPY_IN_PROGRESS'`,
    `    if (!socket || socket.destroyed) {
      queryError(q, Errors.connection('CONNECTION_CLOSED', options, socket))
      return true
    }

    if (stream)
      return queryError(q, Errors.generic('COPY_IN_PROGRESS'`,
  ],
  [
    `  function nextWrite(fn) {
`,
    `  function nextWrite(fn) {
    if (!socket) {
      chunk = nextWriteTimer = null
      return true
    }
`,
  ],
  [
    `    incomings = null
    clearImmediate(nextWriteTimer)
    socket.removeListener`,
    `    incomings = null
    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener`,
  ],
  // Also after an error: what came between the error and this was told nothing yet.
  [`    !hadError && (query || sent.length) && error(`, `    ;(query || sent.length) && error(`],
  // A link that is dead says nothing, and the client waited for ever. The server itself ends a statement at `statement_timeout`: when it
  // has not been heard two seconds later, the connection is given up.
  [
    `      , connectTimer = timer(connectTimedOut, options.connect_timeout)`,
    `      , connectTimer = timer(connectTimedOut, options.connect_timeout)
      , answerTimer = timer(unanswered, options.connection.statement_timeout && options.connection.statement_timeout / 1000 + 2)`,
  ],
  [`: (query = q, query.active = true)`, `: (query = q, query.active = true, answerTimer.start())`],
  [
    `  async function secure() {`,
    `  function unanswered() {
    if (!socket || !query)
      return
    // Who reads or writes a COPY goes at its own pace.
    if (stream)
      return void setImmediate(answerTimer.start)
    errored(Errors.connection('CONNECTION_CLOSED', options, socket))
    socket.destroy()
  }

  async function secure() {`,
  ],
  [
    `  function data(x) {
`,
    `  function data(x) {
    query && answerTimer.start()
`,
  ],
  [
    `    query = results = errorResponse = null
    result = new Result()
`,
    `    query = results = errorResponse = null
    answerTimer.cancel()
    result = new Result()
`,
  ],
  [
    `    if (query)
      return // Consider`,
    `    if (query)
      return answerTimer.start() // Consider`,
  ],
  [
    `    connectTimer.cancel()

    socket.removeAllListeners()`,
    `    connectTimer.cancel()
    answerTimer.cancel()

    socket.removeAllListeners()`,
  ],
  // A process that goes on after it stood still finds its timers due before it has read what came meanwhile. They fire when it has.
  [
    `  function done(args) {
    fn.apply(null, args)
    timer = null
  }`,
    `  function done(args) {
    const due = timer
    setImmediate(() => due === timer && (timer = null, fn.apply(null, args)))
  }`,
  ],
  // A connection that is lost while it asks for its types is opened anew, and asks then; that this one failed is news to nobody, but nobody
  // waited for it, which ended the process.
  [
    `    \`], [], execute)
    types.forEach(`,
    `    \`], [], execute).catch(() => [])
    types.forEach(`,
  ],
  // A statement that was cancelled while its connection was being made left the connection to nobody: neither open nor closed, for half an hour.
  // As many as the pool has connections, in one outage, and nothing more was ever answered.
  [
    `      initial && !initial.reserve && execute(initial)
      options.shared.retries = retries = 0
      initial = null
      return
    }`,
    `      const isWaiting = initial && !initial.reserve && !initial.cancelled
      isWaiting && execute(initial)
      options.shared.retries = retries = 0
      initial = null
      if (isWaiting)
        return
    }`,
  ],
  // Under load BEGIN went to a connection that was left to others: where the buffer of the socket was full, or it was the hundredth statement in
  // line, nobody reserved it. The transaction was refused, and stayed open under whoever came next.
  [
    `      return write(toBuffer(q))
        && !q.describeFirst
        && !q.cursorFn
        && sent.length < max_pipeline
        && (!q.options.onexecute || q.options.onexecute(connection))`,
    `      const isReady = write(toBuffer(q))
        && !q.describeFirst
        && !q.cursorFn
        && sent.length < max_pipeline
      return q.options.onexecute ? q.options.onexecute(connection) : isReady`,
  ],
  // Answers come in the order in which statements were sent, and whose turn it is was forgotten: of a statement that was cancelled while it stood in
  // line, and of one whose parameters could not be written. From then on each statement was given the answer of the one before: the next
  // caller read of another customer.
  [
    `    while (sent.length && (query = sent.shift()) && (query.active = true, query.cancelled))
      Connection(options).cancel(query.state, query.cancelled.resolve, query.cancelled.reject)
`,
    `    if (sent.length) {
      query = sent.shift()
      query.active = true
      // Its answer is awaited and read past. To tell the server would more likely strike the statement behind it.
      query.cancelled && query.cancelled.resolve()
    }
`,
  ],
  [
    `      sent.length === 0 && write(Sync)
      errored(error)
      return true`,
    `      if (query === q) {
        write(Sync)
        errored(error)
      } else {
        sent.remove(q)
        queryError(q, error)
      }
      return true`,
  ],
  // Issues 1119 and 1181 (pull request 1190 is open). Of a statement that failed, or was cut off, after some of its rows had come, these were
  // counted on: the rows of the next statement on that connection stood behind as many holes, at the places of others.
  [
    `    connectTimer.cancel()

    if (initial) {`,
    `    connectTimer.cancel()
    rows = 0

    if (initial) {`,
  ],
  // What the lost connection said last was told to whoever opened the next one.
  [
    `    socket = null

    if (initial)
      return reconnect()`,
    `    socket = results = errorResponse = null

    if (initial)
      return reconnect()`,
  ],
  // And a connection whose buffer is empty again is its transaction's still.
  [`    !query && onopen(connection)\n`, `    !query && !connection.reserved && onopen(connection)\n`],
  // A COPY whose last rows filled the buffer left the socket paused: nobody asks an ended stream for more, so the next statement waited
  // for ever.
  [
    `    stream && stream.push(null)
    stream = null
  }

  function NoticeResponse`,
    `    stream && stream.push(null)
    stream = null
    socket && socket.resume()
  }

  function NoticeResponse`,
  ],
  // What a statement was asked with goes when it is answered: see QUERY.
  [
    `        query.resolve(results || result)
`,
    `        query.resolve(results || result)
        query.args = query.parameters = null
`,
  ],
];

const QUERY = [
  // `query.cancel()` hands out no promise, so nobody can catch that the database was not there to be told: that ended the process.
  [
    `this.canceller && (this.canceller(this), this.canceller = null)`,
    `this.canceller && (Promise.resolve(this.canceller(this)).catch(() => {}), this.canceller = null)`,
  ],
  // Each statement held itself by two closures, and so outlived the collections of young objects: a quarter of all that was sent and answered, with
  // parameters and rows, was copied twice and lay about until the next full collection. Those were the longest pauses of a server under load.
  [
    `    let resolve
      , reject

    super((a, b) => {
      resolve = a
      reject = b
    })
`,
    `    let settle

    super((resolve, reject) => {
      settle = { resolve, reject }
    })
`,
  ],
  [
    `    this.resolve = x => (this.active = false, resolve(x))
    this.reject = x => (this.active = false, reject(x))

    this.active`,
    `    this.settle = settle
    this.active`,
  ],
  [
    `  static get [Symbol.species]() {
    return Promise
  }

  cancel`,
    `  static get [Symbol.species]() {
    return Promise
  }

  resolve(x) {
    this.active = false
    this.settle.resolve(x)
  }

  reject(x) {
    this.active = false
    this.settle.reject(x)
  }

  cancel`,
  ],
];

const PATCHES = [
  {
    name: 'postgres',
    version: '3.4.9',
    files: { 'connection.js': CONNECTION, 'query.js': QUERY },
    folders: ['src', 'cjs/src'],
  },
];

/** Says what could not be done; the server runs without, slower, and not through a crash of its database. */
export function patchPackages(say) {
  for (const { name, version, folders, files } of PATCHES) {
    const place = join(MODULES, name);
    if (!existsSync(place)) continue;
    const present = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')).version;
    if (present !== version) {
      say(`${name} is ${present}, but scripts/patch-packages.mjs mends ${version}: see whether it is still needed.`);
      continue;
    }
    for (const folder of folders)
      for (const [file, edits] of Object.entries(files)) {
        try {
          patch(join(place, folder, file), edits);
        } catch (error) {
          say(`${name}/${folder}/${file} could not be mended: ${error.message}`);
        }
      }
  }
}

function patch(file, edits) {
  let text = readFileSync(file, 'utf8');
  const missing = edits.filter(([, after]) => !text.includes(after));
  if (missing.length === 0) return;
  for (const [before, after] of missing) {
    const parts = text.split(before);
    if (parts.length !== 2) throw new Error(`it does not hold exactly once: ${before.trim().split('\n')[0]}`);
    text = parts.join(after);
  }
  // Two starts at once write the same; nobody reads half a file.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text.startsWith(MARK) ? text : MARK + text);
  renameSync(draft, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) patchPackages((line) => process.stderr.write(`${line}\n`));
